/// What a picture may be at most; checked against its header, before anything of its size is allocated.
public struct DecodeLimits: Hashable, Sendable {
  /// Width times height.
  public var maximumPixels: Int
  /// Bytes of the file, and of the decoded samples.
  ///
  /// What the decoders hold beside them stays near: 64 MiB of PNG chunks, and two bytes a stored sample for a JPEG in several scans.
  public var maximumBytes: Int
  /// Width, and height.
  public var maximumSide: Int

  /// Limits of 500 megapixels, 4 GiB and 1,000,000 pixels a side, unless told otherwise.
  public init(maximumPixels: Int = 500_000_000, maximumBytes: Int = 4 << 30, maximumSide: Int = 1_000_000) {
    (self.maximumPixels, self.maximumBytes, self.maximumSide) = (maximumPixels, maximumBytes, maximumSide)
  }

  /// The limits where nothing else is said.
  public static let `default` = DecodeLimits()
}
