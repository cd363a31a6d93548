import MSRNLayers
import MSRNTensors

/// Very Deep Convolutional Networks for Large-Scale Image Recognition, by Simonyan and Zisserman, ICLR 2015.
///
/// Weight names are torchvision's, which number convolutions, normalisations, activations and poolings in one sequence.
enum VGG {
  static let networks: [NamedNetwork] = [(16, [2, 2, 3, 3, 3]), (19, [2, 2, 4, 4, 4])].flatMap {
    depth, stages in
    [false, true].map { hasNorm in
      NamedNetwork(
        "vgg\(depth)\(hasNorm ? "_bn" : "")", paper: "Simonyan and Zisserman, ICLR 2015", input: .imageNet,
        classes: 1000
      ) { layer(stages, hasNorm: hasNorm, classes: $0) }
    }
  }

  private static func layer(_ stages: [Int], hasNorm: Bool, classes: Int) -> Layer {
    var layers: [Layer] = [], number = 0
    for (stage, count) in stages.enumerated() {
      for _ in 0..<count {
        layers.append(.conv("\(number)", min(64 << stage, 512), 3))
        if hasNorm { layers.append(.norm("\(number + 1)")) }
        layers.append(.relu)
        number += hasNorm ? 3 : 2
      }
      layers.append(.maxPool(2, stride: 2))
      number += 1
    }
    return .seq(
      .scope("features", .sequence(layers)), .adaptiveAverage(7),
      .scope("classifier", .seq(.linear("0", 4096), .relu, .linear("3", 4096), .relu, .linear("6", classes))))
  }
}
