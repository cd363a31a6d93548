/// A dense array of single-precision values with its dimensions, last dimension fastest.
///
/// Feature maps are `[C, H, W]` (NCHW with one image); convolution weights are `[O, I, H, W]` (OIHW).
public struct Tensor: Equatable, Sendable {
  /// The extent of each dimension, slowest first.
  public let shape: [Int]
  /// `shape.reduce(1, *)` values.
  public var values: [Float]

  /// Wraps `values`, whose count must be the product of `shape`.
  public init(shape: [Int], values: [Float]) {
    precondition(
      values.count == shape.reduce(1, *), "a tensor of shape \(shape) cannot hold \(values.count) values")
    self.shape = shape
    self.values = values
  }

  /// A tensor of one repeated value.
  public init(shape: [Int], repeating value: Float = 0) {
    self.init(shape: shape, values: [Float](repeating: value, count: shape.reduce(1, *)))
  }

  /// A feature map of zeros.
  public init(_ shape: Shape) { self.init(shape: [shape.c, shape.h, shape.w]) }

  /// The values of a tensor of that shape; nil where an extent is negative or the product has no place in an `Int`.
  static func count(_ shape: [Int]) -> Int? {
    var count = 1
    for extent in shape {
      guard extent >= 0, case (let product, false) = count.multipliedReportingOverflow(by: extent) else {
        return nil
      }
      count = product
    }
    return count
  }

  /// The size of a tensor that is a feature map.
  public var map: Shape {
    precondition(shape.count == 3, "a feature map has three dimensions, not \(shape)")
    return Shape(c: shape[0], h: shape[1], w: shape[2])
  }
}
