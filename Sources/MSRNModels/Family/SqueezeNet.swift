import MSRNLayers
import MSRNTensors

/// SqueezeNet: AlexNet-level accuracy with 50x fewer parameters, by Iandola et al., 2016 (arXiv:1602.07360).
///
/// Weight names are torchvision's, which number all layers of the features in one sequence.
enum SqueezeNet {
  static let networks = [
    network("squeezenet1_0") {
      [
        .conv("0", 96, 7, stride: 2, padding: 0), .relu, pool, fire(3, 16), fire(4, 16), fire(5, 32), pool,
        fire(7, 32), fire(8, 48), fire(9, 48), fire(10, 64), pool, fire(12, 64),
      ]
    },
    network("squeezenet1_1") {
      [
        .conv("0", 64, 3, stride: 2, padding: 0), .relu, pool, fire(3, 16), fire(4, 16), pool,
        fire(6, 32), fire(7, 32), pool, fire(9, 48), fire(10, 48), fire(11, 64), fire(12, 64),
      ]
    },
  ]

  private static func network(_ name: String, _ features: @escaping @Sendable () -> [Layer]) -> NamedNetwork {
    NamedNetwork(name, paper: "Iandola et al., 2016", input: .imageNet, classes: 1000) { classes in
      .seq(
        .scope("features", .sequence(features())), .conv("classifier.1", classes, 1), .relu, .globalAverage)
    }
  }

  private static let pool = Layer.maxPool(3, stride: 2, ceil: true)

  /// A 1x1 convolution to few channels, and 1x1 and 3x3 of four times as many each.
  private static func fire(_ number: Int, _ squeeze: Int) -> Layer {
    .scope(
      "\(number)",
      .seq(
        .conv("squeeze", squeeze, 1), .relu,
        .cat(
          .seq(.conv("expand1x1", 4 * squeeze, 1), .relu), .seq(.conv("expand3x3", 4 * squeeze, 3), .relu))))
  }
}
