import MSRNLayers
import MSRNTensors

/// The networks for CIFAR of Deep Residual Learning for Image Recognition, by He et al., CVPR 2016.
///
/// Weight names are those of akamaster/pytorch_resnet_cifar10, whose four published checkpoints these networks read. Depth
/// is 6n + 2.
struct CIFARResNet {
  /// The shortcut around a block.
  enum Shortcut {
    /// There is none: a plain network.
    case none
    /// A: the input; where a block changes the map, every other pixel, and zeros for the new channels, half of them on
    /// each side.
    case zeros
    /// B: the input; where a block changes the map, a 1x1 convolution and batch normalisation.
    case projectionWhereNeeded
    /// C: a 1x1 convolution and batch normalisation.
    case projection
  }

  var depth: Int
  var shortcut: Shortcut

  static let networks: [NamedNetwork] = {
    let depths = [20, 32, 44, 56, 110, 1202]
    let kinds: [(String, String, Shortcut, [Int])] = [
      ("resnet", "", .zeros, depths), ("resnet", "_b", .projectionWhereNeeded, depths),
      ("resnet", "_c", .projection, depths), ("plain", "", .none, depths.dropLast()),
    ]
    return kinds.flatMap { stem, mark, shortcut, depths in
      depths.map { depth in
        NamedNetwork("\(stem)\(depth)\(mark)", paper: "He et al., CVPR 2016", input: .cifar, classes: 10) {
          CIFARResNet(depth: depth, shortcut: shortcut).layer(classes: $0)
        }
      }
    }
  }()

  /// A convolution, three stages of 16, 32 and 64 channels, mean, matrix.
  func layer(classes: Int) -> Layer {
    .seq(
      .conv("conv1", 16, 3, bias: false), .norm("bn1"), .relu, stage(1), stage(2), stage(3), .globalAverage,
      .linear("linear", classes))
  }

  private func stage(_ number: Int) -> Layer {
    let width = 8 << number
    let blocks = Layer.blocks((depth - 2) / 6) { index in
      let changes = number > 1 && index == 0
      let stride = changes ? 2 : 1
      let body = Layer.seq(
        .conv("conv1", width, 3, stride: stride, bias: false), .norm("bn1"), .relu,
        .conv("conv2", width, 3, bias: false), .norm("bn2"))
      let around = around(width, changes: changes)
      return .seq(around.map { .sum([body, $0]) } ?? body, .relu)
    }
    return .scope("layer\(number)", .sequence(blocks))
  }

  private func around(_ width: Int, changes: Bool) -> Layer? {
    let projection = Layer.scope(
      "shortcut", .seq(.conv("0", width, 1, stride: changes ? 2 : 1, bias: false), .norm("1")))
    switch shortcut {
    case .none: return nil
    case .projection: return projection
    case .projectionWhereNeeded: return changes ? projection : .identity
    case .zeros:
      return changes
        ? .seq(.subsample(2), .padChannels(before: width / 4, after: width / 4)) : .identity
    }
  }
}
