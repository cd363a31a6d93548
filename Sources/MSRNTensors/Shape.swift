/// The size of one feature map: channels, rows, columns.
public struct Shape: Hashable, Sendable {
  /// Channels.
  public var c: Int
  /// Rows.
  public var h: Int
  /// Columns.
  public var w: Int

  /// A map of `c` channels, `h` rows and `w` columns.
  public init(c: Int, h: Int, w: Int) { (self.c, self.h, self.w) = (c, h, w) }

  /// Values in one map.
  public var count: Int { c * h * w }
}

extension Shape: CustomStringConvertible {
  /// For example `64x48x48`: channels, rows, columns.
  public var description: String { "\(c)x\(h)x\(w)" }
}
