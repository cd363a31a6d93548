package import MSRNKit

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// The log of runs into a folder: JSON, one line a picture, on the disk before the next one.
///
/// A line about a result is written *before* the result gets its name. So a result is done if there is a line about it and
/// a file with that line's digest, whenever the program was killed. The last line about a result counts, and lines that
/// cannot be read, such as one that was cut off, do not.
package final class RunLog: Sendable {
  /// What became of one picture.
  package struct Record: Codable, Hashable, Sendable {
    package enum Status: String, Codable, Sendable { case done, failed }

    /// The input as it was named.
    package var input: String
    /// The result's path below the output folder.
    package var output: String
    package var status = Status.failed
    /// The exit code that the picture alone would have given.
    package var exit: Int32 = 0
    package var error: String?
    package var inputBytes: Int?
    package var inputSHA256: String?
    /// Columns and rows of the input, upright.
    package var from: [Int]?
    package var to: [Int]?
    package var outputBytes: Int?
    package var outputSHA256: String?
    /// All that decides about the result beside input and weights.
    package var options: String
    /// SHA-256 of the weights file of the network that was on the way; ``RunLog/noWeights`` where there was none.
    package var weights: String
    /// What has enlarged the picture, for people: `msrn-light x3 and lanczos`.
    package var method: String?
    /// Why it was done again without matrix tiles.
    package var fallback: String?
    package var seconds = 0.0
    /// When the picture ended: seconds since 1970, UTC.
    package var ended: Double?

    package init(input: String, output: String, options: String, weights: String) {
      (self.input, self.output, self.options, self.weights) = (input, output, options, weights)
    }
  }

  package var path: String { file.path }
  private let file: LineFile

  /// Opens a log to add to it, and makes it where there is none.
  ///
  /// - Throws: `FileError`.
  package init(_ path: String) throws(FileError) { file = try LineFile(path) }

  /// What stands for weights where there are none.
  package static let noWeights = "none"

  /// Adds a line and waits until it is on the disk; other threads' lines may come there with it.
  ///
  /// - Throws: `FileError`.
  package func append(_ record: Record) throws {
    var record = record
    record.ended = (Date().timeIntervalSince1970 * 1e6).rounded() / 1e6
    try file.append(record, synced: true)
  }

  /// What a log has about one result.
  package struct Past: Hashable, Sendable {
    /// The last record.
    package var last: Record
    /// Whether any record is of a result that was made, so that a file of its name is ours.
    package var isOurs: Bool

    package init(last: Record, isOurs: Bool) { (self.last, self.isOurs) = (last, isOurs) }
  }

  /// What logs have about each result, by the result's name; nothing where there is no log.
  ///
  /// - Parameter paths: the logs; the record that ended last counts, whichever log it is in.
  /// - Returns: the records.
  /// - Throws: `FileError` where there is one that cannot be read.
  package static func past(_ paths: [String]) throws(FileError) -> [PathBytes: Past] {
    var past: [PathBytes: Past] = [:]
    for path in paths where SystemFile.kind(path) != nil {
      let bytes: [UInt8]
      do throws(AccessError) { bytes = try SystemFile.read(path, maximumBytes: maximumBytes) } catch {
        throw FileError(path: path, underlying: error)
      }
      for record in records(bytes) {
        guard let before = past[PathBytes(record.output)] else {
          past[PathBytes(record.output)] = Past(last: record, isOurs: record.status == .done)
          continue
        }
        let isLater = record.ended ?? 0 >= before.last.ended ?? 0
        past[PathBytes(record.output)] = Past(
          last: isLater ? record : before.last, isOurs: before.isOurs || record.status == .done)
      }
    }
    return past
  }

  /// The records in a log's bytes; lines that cannot be read are left out.
  package static func records(_ bytes: [UInt8]) -> [Record] {
    let decoder = JSONDecoder()
    return bytes.split(separator: 10).compactMap { try? decoder.decode(Record.self, from: Data($0)) }
  }

  /// The logs that runs into a folder have left there, of all its parts.
  package static func logs(in folder: String) -> [String] {
    SystemFile.names(in: folder).filter { $0.hasPrefix("msrn-log") && $0.hasSuffix(".jsonl") }.map {
      folder.hasSuffix("/") ? folder + $0 : "\(folder)/\($0)"
    }
  }

  /// The log of a run into a folder, or of a part of one.
  package static func standardPath(in folder: String, _ part: Shard?) -> String {
    let name = part.map { "msrn-log-\($0.index)-of-\($0.count).jsonl" } ?? "msrn-log.jsonl"
    return folder.hasSuffix("/") ? folder + name : "\(folder)/\(name)"
  }

  private static let maximumBytes = 1 << 31
}
