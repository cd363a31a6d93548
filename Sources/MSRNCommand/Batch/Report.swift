import ArgumentParser
import MSRNKit

/// `msrn report`: what has come of a run, over all its parts.
struct Report: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Say what of a folder's runs is done, failed and missing.",
    discussion: """
      Reads the logs of all runs and parts in an output folder. Missing is a result that a log has as done and that is not \
      there in that size, and a picture of the manifest that no log knows.

      Exit codes: 0 all done, 75 something is missing (run again with --resume), otherwise that of the worst failure.
      """)

  @Argument(help: "The folder that the results went to.", completion: .directory)
  var folder: String

  @Option(help: ArgumentHelp("What msrn manifest has listed.", valueName: "file"), completion: .file())
  var manifest: String?

  @Option(help: ArgumentHelp("A log elsewhere (repeatable).", valueName: "file"), completion: .file())
  var log: [String] = []

  @Flag(help: "Print one JSON object.")
  var json = false

  /// What is told.
  private struct Findings: Encodable {
    struct Failure: Encodable {
      let input: String
      let error: String
    }
    var logs: [String]
    var done = 0
    var failed: [Failure] = []
    /// Results that have gone, by their name; pictures that no log knows, by theirs.
    var missing: [String] = []
  }

  func run() throws {
    let logs = RunLog.logs(in: folder) + log
    if logs.isEmpty {
      throw SetUpError(underlying: FileError(path: folder, underlying: UsageError("has no log of a run")))
    }
    let past: [PathBytes: RunLog.Past]
    do throws(FileError) { past = try RunLog.past(logs) } catch { throw SetUpError(underlying: error) }
    var findings = Findings(logs: logs)
    var worst = ExitStatus.success
    for (name, record) in past.map({ ($0.key.path, $0.value.last) }).sorted(by: { $0.0 < $1.0 }) {
      switch record.status {
      case .failed:
        findings.failed.append(.init(input: record.input, error: record.error ?? ""))
        worst = ExitStatus.worse(worst, ExitStatus(rawValue: record.exit) ?? .failure)
      case .done:
        if case .regular(record.outputBytes, _) = SystemFile.kind("\(folder)/\(name)") {
          findings.done += 1
        } else {
          findings.missing.append("\(folder)/\(name)")
        }
      }
    }
    if let manifest {
      let known = Set(past.values.map { PathBytes($0.last.input) })
      findings.missing += try Manifest.read(manifest).map(\.path).filter { !known.contains(PathBytes($0)) }
    }
    if !findings.missing.isEmpty { worst = ExitStatus.worse(worst, .temporary) }
    try tell(findings)
    worst.leave()
  }

  private func tell(_ findings: Findings) throws {
    if json { return StandardOutput.print(try JSONLine.text(findings)) }
    for failure in findings.failed { StandardOutput.print("failed: \(failure.error)") }
    for name in findings.missing { StandardOutput.print("missing: \(name)") }
    let logs = counted(findings.logs.count, "log")
    StandardOutput.print(
      "\(findings.done) done, \(findings.failed.count) failed, \(findings.missing.count) missing in \(logs)")
  }
}
