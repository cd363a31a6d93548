/// How a picture is stored.
public struct EncodeOptions: Hashable, Sendable {
  /// How JPEG stores colour differences.
  public enum Chroma: String, CaseIterable, Sendable {
    /// At full resolution, 4:4:4.
    case full = "444"
    /// At half the columns, 4:2:2.
    case half = "422"
    /// At half the columns and rows, 4:2:0.
    case quarter = "420"
  }

  /// JPEG's quality, 1 to 100.
  public var quality: Int
  /// JPEG's colour resolution.
  public var chroma: Chroma
  /// PNG's effort, zlib level 0 to 9.
  public var compression: Int
  /// Whether a JPEG builds up in scans.
  public var progressive: Bool
  /// Threads that compress a PNG; no count changes a byte of it.
  public var threads: Int

  /// Options; by default a JPEG of quality 95 without colour subsampling, a PNG at level 5, one thread.
  public init(
    quality: Int = 95, chroma: Chroma = .full, compression: Int = 5, progressive: Bool = false,
    threads: Int = 1
  ) {
    precondition((1...100).contains(quality), "JPEG quality is 1 to 100, not \(quality)")
    precondition((0...9).contains(compression), "PNG compression is 0 to 9, not \(compression)")
    precondition(threads > 0, "encoding needs at least one thread, not \(threads)")
    (self.quality, self.chroma, self.threads) = (quality, chroma, threads)
    (self.compression, self.progressive) = (compression, progressive)
  }
}
