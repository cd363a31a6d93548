/// What a picture file carries beside its pixels, format-neutral.
public struct Metadata: Equatable, Sendable {
  /// Pixels per unit, as JFIF and pHYs store it.
  public struct Density: Hashable, Sendable {
    /// The length that a density counts pixels per.
    public enum Unit: Hashable, Sendable {
      /// Only the ratio x:y is meant.
      case aspect
      case inch, metre
    }
    /// Pixels per unit along a row.
    public var x: Int
    /// Pixels per unit down a column.
    public var y: Int
    /// What `x` and `y` count pixels per.
    public var unit: Unit

    /// A density of `x` by `y` pixels per `unit`.
    public init(x: Int, y: Int, unit: Unit) { (self.x, self.y, self.unit) = (x, y, unit) }
  }

  /// The white point and primaries of PNG's cHRM, each value times 100,000, in the chunk's order.
  public typealias Chromaticities = [UInt32]

  /// An ICC profile, whole.
  public var icc: [UInt8]?
  /// PNG's gAMA: the file gamma times 100,000.
  public var gamma: UInt32?
  /// PNG's cHRM: white x, y, red x, y, green x, y, blue x, y.
  public var chromaticities: Chromaticities?
  /// PNG's sRGB rendering intent, 0...3.
  public var srgbIntent: UInt8?
  /// An EXIF block from its byte-order mark ("II" or "MM") on, without JPEG's "Exif\0\0".
  public var exif: [UInt8]?
  /// An XMP packet, UTF-8.
  public var xmp: [UInt8]?
  /// Pixel density.
  public var density: Density?

  /// Nothing beside the pixels.
  public init() {}
}
