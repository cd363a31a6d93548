import MSRNLayers
import MSRNTensors

/// Residual Attention Network for Image Classification, by Wang et al., CVPR 2017.
///
/// As in the authors' prototxt files (Attention-56 and -92), with which the paper's counts disagree a little: the mask
/// reads what the first unit of a module gives. They published none for CIFAR: a 3x3 convolution for the stem, and last
/// units that neither widen nor halve the map, come closest to the paper's 1.9 and 5.1 M parameters of Attention-92 and
/// -236. Weight names are this project's.
struct ResidualAttention {
  /// Attention modules of each of the three stages.
  var modules: [Int]
  /// Channels of the stem.
  var width: Int
  var isCIFAR: Bool

  static let networks: [NamedNetwork] =
    [(56, [1, 1, 1]), (92, [1, 2, 3])].map { depth, modules in
      NamedNetwork("attention\(depth)", paper: paper, input: .imageNet, classes: 1000) {
        ResidualAttention(modules: modules, width: 64, isCIFAR: false).layer(classes: $0)
      }
    }
    + [2, 6, 12].map { count in
      NamedNetwork("attention\(36 * count + 20)_cifar", paper: paper, input: .cifar, classes: 10) {
        ResidualAttention(modules: [count, count, count], width: 16, isCIFAR: true).layer(classes: $0)
      }
    }

  private static let paper = "Wang et al., CVPR 2017"

  func layer(classes: Int) -> Layer {
    let stem =
      isCIFAR
      ? Layer.conv("conv1", width, 3, bias: false) : .conv("conv1", width, 7, stride: 2, bias: false)
    let stages = modules.enumerated().map { index, count in
      let channels = 4 * width << index
      let entry = Self.changing(channels, stride: index == 0 ? 1 : 2)
      let attention = (1...count).map { Layer.scope("\($0)", Self.module(channels, depth: 3 - index)) }
      return Layer.scope("stage\(index + 1)", .sequence([.scope("0", entry)] + attention))
    }
    let last = isCIFAR ? 16 * width : 32 * width
    let units = [
      isCIFAR ? Self.unit(last) : Self.changing(last, stride: 2), Self.unit(last), Self.unit(last),
    ]
    return .seq(
      stem, .norm("bn1"), .relu, isCIFAR ? .identity : .maxPool(3, stride: 2, ceil: true), .sequence(stages),
      .scope("stage4", .sequence(units.enumerated().map { .scope("\($0)", $1) })),
      .norm("bn"), .relu, .globalAverage, .linear("classifier", classes))
  }

  /// A unit, a trunk of two units times one plus the mask of the same map, a unit.
  private static func module(_ channels: Int, depth: Int) -> Layer {
    let trunk = Layer.scope("trunk", .sequence(Layer.blocks(2) { _ in unit(channels) }))
    let gate = Layer.seq(
      .scope("mask", mask(channels, depth: depth)),
      .norm("bn1"), .relu, .conv("conv1", channels, 1, bias: false),
      .norm("bn2"), .relu, .conv("conv2", channels, 1, bias: false), .sigmoid, .affine(scale: 1, shift: 1))
    return .seq(.scope("first", unit(channels)), .product([trunk, gate]), .scope("last", unit(channels)))
  }

  /// Half the size, a unit, the mask of that size beside another unit, a unit, and up again; at the bottom the two units
  /// alone.
  private static func mask(_ channels: Int, depth: Int) -> Layer {
    let inner: Layer =
      depth > 1
      ? .sum([.scope("skip", unit(channels)), .scope("inner", mask(channels, depth: depth - 1))]) : .identity
    return .hourglass(
      .seq(
        .maxPool(3, stride: 2, ceil: true), .scope("down", unit(channels)), inner,
        .scope("up", unit(channels))))
  }

  /// A pre-activation bottleneck.
  private static func unit(_ channels: Int) -> Layer {
    .residual(.norm("bn1"), .relu, body(channels, stride: 1))
  }

  /// A unit that changes its map, whose shortcut projects what has been activated.
  private static func changing(_ channels: Int, stride: Int) -> Layer {
    .seq(
      .norm("bn1"), .relu,
      .sum([.conv("shortcut", channels, 1, stride: stride, bias: false), body(channels, stride: stride)]))
  }

  private static func body(_ channels: Int, stride: Int) -> Layer {
    .seq(
      .conv("conv1", channels / 4, 1, bias: false), .norm("bn2"), .relu,
      .conv("conv2", channels / 4, 3, stride: stride, bias: false), .norm("bn3"), .relu,
      .conv("conv3", channels, 1, bias: false))
  }
}
