import ArgumentParser
import MSRNKit

/// Which pictures are found in folders and lists.
struct SelectionOptions: ParsableArguments {
  @Flag(name: .shortAndLong, help: "Look through folders in folders, and keep the tree.")
  var recursive = false

  @Option(
    help: ArgumentHelp(
      "Take just what matches, whatever its extension: *, ?, [a-z], ** across folders (repeatable).",
      valueName: "pattern"))
  var include: [String] = []

  @Option(help: ArgumentHelp("Leave out files and folders that match (repeatable).", valueName: "pattern"))
  var exclude: [String] = []

  @Option(
    help: ArgumentHelp(
      "Read inputs from a file or - too: one a line, or each ended by a zero byte.", valueName: "file"),
    completion: .file())
  var filesFrom: String?

  var rules: Selection.Rules {
    Selection.Rules(
      recursive: recursive, include: include.map { Glob($0) }, exclude: exclude.map { Glob($0) })
  }

  /// An option that is given.
  var used: String? {
    let all: [(String, Bool)] = [
      ("--recursive", recursive), ("--include", !include.isEmpty), ("--exclude", !exclude.isEmpty),
      ("--files-from", filesFrom != nil),
    ]
    return all.first { $0.1 }?.0
  }

  /// The inputs that `--files-from` lists.
  ///
  /// A list with a zero byte in it is split there, as `find -print0` writes it, so that names may hold line ends.
  func listed() throws -> [String] {
    guard let filesFrom else { return [] }
    let bytes: [UInt8]
    do { bytes = try PictureFile(filesFrom).read() } catch { throw SetUpError(underlying: error) }
    return bytes.split(separator: bytes.contains(0) ? 0 : 10).map { String(decoding: $0, as: UTF8.self) }
  }
}

/// What is for folders and several pictures only.
struct BatchOptions: ParsableArguments {
  @OptionGroup
  var selection: SelectionOptions

  @Option(
    help: ArgumentHelp("The pictures that msrn manifest has listed, in place of inputs.", valueName: "file"),
    completion: .file())
  var manifest: String?

  @Option(
    help: ArgumentHelp(
      "Do one of n parts: i/n with i from 0, auto/n, or auto in a Slurm array (see msrn manifest).",
      valueName: "part"))
  var shard: String?

  @Option(
    help: ArgumentHelp(
      "How results are called, by {stem}, {ext}, {size}, {scale}, {model} (default: \(NameTemplate.standard)).",
      valueName: "template"))
  var name: String?

  @Flag(help: "Say what would be done, and do nothing.")
  var dryRun = false

  @Flag(help: "Do what the run log does not have as done, or what has changed.")
  var resume = false

  @Option(
    help: ArgumentHelp("The run log (default: msrn-log.jsonl in the output folder).", valueName: "file"),
    completion: .file())
  var log: String?

  @Flag(help: "Stop at the first picture that fails.")
  var failFast = false

  @Option(help: ArgumentHelp("Stop when so many pictures have failed.", valueName: "n"))
  var maxErrors: Int?

  @Option(
    help: ArgumentHelp(
      "Seconds in which SIGINT and SIGTERM let the picture in hand be finished (default: 5).",
      valueName: "seconds"))
  var grace: Double?

  mutating func validate() throws {
    if let maxErrors, maxErrors < 1 {
      throw ValidationError("--max-errors is a number from 1, not \(maxErrors)")
    }
    if let grace, !(0...86400).contains(grace) {
      throw ValidationError("--grace is 0 to 86400 seconds, not \(grace)")
    }
    if failFast, maxErrors != nil { throw ValidationError("--fail-fast and --max-errors exclude each other") }
    if let manifest, let option = selection.used {
      throw ValidationError("--manifest \(manifest) says what the pictures are, and \(option) too")
    }
    do throws(Shard.Fault) { _ = try part } catch { throw ValidationError(error.description) }
    if dryRun, resume { throw ValidationError("--dry-run and --resume exclude each other") }
    do throws(NameTemplate.Fault) { _ = try template } catch { throw ValidationError(error.description) }
  }

  var template: NameTemplate {
    get throws(NameTemplate.Fault) { try NameTemplate(name ?? NameTemplate.standard) }
  }

  /// The part of the run that is this one's; `nil`: all of it.
  var part: Shard? {
    get throws(Shard.Fault) {
      guard let shard else { return nil }
      return try Shard(shard) { SystemFile.environment($0) }
    }
  }

  /// An option that is given and says nothing about one picture.
  var used: String? {
    let all: [(String, Bool)] = [
      ("--shard", shard != nil), ("--name", name != nil), ("--dry-run", dryRun), ("--resume", resume),
      ("--log", log != nil),
      ("--fail-fast", failFast), ("--max-errors", maxErrors != nil), ("--grace", grace != nil),
    ]
    return selection.used ?? all.first { $0.1 }?.0
  }
}
