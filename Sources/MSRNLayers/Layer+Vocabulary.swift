extension Layer {
  /// The layer that gives its input back.
  public static let identity = Layer.sequence([])

  /// A named convolution with `outputs` filters of `kernel` x `kernel`.
  public static func conv(_ name: String, _ outputs: Int, _ kernel: Int, bias: Bool = true) -> Layer {
    .conv(Conv(name: name, outputs: outputs, kernel: kernel, bias: bias))
  }

  /// Layers one after the other.
  public static func seq(_ layers: Layer...) -> Layer { .sequence(layers) }

  /// Branches of one input, joined along the channels.
  public static func cat(_ branches: Layer...) -> Layer { .concat(branches) }

  /// The layers in sequence, with their input added to the result.
  public static func residual(_ body: Layer...) -> Layer { .sum([.sequence(body), .identity]) }

  /// `count` layers in scopes named "0", "1" and so on.
  public static func blocks(_ count: Int, _ block: (Int) -> Layer) -> [Layer] {
    (0..<count).map { .scope("\($0)", block($0)) }
  }
}
