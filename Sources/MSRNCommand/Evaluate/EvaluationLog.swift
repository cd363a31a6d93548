import MSRNKit

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// What has been measured, one line of JSON for each picture and method, so that an evaluation can go on where it ended.
///
/// A line counts for the contents of the files and everything else that decides about its figures, not for names. Lines
/// that cannot be read, such as one that was cut off, do not count.
final class EvaluationLog: Sendable {
  /// One picture by one method.
  struct Record: Codable, Hashable, Sendable {
    /// The original, as it was named.
    var picture: String
    /// The files' digests, and how they were compared.
    var of: String
    /// All that decides about the method's result.
    var by: String
    var width: Int
    var height: Int
    var psnr: Double
    var ssim: Double
    var seconds: Double?
  }

  /// What a line is found by.
  struct Key: Hashable, Sendable {
    let of: String
    let by: String
  }

  private let file: LineFile
  private let past: [Key: Record]

  /// Opens a log to add to it, and makes it where there is none.
  ///
  /// - Parameters:
  ///   - path: the file.
  ///   - resume: whether what it has counts.
  /// - Throws: `FileError`.
  init(_ path: String, resume: Bool) throws(FileError) {
    do throws(AccessError) {
      past = resume && SystemFile.kind(path) != nil ? try Self.read(path) : [:]
    } catch {
      throw FileError(path: path, underlying: error)
    }
    file = try LineFile(path)
  }

  /// What earlier runs found for a picture by a method.
  func record(_ key: Key) -> Record? { past[key] }

  /// Adds a line.
  ///
  /// - Throws: `FileError`.
  func append(_ record: Record) throws { try file.append(record, synced: false) }

  private static func read(_ path: String) throws(AccessError) -> [Key: Record] {
    let bytes = try SystemFile.read(path, maximumBytes: 1 << 31)
    let decoder = JSONDecoder()
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    var past: [Key: Record] = [:]
    for line in bytes.split(separator: 10) {
      guard let record = try? decoder.decode(Record.self, from: Data(line)) else { continue }
      past[Key(of: record.of, by: record.by)] = record
    }
    return past
  }
}
