import MSRNLayers
import MSRNTensors

/// Wide Residual Networks, by Zagoruyko and Komodakis, BMVC 2016: pre-activation, depth 6n + 4, k times the channels.
enum WideResNet {
  static let networks: [NamedNetwork] = [(16, 8), (28, 10), (40, 4)].map { depth, k in
    NamedNetwork(
      "wrn\(depth)_\(k)", paper: "Zagoruyko and Komodakis, BMVC 2016", input: .cifar, classes: 10
    ) { layer(depth: depth, k: k, classes: $0) }
  }

  private static func layer(depth: Int, k: Int, classes: Int) -> Layer {
    let stages = (0..<3).map { stage in
      Layer.scope(
        "layer\(stage + 1)",
        .sequence(
          Layer.blocks((depth - 4) / 6) { block(k * 16 << stage, stride: stage > 0 && $0 == 0 ? 2 : 1, $0) }))
    }
    return .seq(
      .conv("conv1", 16, 3, bias: false), .sequence(stages), .norm("bn"), .relu, .globalAverage,
      .linear("fc", classes))
  }

  /// The first block of a stage changes the channels, and its shortcut projects what has been activated.
  private static func block(_ width: Int, stride: Int, _ index: Int) -> Layer {
    let activation = Layer.seq(.norm("bn1"), .relu)
    let body = Layer.seq(
      .conv("conv1", width, 3, stride: stride, bias: false), .norm("bn2"), .relu,
      .conv("conv2", width, 3, bias: false))
    guard index == 0 else { return .residual(activation, body) }
    return .seq(activation, .sum([.conv("shortcut", width, 1, stride: stride, bias: false), body]))
  }
}
