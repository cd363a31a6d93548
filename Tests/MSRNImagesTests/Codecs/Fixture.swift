import Foundation
import MSRNImages
import Testing

/// Files of the folder Fixtures, by their path in it.
enum Fixture {
  static let root = Bundle.module.bundleURL.appendingPathComponent("Fixtures", isDirectory: true)

  static func bytes(_ path: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: root.appendingPathComponent(path)))
  }

  static func lines(_ path: String) throws -> [String] {
    String(decoding: try bytes(path), as: UTF8.self).split(separator: "\n").map(String.init)
  }

  /// The paths of a folder's files with this extension, sorted.
  static func files(_ folder: String, _ ext: String) -> [String] {
    let names = try? FileManager.default.contentsOfDirectory(
      atPath: root.appendingPathComponent(folder).path)
    return (names ?? []).filter { $0.hasSuffix("." + ext) }.sorted().map { "\(folder)/\($0)" }
  }
}

/// What an independent reader found in a valid PNG: one line of `png.tsv`.
struct Expected: CustomTestStringConvertible, Sendable {
  let path: String
  let width, height, depth: Int
  let color: Image.Color
  let hasAlpha: Bool
  let hash: UInt64

  init?(line: String) {
    let fields = line.split(separator: "\t").map(String.init)
    guard fields.count == 7, let width = Int(fields[1]), let height = Int(fields[2]),
      let depth = Int(fields[5]),
      let hash = UInt64(fields[6], radix: 16)
    else { return nil }
    (self.path, self.width, self.height, self.depth, self.hash) = (fields[0], width, height, depth, hash)
    (color, hasAlpha) = (fields[3] == "grey" ? .grey : .rgb, fields[4] == "alpha")
  }

  var testDescription: String { path }

  static let all = ((try? Fixture.lines("png.tsv")) ?? []).compactMap(Expected.init(line:))
}

extension Image {
  /// FNV-1a of the samples, two bytes each and big-endian where the depth is 16.
  var hash: UInt64 {
    var value: UInt64 = 0xCBF2_9CE4_8422_2325
    func add(_ byte: UInt8) { value = (value ^ UInt64(byte)) &* 0x100_0000_01B3 }
    switch samples {
    case .eight(let values): values.forEach(add)
    case .sixteen(let values):
      for sample in values {
        add(UInt8(sample >> 8))
        add(UInt8(sample & 255))
      }
    }
    return value
  }

  /// The samples of an 8-bit picture.
  var bytes: [UInt8] { if case .eight(let values) = samples { values } else { [] } }
}

/// Checks that an error is one line which names a byte or a row.
func expectPlace(_ error: (any Error)?, _ path: String) {
  let text = error.map { "\($0)" } ?? ""
  #expect(!text.isEmpty && !text.contains("\n"), "\(path): \(text)")
  let place = [" byte ", " row "].contains { text.contains($0) }
  #expect(place && text.contains(where: \.isNumber), "\(path) names no place: \(text)")
}
