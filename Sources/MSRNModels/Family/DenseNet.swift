import MSRNLayers
import MSRNTensors

/// Densely Connected Convolutional Networks, by Huang et al., CVPR 2017.
///
/// Weight names are torchvision's, for CIFAR too.
struct DenseNet {
  /// Layers of each block.
  var depths: [Int]
  /// New channels of each layer.
  var growth: Int
  /// Channels of the stem.
  var stem: Int
  /// Whether a 1x1 convolution to four times the growth comes before each 3x3 ("B").
  var hasBottleneck = true
  /// Whether transitions halve the channels ("C").
  var compresses = true

  static let networks: [NamedNetwork] =
    [
      imageNet("densenet121", [6, 12, 24, 16]), imageNet("densenet169", [6, 12, 32, 32]),
      imageNet("densenet201", [6, 12, 48, 32]), imageNet("densenet161", [6, 12, 36, 24], growth: 48),
    ]
    + [(40, 12), (100, 12), (100, 24)].map { depth, growth in
      let depths = [Int](repeating: (depth - 4) / 3, count: 3)
      return cifar(
        "densenet\(depth)_k\(growth)",
        DenseNet(depths: depths, growth: growth, stem: 16, hasBottleneck: false, compresses: false))
    }
    + [(100, 12), (250, 24), (190, 40)].map { depth, growth in
      let depths = [Int](repeating: (depth - 4) / 6, count: 3)
      return cifar(
        "densenet_bc\(depth)_k\(growth)", DenseNet(depths: depths, growth: growth, stem: 2 * growth))
    }

  private static let paper = "Huang et al., CVPR 2017"

  private static func imageNet(_ name: String, _ depths: [Int], growth: Int = 32) -> NamedNetwork {
    NamedNetwork(name, paper: paper, input: .imageNet, classes: 1000) {
      let stem = Layer.seq(
        .conv("conv0", 2 * growth, 7, stride: 2, bias: false), .norm("norm0"), .relu,
        .maxPool(3, stride: 2, padding: 1))
      return DenseNet(depths: depths, growth: growth, stem: 2 * growth).layer(stem, classes: $0)
    }
  }

  private static func cifar(_ name: String, _ net: DenseNet) -> NamedNetwork {
    NamedNetwork(name, paper: paper, input: .cifar, classes: 10) {
      net.layer(.conv("conv0", net.stem, 3, bias: false), classes: $0)
    }
  }

  private func layer(_ stem: Layer, classes: Int) -> Layer {
    var layers = [stem], channels = self.stem
    for (index, depth) in depths.enumerated() {
      let block = (1...depth).map { Layer.scope("denselayer\($0)", dense) }
      layers.append(.scope("denseblock\(index + 1)", .sequence(block)))
      channels += depth * growth
      guard index + 1 < depths.count else { break }
      if compresses { channels /= 2 }
      layers.append(
        .scope(
          "transition\(index + 1)",
          .seq(.norm("norm"), .relu, .conv("conv", channels, 1, bias: false), .averagePool(2, stride: 2))))
    }
    layers.append(.norm("norm5"))
    return .seq(.scope("features", .sequence(layers)), .relu, .globalAverage, .linear("classifier", classes))
  }

  /// What is there, and `growth` channels more that are made of it.
  private var dense: Layer {
    let first = Layer.seq(.norm("norm1"), .relu)
    guard hasBottleneck else { return .cat(.identity, .seq(first, .conv("conv1", growth, 3, bias: false))) }
    return .cat(
      .identity,
      .seq(
        first, .conv("conv1", 4 * growth, 1, bias: false), .norm("norm2"), .relu,
        .conv("conv2", growth, 3, bias: false)))
  }
}
