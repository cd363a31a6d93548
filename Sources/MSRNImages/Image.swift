/// A decoded picture: samples as the file stored them, interleaved, rows from the top, and what travels with them.
///
/// One pixel is `channels` samples in the order grey or red, green, blue, then alpha (straight, not premultiplied).
/// Values are in the file's own transfer curve: nothing here is linear light.
public struct Image: Equatable, Sendable {
  /// What the samples before alpha mean.
  public enum Color: Hashable, Sendable {
    case grey, rgb
    /// Samples of one pixel without alpha.
    public var channels: Int { self == .grey ? 1 : 3 }
  }

  /// The sample values, `height * width * channels` of them.
  public enum Samples: Equatable, Sendable {
    /// 0...255.
    case eight([UInt8])
    /// 0...65535.
    case sixteen([UInt16])
  }

  /// Columns.
  public let width: Int
  /// Rows.
  public let height: Int
  /// What the samples before alpha mean.
  public let color: Color
  /// Whether each pixel ends with an alpha sample.
  public let hasAlpha: Bool
  /// The sample values.
  public var samples: Samples
  /// Colour profile, EXIF, density and the like.
  public var metadata: Metadata

  /// Wraps samples, whose count must be `height * width * channels`.
  public init(
    width: Int, height: Int, color: Color, hasAlpha: Bool = false, samples: Samples,
    metadata: Metadata = Metadata()
  ) {
    precondition(width > 0 && height > 0, "a picture has at least one pixel, not \(width)x\(height)")
    (self.width, self.height, self.color, self.hasAlpha) = (width, height, color, hasAlpha)
    (self.samples, self.metadata) = (samples, metadata)
    let count = width * height * channels
    switch samples {
    case .eight(let values): precondition(values.count == count, "\(values.count) samples for \(count)")
    case .sixteen(let values): precondition(values.count == count, "\(values.count) samples for \(count)")
    }
  }

  /// Samples of one pixel, alpha included.
  public var channels: Int { color.channels + (hasAlpha ? 1 : 0) }

  /// Bits of one sample: 8 or 16.
  public var depth: Int { if case .sixteen = samples { 16 } else { 8 } }

  /// The largest sample value: 255 or 65535.
  public var maximum: Int { depth == 16 ? 65535 : 255 }
}
