public import MSRNImages

/// CIFAR-10 in its binary version: records of a label byte and 3,072 samples, red, green, blue, each row by row.
///
/// Krizhevsky, "Learning multiple layers of features from tiny images", 2009.
public struct CIFARTestSet: Sendable {
  /// The classes in the order of their labels.
  public static let classes = [
    "airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck",
  ]

  private static let side = 32
  private static let record = 1 + 3 * side * side
  private let bytes: [UInt8]

  /// Takes a file's bytes.
  ///
  /// - Parameter bytes: Whole records.
  /// - Throws: ``CIFARError``.
  public init(_ bytes: [UInt8]) throws(CIFARError) {
    guard !bytes.isEmpty, bytes.count % Self.record == 0 else { throw .size(bytes: bytes.count) }
    for record in 0..<bytes.count / Self.record {
      let label = bytes[record * Self.record]
      guard label < Self.classes.count else { throw .label(Int(label), record: record) }
    }
    self.bytes = bytes
  }

  /// Pictures in the set.
  public var count: Int { bytes.count / Self.record }

  /// The class of a picture.
  public func label(_ index: Int) -> Int { Int(bytes[index * Self.record]) }

  /// A picture of 32 x 32 pixels.
  public func image(_ index: Int) -> Image {
    let first = index * Self.record + 1, area = Self.side * Self.side
    let samples = (0..<3 * area).map { bytes[first + $0 % 3 * area + $0 / 3] }
    return Image(width: Self.side, height: Self.side, color: .rgb, samples: .eight(samples))
  }
}

/// Why bytes are not CIFAR-10's.
public enum CIFARError: Error, Hashable, Sendable {
  /// No whole number of records.
  case size(bytes: Int)
  /// A label that is none of the ten.
  case label(Int, record: Int)
}

extension CIFARError: CustomStringConvertible {
  /// One sentence.
  public var description: String {
    switch self {
    case .size(let bytes):
      "not CIFAR-10's binary version: \(bytes) bytes are no whole number of 3073-byte records"
    case .label(let label, let record):
      "not CIFAR-10's binary version: record \(record) has the label \(label)"
    }
  }
}
