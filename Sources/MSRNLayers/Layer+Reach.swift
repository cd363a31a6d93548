extension Layer {
  /// Input pixels that the network reads on each side of the place an output pixel belongs to.
  ///
  /// Fractional after upsampling: a pixel read at twice the resolution is half an input pixel away. The halo of
  /// a tile is the reach rounded up; the receptive field is twice the reach and one. Infinite where a result depends on
  /// the whole picture.
  public var reach: Double { grown(Wire()).radius }

  /// The wire behind the layer.
  private func grown(_ wire: Wire) -> Wire {
    switch self {
    case .conv, .linear, .batchNorm, .activation, .pool, .adaptiveAverage, .localResponseNorm, .affine,
      .padChannels,
      .pixelShuffle:
      return step(wire)
    case .sequence(let layers):
      return layers.reduce(wire) { $1.grown($0) }
    case .concat(let branches), .sum(let branches), .product(let branches):
      return .join(branches.map { $0.grown(wire) })
    case .cascade(let layers):
      return layers.reduce(wire) { $1.grown($0) }  // the last of the chain has read the farthest
    case .hourglass(let layer):
      return layer.grown(wire).resized(to: wire)
    case .scope(_, let layer):
      return layer.grown(wire)
    }
  }

  /// The wire behind a layer that has no layers inside.
  func step(_ wire: Wire) -> Wire {
    switch self {
    case .conv(let conv): wire.read(by: conv.window)
    case .pool(let pool): wire.read(by: pool.window)
    case .linear, .adaptiveAverage: Wire(radius: .infinity, pitch: wire.pitch)
    case .pixelShuffle(let r): Wire(radius: wire.radius, pitch: wire.pitch / Double(r))
    case .batchNorm, .activation, .localResponseNorm, .affine, .padChannels: wire
    case .sequence, .concat, .sum, .product, .cascade, .hourglass, .scope:
      preconditionFailure("\(kind) has layers inside")
    }
  }
}

/// How a wire lies over the input.
struct Wire {
  /// Input pixels read on each side.
  var radius = 0.0
  /// Input pixels per pixel of the wire: ½ after upsampling by 2.
  var pitch = 1.0

  /// Rows or columns of the input, whichever are more, that a pixel of the wire depends on.
  var receptiveField: Double { 2 * radius + 1 }

  /// The wire that joins several.
  static func join(_ wires: [Wire]) -> Wire {
    wires.max { $0.radius < $1.radius } ?? Wire()
  }

  /// The wire behind a window, whose middle is the place that its result belongs to.
  func read(by window: Window) -> Wire {
    let span = max(window.span.h, window.span.w)
    return Wire(
      radius: radius + Double(span - 1) / 2 * pitch,
      pitch: pitch * Double(max(window.stride.h, window.stride.w)))
  }

  /// The wire resized to lie as another one does: each of its pixels is made of the two next to it.
  func resized(to other: Wire) -> Wire { Wire(radius: radius + pitch, pitch: other.pitch) }
}
