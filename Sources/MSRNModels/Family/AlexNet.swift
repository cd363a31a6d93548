import MSRNLayers
import MSRNTensors

/// ImageNet Classification with Deep Convolutional Neural Networks, by Krizhevsky et al., and Zeiler and Fergus's network.
///
/// AlexNet is torchvision's, that of "One weird trick for parallelizing convolutional neural networks" (Krizhevsky, 2014):
/// no local response normalisation, no groups. ZF Net has the sizes of figure 3 of Visualizing and Understanding
/// Convolutional Networks (ECCV 2014) and Krizhevsky's normalisation after its first two poolings; its weight names are
/// this project's.
enum AlexNet {
  static let networks = [
    NamedNetwork("alexnet", paper: "Krizhevsky, 2014", input: .imageNet, classes: 1000) { alexnet($0) },
    NamedNetwork("zfnet", paper: "Zeiler and Fergus, ECCV 2014", input: .imageNet, classes: 1000) {
      zfnet($0)
    },
  ]

  private static func alexnet(_ classes: Int) -> Layer {
    .seq(
      .scope(
        "features",
        .seq(
          .conv("0", 64, 11, stride: 4, padding: 2), .relu, .maxPool(3, stride: 2),
          .conv("3", 192, 5), .relu, .maxPool(3, stride: 2),
          .conv("6", 384, 3), .relu, .conv("8", 256, 3), .relu, .conv("10", 256, 3), .relu,
          .maxPool(3, stride: 2))),
      .adaptiveAverage(6),
      .scope("classifier", .seq(.linear("1", 4096), .relu, .linear("4", 4096), .relu, .linear("6", classes))))
  }

  private static func zfnet(_ classes: Int) -> Layer {
    let norm = Layer.localResponseNorm(LocalResponseNorm(size: 5, k: 2))
    return .seq(
      .conv("conv1", 96, 7, stride: 2, padding: 1), .relu, .maxPool(3, stride: 2, ceil: true), norm,
      .conv("conv2", 256, 5, stride: 2, padding: 0), .relu, .maxPool(3, stride: 2, ceil: true), norm,
      .conv("conv3", 384, 3), .relu, .conv("conv4", 384, 3), .relu, .conv("conv5", 256, 3), .relu,
      .maxPool(3, stride: 2),
      .linear("fc6", 4096), .relu, .linear("fc7", 4096), .relu, .linear("fc8", classes))
  }
}
