#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Results for machines: one object on one line, keys sorted; infinity, which JSON has not, is the text `inf`.
enum JSONLine {
  /// A value as JSON text.
  static func text(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    return String(decoding: try encoder.encode(value), as: UTF8.self)
  }
}
