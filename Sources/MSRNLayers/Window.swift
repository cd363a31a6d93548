/// Rows and columns of something that is no map: a filter, a step, a border.
public struct Extent: Hashable, Sendable {
  /// Rows.
  public var h: Int
  /// Columns.
  public var w: Int

  /// `h` rows and `w` columns.
  public init(_ h: Int, _ w: Int) { (self.h, self.w) = (h, w) }
}

extension Extent: ExpressibleByIntegerLiteral {
  /// As many columns as rows.
  public init(integerLiteral side: Int) { self.init(side, side) }
}

extension Extent: CustomStringConvertible {
  /// For example `1x7`: rows, columns.
  public var description: String { "\(h)x\(w)" }
}

/// Where a window lies that slides over a map: what convolutions and poolings have in common.
///
/// Window `i` begins at row `i · stride - padding` and reads every `dilation`-th row from there, `kernel` of them.
public struct Window: Hashable, Sendable {
  /// Rows and columns that are read.
  public let kernel: Extent
  /// From one window to the next.
  public let stride: Extent
  /// Pixels added on every side: top and bottom, left and right.
  public let padding: Extent
  /// From one row or column that is read to the next.
  public let dilation: Extent
  /// Whether a last window counts that begins on the padded map and ends beyond it, as PyTorch's `ceil_mode` has it:
  /// unless it begins in the padding behind the map.
  public let ceil: Bool

  /// A window; without a padding the one that keeps the size of a map at stride 1, which an even extent has not.
  public init(
    _ kernel: Extent, stride: Extent = 1, padding: Extent? = nil, dilation: Extent = 1, ceil: Bool = false
  ) {
    func positive(_ extent: Extent) -> Bool { extent.h > 0 && extent.w > 0 }
    precondition(
      positive(kernel) && positive(stride) && positive(dilation),
      "a window needs rows, columns, stride and dilation")
    let span = Extent(dilation.h * (kernel.h - 1), dilation.w * (kernel.w - 1))
    precondition(
      padding != nil || span.h % 2 == 0 && span.w % 2 == 0,
      "a window of \(kernel) has no middle: say its padding")
    let padding = padding ?? Extent(span.h / 2, span.w / 2)
    precondition(padding.h >= 0 && padding.w >= 0, "a padding cannot be negative")
    (self.kernel, self.stride, self.padding) = (kernel, stride, padding)
    (self.dilation, self.ceil) = (dilation, ceil)
  }

  /// Rows and columns from the first that is read to the last, both included.
  public var span: Extent { Extent(dilation.h * (kernel.h - 1) + 1, dilation.w * (kernel.w - 1) + 1) }

  /// How many windows there are over a map of so many rows and columns; nil where it is too small for one.
  public func count(over map: Extent) -> Extent? {
    func count(_ size: Int, span: Int, stride: Int, padding: Int) -> Int? {
      let free = size + 2 * padding - span + (ceil ? stride - 1 : 0)
      guard free >= 0 else { return nil }
      let count = free / stride + 1
      return ceil && (count - 1) * stride >= size + padding ? count - 1 : count
    }
    guard let h = count(map.h, span: span.h, stride: stride.h, padding: padding.h),
      let w = count(map.w, span: span.w, stride: stride.w, padding: padding.w), h > 0, w > 0
    else { return nil }
    return Extent(h, w)
  }
}
