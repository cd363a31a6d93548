import Foundation
import MSRNKit

extension Command {
  /// A small picture, each seed another.
  static func png(seed: Int = 0, width: Int = 24, height: Int = 24) throws -> [UInt8] {
    let values = (0..<width * height * 3).map {
      UInt8(80 + ($0 / 3 % width % 32) * 3 + ($0 % 3) * 10 + seed % 40)
    }
    return try Image(width: width, height: height, color: .rgb, samples: .eight(values)).encode(.png)
  }

  /// Puts a file below the test's folder, and the folders on the way.
  func put(deep path: String, _ bytes: some Sequence<UInt8>) throws {
    let url = folder.appending(path: path)
    try FileManager.default.createDirectory(
      at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(Array(bytes)).write(to: url)
  }

  /// All files below a folder, hidden ones too, sorted.
  func files(below path: String) -> [String] {
    let all = FileManager.default.enumerator(atPath: self.path(path))?.allObjects as? [String] ?? []
    return all.filter { SystemFile.kind(self.path("\(path)/\($0)")) != .folder }.sorted()
  }

  /// Sends a signal to a command that runs.
  func send(_ signal: Int32, to running: Running) { kill(running.process.processIdentifier, signal) }

  /// Waits, a minute at most, until something holds or the command has ended.
  func wait(for running: Running, until holds: () throws -> Bool) rethrows {
    for _ in 0..<12_000 where running.process.isRunning {
      if try holds() { return }
      Thread.sleep(forTimeInterval: 0.005)
    }
  }

  /// The lines of a run log.
  func log(_ path: String = "out/msrn-log.jsonl") throws -> [[String: Any]] {
    guard let data = try? data(path) else { return [] }
    return data.split(separator: 10).compactMap {
      try? JSONSerialization.jsonObject(with: Data($0)) as? [String: Any]
    }
  }
}
