extension Layer {
  /// Input pixels that the network reads on each side of the place an output pixel belongs to.
  ///
  /// Fractional after upsampling: a pixel read at twice the resolution is half an input pixel away. The halo of
  /// a tile is the reach rounded up.
  public var reach: Double { grown(Wire()).radius }

  /// How a wire lies over the input.
  private struct Wire {
    /// Input pixels read on each side.
    var radius = 0.0
    /// Input pixels per pixel of the wire: ½ after upsampling by 2.
    var pitch = 1.0

    /// The wire that joins several.
    static func join(_ wires: [Wire]) -> Wire {
      wires.max { $0.radius < $1.radius } ?? Wire()
    }
  }

  /// The wire behind the layer.
  private func grown(_ wire: Wire) -> Wire {
    switch self {
    case .conv(let conv):
      return Wire(radius: wire.radius + Double(conv.padding) * wire.pitch, pitch: wire.pitch)
    case .relu:
      return wire
    case .pixelShuffle(let r):
      return Wire(radius: wire.radius, pitch: wire.pitch / Double(r))
    case .sequence(let layers):
      return layers.reduce(wire) { $1.grown($0) }
    case .concat(let branches), .sum(let branches):
      return .join(branches.map { $0.grown(wire) })
    case .cascade(let layers):
      return layers.reduce(wire) { $1.grown($0) }  // the last of the chain has read the farthest
    case .scope(_, let layer):
      return layer.grown(wire)
    }
  }
}
