public import MSRNTensors

extension Layer {
  /// The shape of the result for an input of the given shape.
  ///
  /// Traps where branches that are joined disagree in size, or channels cannot be divided as a layer asks.
  ///
  /// - Parameter input: Channels, rows and columns.
  /// - Returns: Channels, rows and columns of the result.
  /// - Throws: `tooSmall`.
  public func shape(for input: Shape) throws(LayerError) -> Shape {
    try walk(Place(shape: input), prefix: "", depth: 0) { _ in }.shape
  }

  /// The shape of what a layer gives that has no layers inside.
  func output(for input: Shape, path: String) throws(LayerError) -> Shape {
    switch self {
    case .conv(let conv):
      precondition(
        input.c % conv.groups == 0, "convolution \(path) cannot split \(input.c) channels in \(conv.groups)")
      return try windows(conv.window, input, path, channels: conv.outputs)
    case .pool(let pool):
      return try windows(pool.window, input, path, channels: input.c)
    case .linear(let linear):
      return Shape(c: linear.outputs, h: 1, w: 1)
    case .adaptiveAverage(let extent):
      return Shape(c: input.c, h: extent.h, w: extent.w)
    case .padChannels(let before, let after):
      return Shape(c: before + input.c + after, h: input.h, w: input.w)
    case .pixelShuffle(let r):
      precondition(
        r > 0 && input.c % (r * r) == 0, "a pixel shuffle by \(r) cannot divide \(input.c) channels")
      return Shape(c: input.c / (r * r), h: input.h * r, w: input.w * r)
    case .batchNorm, .activation, .localResponseNorm, .affine:
      return input
    case .sequence, .concat, .sum, .product, .cascade, .hourglass, .scope:
      preconditionFailure("\(kind) has layers inside")
    }
  }

  private func windows(
    _ window: Window, _ input: Shape, _ path: String, channels: Int
  ) throws(LayerError) -> Shape {
    guard let count = window.count(over: Extent(input.h, input.w)) else {
      throw .tooSmall(layer: path.isEmpty ? kind : "\(kind) \(path)", input: input, window: window.span)
    }
    return Shape(c: channels, h: count.h, w: count.w)
  }

  /// The shape of maps joined along their channels.
  static func joined(_ shapes: [Shape], by name: String) -> Shape {
    guard let first = shapes.first else { preconditionFailure("a \(name) needs at least one branch") }
    for other in shapes.dropFirst() {
      precondition((other.h, other.w) == (first.h, first.w), "a \(name) cannot join \(first) and \(other)")
    }
    return Shape(c: shapes.reduce(0) { $0 + $1.c }, h: first.h, w: first.w)
  }

  /// The shape of maps combined value by value.
  static func matched(_ shapes: [Shape], by name: String) -> Shape {
    guard let first = shapes.first else { preconditionFailure("a \(name) needs at least one branch") }
    for other in shapes.dropFirst() {
      precondition(other == first, "a \(name) cannot combine \(first) and \(other)")
    }
    return first
  }
}
