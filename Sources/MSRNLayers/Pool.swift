/// The largest or the mean value of each window of a map, channel by channel.
public struct Pool: Hashable, Sendable {
  /// What is taken of a window.
  public enum Kind: Hashable, Sendable {
    /// The largest value; padding is never it.
    case max
    /// The mean. The padding counts as so many zeros or not at all; what a last window reads beyond the padding never
    /// counts.
    case average(countsPadding: Bool)
  }

  /// What is taken of a window.
  public let kind: Kind
  /// Kernel, stride, padding and rounding.
  public let window: Window

  /// A pooling whose every window meets the map.
  public init(_ kind: Kind, _ window: Window) {
    precondition(window.dilation == 1, "a pooling reads neighbouring pixels")
    precondition(
      2 * window.padding.h <= window.kernel.h && 2 * window.padding.w <= window.kernel.w,
      "a pooling's padding is at most half its kernel")
    (self.kind, self.window) = (kind, window)
  }
}
