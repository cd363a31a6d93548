import MSRNLayers
import MSRNTensors

/// MSRN's trunk of 64 features and 8 blocks with one convolution behind it: what plans are asked about, not results.
enum Trunk {
  static let network: Layer = {
    let n = 64
    func conv(_ name: String, _ outputs: Int, _ kernel: Int) -> Layer {
      .conv(Conv(name: name, outputs: outputs, kernel: kernel))
    }
    let block = Layer.sum([
      .sequence([
        .concat([.sequence([conv("a", n, 3), .relu]), .sequence([conv("b", n, 5), .relu])]),
        .concat([.sequence([conv("c", 2 * n, 3), .relu]), .sequence([conv("d", 2 * n, 5), .relu])]),
        conv("e", n, 1),
      ]), .sequence([]),
    ])
    return .sequence([
      conv("head", n, 3), .cascade((0..<8).map { .scope("\($0)", block) }), conv("join", n, 1),
      conv("tail", 3, 3),
    ])
  }()

  /// All zero.
  static var weights: Weights {
    var weights = Weights()
    for parameter in network.weights(inputs: 3) {
      weights.tensors[parameter.name] = Tensor(shape: parameter.shape)
    }
    return weights
  }
}
