/// What a picture's header says, pixels unread.
public struct ImageHeader: Hashable, Sendable {
  /// The format.
  public let codec: Codec
  /// Columns, as stored: before any orientation is applied.
  public let width: Int
  /// Rows, as stored.
  public let height: Int
  /// What the decoded samples before alpha mean.
  public let color: Image.Color
  /// Whether decoded pixels end with an alpha sample.
  public let hasAlpha: Bool
  /// Bits of a decoded sample: 8 or 16.
  public let depth: Int
  /// How the file stores them, for people: `palette of 16 colours, 4 bits, interlaced`.
  public let kind: String
}

/// A decoded picture, and what its decoding has to say.
public struct Decoded: Equatable, Sendable {
  /// The picture, as stored: orientation is not applied.
  public let image: Image
  /// Things that are odd or were changed, one sentence each: a CMYK picture that became RGB, a chunk left out.
  public let notes: [String]
}
