import ArgumentParser

/// The root command: configuration only.
@main
struct MSRN: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "msrn", abstract: "Image super-resolution on any CPU.",
    discussion: """
      Enlarges pictures with a neural network (MSRN, Li et al., ECCV 2018): no graphics card, no Python, no network \
      connection.

        msrn upscale in.png out.png --scale 4

      Exit codes: 0 done, 1 internal error, 2 wrong use, 3 a picture failed, 4 the environment failed (no weights, no \
      space, no permission), 75 try again later (memory), 130 and 143 interrupted.
      """,
    version: version,
    subcommands: [
      Upscale.self, ListPictures.self, Report.self, Evaluate.self, Degrade.self, Diff.self, Classify.self,
      Compare.self, Inspect.self, Bench.self,
    ])

  /// The version of library and command.
  static let version = "0.1.0"

  static func main() {
    Interruption.install()
    do {
      var command = try parseAsRoot()
      try command.run()
    } catch {
      end(with: error)
    }
    ExitStatus.success.leave()
  }

  /// Says what went wrong in one line on standard error and ends with the exit code that stands for it.
  private static func end(with error: any Error) -> Never {
    let status = ExitStatus(error)
    switch status {
    case .success:
      // Help, version, completion scripts.
      StandardOutput.print(fullMessage(for: error))
    case .usage where !(error is UsageError):
      let text = fullMessage(for: error)
      StandardError.write(
        (text.hasPrefix("Error: ") ? "msrn: " + text.dropFirst("Error: ".count) : text) + "\n")
    default:
      StandardError.write("msrn: \(error)\n")
    }
    status.leave()
  }
}
