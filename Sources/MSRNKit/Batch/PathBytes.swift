/// A path by its bytes, as the system tells paths apart.
///
/// Swift's texts are equal where they look alike, such as an ü of one and of two code points; files of these names are two.
package struct PathBytes: Hashable, Sendable, ExpressibleByStringLiteral {
  private let bytes: [UInt8]

  /// A path.
  package init(_ path: String) { bytes = Array(path.utf8) }

  /// A path.
  package init(stringLiteral path: String) { self.init(path) }

  /// The path as text.
  package var path: String { String(decoding: bytes, as: UTF8.self) }
}
