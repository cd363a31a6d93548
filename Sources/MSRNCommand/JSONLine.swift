#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Results for machines: one object on one line, keys sorted.
enum JSONLine {
  /// A value as JSON text.
  static func text(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(value), as: UTF8.self)
  }
}
