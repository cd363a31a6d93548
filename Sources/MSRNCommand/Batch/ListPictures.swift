import ArgumentParser
import MSRNKit

/// `msrn manifest`: the pictures of a large run, listed once for all its parts.
struct ListPictures: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "manifest", abstract: "List pictures and their sizes, for runs in parts.",
    usage: "msrn manifest [<options>] <input> ...",
    discussion: """
      Prints the pictures that msrn upscale would find, one JSON object a line. All parts of a run read it with \
      --manifest, so that they see one list and divide it in one way, by pixels:

        msrn manifest in --recursive > work.jsonl
        msrn upscale --manifest work.jsonl --shard 0/8 --resume out
        msrn report out --manifest work.jsonl

      Names are as given: the parts run in the same folder, or the names are whole paths.
      """)

  @Argument(help: "Pictures and folders.", completion: .file())
  var inputs: [String] = []

  @OptionGroup
  var selection: SelectionOptions

  mutating func validate() throws {
    if inputs.isEmpty, selection.filesFrom == nil {
      throw ValidationError("Missing expected argument '<inputs> ...'")
    }
    if inputs.contains(where: { $0.isEmpty || $0 == "-" }) {
      throw ValidationError("a manifest lists files and folders, not standard input")
    }
  }

  func run() throws {
    let found = Selection(inputs + (try selection.listed()), rules: selection.rules, output: nil)
    let pictures = Survey.measured(found.pictures, threads: Threads.available)
    StandardOutput.write(try Manifest.text(pictures))
    for failure in found.failures { StandardError.write("msrn: \(failure)\n") }
    let unread = pictures.count { $0.pixels == nil }
    let skipped = found.skipped.description
    var summary =
      "\(counted(pictures.count, "picture")), \(pictures.reduce(0) { $0 + ($1.pixels?.count ?? 0) }) pixels"
    if unread > 0 { summary += ", \(unread) without a header that can be read" }
    StandardError.write("msrn: \(summary)\(skipped.isEmpty ? "" : "; skipped \(skipped)")\n")
    found.failures.map { ExitStatus($0) }.reduce(.success, ExitStatus.worse).leave()
  }
}

extension Manifest {
  /// Reads a manifest's file.
  static func read(_ path: String) throws -> [Selection.Picture] {
    do {
      let bytes = try PictureFile(path).read()
      do throws(Fault) { return try pictures(bytes) } catch { throw FileError(path: path, underlying: error) }
    } catch {
      throw SetUpError(underlying: error)
    }
  }
}
