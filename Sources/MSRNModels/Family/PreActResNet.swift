import MSRNLayers
import MSRNTensors

/// Identity Mappings in Deep Residual Networks, by He et al., ECCV 2016: activation before convolution.
///
/// A unit that changes its map activates before its two paths part, and so does the first unit for CIFAR, which follows a
/// bare convolution; in the others the shortcut is the input itself. Projections have no batch normalisation. For CIFAR a
/// bottleneck's stride is on its first convolution, as in the authors' code; for ImageNet on the 3x3, and the stem activates
/// before its pooling, and the first unit once more.
enum PreActResNet {
  static let networks: [NamedNetwork] =
    [110, 164, 1001].map { depth in
      NamedNetwork("preresnet\(depth)", paper: paper, input: .cifar, classes: 10) {
        cifar(depth: depth, classes: $0)
      }
    }
    + [(152, [3, 8, 36, 3]), (200, [3, 24, 36, 3])].map { depth, depths in
      NamedNetwork("preresnet\(depth)", paper: paper, input: .imageNet, classes: 1000) {
        imageNet(depths: depths, classes: $0)
      }
    }

  private static let paper = "He et al., ECCV 2016"

  /// Two convolutions a unit and option A's shortcuts at depth 110, bottlenecks and projections beyond.
  private static func cifar(depth: Int, classes: Int) -> Layer {
    let isDeep = depth > 110
    let count = (depth - 2) / (isDeep ? 9 : 6)
    let stages = (0..<3).map { stage in
      Layer.blocks(count) { index in
        let width = 16 << stage
        let entry = stage > 0 && index == 0
        let stride = entry ? 2 : 1
        guard isDeep else {
          let zeros = Layer.seq(.subsample(2), .padChannels(before: width / 4, after: width / 4))
          let shares = entry || stage == 0 && index == 0
          return unit(basic(width, stride), shortcut: entry ? zeros : .identity, shares: shares)
        }
        let shares = index == 0
        return unit(
          bottleneck(width, strides: (stride, 1)),
          shortcut: shares ? projection(4 * width, stride) : .identity, shares: shares)
      }
    }
    return .seq(.conv("conv1", 16, 3, bias: false), scoped(stages), tail(classes))
  }

  private static func imageNet(depths: [Int], classes: Int) -> Layer {
    let stages = depths.indices.map { stage in
      Layer.blocks(depths[stage]) { index in
        let width = 64 << stage, stride = stage > 0 && index == 0 ? 2 : 1
        let shares = index == 0
        return unit(
          bottleneck(width, strides: (1, stride)),
          shortcut: shares ? projection(4 * width, stride) : .identity, shares: shares)
      }
    }
    return .seq(
      .conv("conv1", 64, 7, stride: 2, bias: false), .norm("bn1"), .relu, .maxPool(3, stride: 2, padding: 1),
      scoped(stages), tail(classes))
  }

  private static func unit(_ body: Layer, shortcut: Layer, shares: Bool) -> Layer {
    let activation = Layer.seq(.norm("bn1"), .relu)
    return shares ? .seq(activation, .sum([shortcut, body])) : .sum([shortcut, .seq(activation, body)])
  }

  private static func basic(_ width: Int, _ stride: Int) -> Layer {
    .seq(
      .conv("conv1", width, 3, stride: stride, bias: false), .norm("bn2"), .relu,
      .conv("conv2", width, 3, bias: false))
  }

  private static func bottleneck(_ width: Int, strides: (first: Int, second: Int)) -> Layer {
    .seq(
      .conv("conv1", width, 1, stride: strides.first, bias: false), .norm("bn2"), .relu,
      .conv("conv2", width, 3, stride: strides.second, bias: false), .norm("bn3"), .relu,
      .conv("conv3", 4 * width, 1, bias: false))
  }

  private static func projection(_ outputs: Int, _ stride: Int) -> Layer {
    .conv("shortcut", outputs, 1, stride: stride, bias: false)
  }

  private static func scoped(_ stages: [[Layer]]) -> Layer {
    .sequence(stages.enumerated().map { .scope("layer\($0 + 1)", .sequence($1)) })
  }

  private static func tail(_ classes: Int) -> Layer {
    .seq(.norm("bn"), .relu, .globalAverage, .linear("fc", classes))
  }
}
