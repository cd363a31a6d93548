import Foundation
import Testing

/// Runs the built command as a user does.
struct Command {
  /// What a run left.
  struct Result {
    var status: Int32
    var output: Data
    var error: String
    var text: String { String(decoding: output, as: UTF8.self) }
  }

  static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()
  static let sample = root.appending(path: "samples/parrots.png").path

  /// The binary beside the test bundle.
  static let binary: URL = {
    var folders = Bundle.allBundles.filter { $0.bundlePath.hasSuffix(".xctest") }.map {
      $0.bundleURL.deletingLastPathComponent()
    }
    folders.append(URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent())
    folders += ["release", "debug"].map { root.appending(path: ".build/\($0)") }
    let names = folders.map { $0.appending(path: "msrn") }
    return names.first { FileManager.default.isExecutableFile(atPath: $0.path) } ?? names[0]
  }()

  /// A folder of the test's own.
  let folder: URL

  init() throws {
    folder = FileManager.default.temporaryDirectory.appending(path: "msrn-command-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  func remove() { try? FileManager.default.removeItem(at: folder) }

  /// All names in the folder.
  var names: [String] { (try? FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()) ?? [] }

  func path(_ name: String) -> String { folder.appending(path: name).path }
  func data(_ name: String) throws -> Data { try Data(contentsOf: folder.appending(path: name)) }
  func put(_ name: String, _ data: Data) throws { try data.write(to: folder.appending(path: name)) }
  func put(_ name: String, _ bytes: [UInt8]) throws { try put(name, Data(bytes)) }

  /// Starts the command in the folder; its streams are files, so that none can fill up.
  func start(
    _ arguments: [String], input: Data = Data(), environment: [String: String] = [:],
    executable: URL = Command.binary
  ) throws -> Running {
    let streams = try ["in", "out", "err"].map { name in
      let url = FileManager.default.temporaryDirectory.appending(
        path: "msrn-stream-\(UUID().uuidString)-\(name)")
      try (name == "in" ? input : Data()).write(to: url)
      return url
    }
    let process = Process()
    process.executableURL = executable
    process.arguments = arguments
    process.currentDirectoryURL = folder
    var variables = ProcessInfo.processInfo.environment
    for name in ["MSRN_CPU", "MSRN_WEIGHTS", "COLUMNS"] { variables[name] = nil }
    process.environment = variables.merging(environment) { $1 }
    process.standardInput = try FileHandle(forReadingFrom: streams[0])
    process.standardOutput = try FileHandle(forWritingTo: streams[1])
    process.standardError = try FileHandle(forWritingTo: streams[2])
    try process.run()
    return Running(process: process, streams: streams)
  }

  /// Runs the command in the folder to its end.
  func run(_ arguments: String..., input: Data = Data(), environment: [String: String] = [:]) throws -> Result
  {
    try start(arguments, input: input, environment: environment).end()
  }

  /// A command that has been started.
  struct Running {
    let process: Process
    let streams: [URL]

    /// What it has said on standard error so far.
    var error: String { (try? String(contentsOf: streams[2], encoding: .utf8)) ?? "" }

    func end() throws -> Result {
      process.waitUntilExit()
      defer { for url in streams { try? FileManager.default.removeItem(at: url) } }
      let status = process.terminationReason == .exit ? process.terminationStatus : -process.terminationStatus
      return Result(status: status, output: try Data(contentsOf: streams[1]), error: error)
    }
  }
}
