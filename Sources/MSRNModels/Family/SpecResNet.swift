import MSRNLayers
import MSRNTensors

/// Deep Residual Neural Networks for Audio Spoofing Detection, by Alzantot et al., Interspeech 2019: Spec-ResNet.
///
/// What the authors' code computes (nesl/asvspoof2019, `SpectrogramModel`), not what the paper's figure shows: the
/// pre-activation's result is overwritten, blocks of even number are built and not run, shortcuts are 3x3 convolutions.
/// The two results are logits of spoofed and genuine speech; the code's score is the second's less the first's.
enum SpecResNet {
  static let networks = [
    NamedNetwork(
      "spec_resnet", paper: "Alzantot et al., Interspeech 2019", input: Shape(c: 1, h: 1025, w: 126),
      classes: 2,
      medium: .speech, unused: { _ in unused }, make: { layer(classes: $0) })
  ]

  private static func layer(classes: Int) -> Layer {
    let blocks = stride(from: 1, through: 11, by: 2).map { Layer.scope("block\($0)", block) }
    return .seq(
      .conv("conv1", 32, 3), .sequence(blocks), .norm("bn"), activation, .linear("fc1", 128), activation,
      .linear("fc2", classes))
  }

  private static let activation = Layer.activation(.leakyReLU(slope: 0.01))

  /// A ninth of the map.
  private static let block = Layer.sum([
    .seq(.conv("conv1", 32, 3), .norm("bn1"), activation, .conv("conv2", 32, 3, stride: 3, padding: 1)),
    .conv("conv11", 32, 3, stride: 3, padding: 1),
  ])

  private static var unused: [NamedNetwork.Unused] {
    let input = Shape(c: 32, h: 3, w: 3)
    let norms = (2...11).map { Layer.scope("block\($0)", .norm("pre_bn")) }
    let blocks = stride(from: 2, through: 10, by: 2).map { Layer.scope("block\($0)", block) }
    return (norms + blocks).map { NamedNetwork.Unused($0, input: input) }
  }
}
