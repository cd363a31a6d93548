import MSRNLayers
import MSRNTensors

/// Deep Residual Learning for Image Recognition, by He et al., CVPR 2016, and what differs from it by numbers alone:
/// ResNeXt (Xie et al., CVPR 2017), wide ResNet (Zagoruyko and Komodakis, BMVC 2016), plain networks.
///
/// Weight names are torchvision's, and timm's, whose "ResNet strikes back" weights are of these networks too. Both put a
/// bottleneck's stride on its 3x3 convolution ("v1.5"); the paper's and Caffe's is on the first 1x1 ("v1"): as many
/// parameters, other results.
struct ResNet {
  enum Block { case basic, bottleneck }

  var block: Block
  /// Blocks of each stage.
  var depths: [Int]
  /// Runs of channels that a bottleneck's 3x3 convolution keeps apart.
  var groups = 1
  /// Channels of a run for each 64 of the stage.
  var groupWidth = 64
  /// Whether a bottleneck's stride is on its first convolution.
  var stridesFirst = false
  /// Whether there are shortcuts.
  var isResidual = true

  static let networks: [NamedNetwork] = {
    let he = "He et al., CVPR 2016", xie = "Xie et al., CVPR 2017"
    let wide = "Zagoruyko and Komodakis, BMVC 2016"
    let d18 = [2, 2, 2, 2], d50 = [3, 4, 6, 3], d101 = [3, 4, 23, 3], d152 = [3, 8, 36, 3]
    return [
      network("resnet18", he, ResNet(block: .basic, depths: d18)),
      network("resnet34", he, ResNet(block: .basic, depths: d50)),
      network("resnet50", he, ResNet(block: .bottleneck, depths: d50)),
      network("resnet101", he, ResNet(block: .bottleneck, depths: d101)),
      network("resnet152", he, ResNet(block: .bottleneck, depths: d152)),
      network("resnet200", he, ResNet(block: .bottleneck, depths: [3, 24, 36, 3])),
      network("resnet50_v1", he, ResNet(block: .bottleneck, depths: d50, stridesFirst: true)),
      network("resnet101_v1", he, ResNet(block: .bottleneck, depths: d101, stridesFirst: true)),
      network("resnet152_v1", he, ResNet(block: .bottleneck, depths: d152, stridesFirst: true)),
      network("plain18", he, ResNet(block: .basic, depths: d18, isResidual: false)),
      network("plain34", he, ResNet(block: .basic, depths: d50, isResidual: false)),
      network("resnext50_32x4d", xie, ResNet(block: .bottleneck, depths: d50, groups: 32, groupWidth: 4)),
      network("resnext101_32x4d", xie, ResNet(block: .bottleneck, depths: d101, groups: 32, groupWidth: 4)),
      network("resnext101_32x8d", xie, ResNet(block: .bottleneck, depths: d101, groups: 32, groupWidth: 8)),
      network("resnext101_64x4d", xie, ResNet(block: .bottleneck, depths: d101, groups: 64, groupWidth: 4)),
      network("wide_resnet50_2", wide, ResNet(block: .bottleneck, depths: d50, groupWidth: 128)),
      network("wide_resnet101_2", wide, ResNet(block: .bottleneck, depths: d101, groupWidth: 128)),
    ]
  }()

  private static func network(_ name: String, _ paper: String, _ resnet: ResNet) -> NamedNetwork {
    NamedNetwork(name, paper: paper, input: .imageNet, classes: 1000) { resnet.layer(classes: $0) }
  }

  /// Stem, four stages, mean, matrix.
  func layer(classes: Int) -> Layer {
    .seq(
      .conv("conv1", 64, 7, stride: 2, bias: false), .norm("bn1"), .relu, .maxPool(3, stride: 2, padding: 1),
      .sequence(depths.indices.map { stage($0) }), .globalAverage, .linear("fc", classes))
  }

  private func stage(_ index: Int) -> Layer {
    let width = 64 << index, outputs = block == .basic ? width : 4 * width
    let inputs = index == 0 ? 64 : outputs / 2
    let blocks = Layer.blocks(depths[index]) { number in
      let stride = index > 0 && number == 0 ? 2 : 1
      guard isResidual else { return .seq(body(width, stride), .relu) }
      let changes = number == 0 && (stride != 1 || inputs != outputs)
      return .seq(.sum([body(width, stride), changes ? projection(outputs, stride) : .identity]), .relu)
    }
    return .scope("layer\(index + 1)", .sequence(blocks))
  }

  private func projection(_ outputs: Int, _ stride: Int) -> Layer {
    .scope("downsample", .seq(.conv("0", outputs, 1, stride: stride, bias: false), .norm("1")))
  }

  private func body(_ width: Int, _ stride: Int) -> Layer {
    switch block {
    case .basic:
      return .seq(
        .conv("conv1", width, 3, stride: stride, bias: false), .norm("bn1"), .relu,
        .conv("conv2", width, 3, bias: false), .norm("bn2"))
    case .bottleneck:
      let inner = width * groupWidth / 64 * groups
      let (first, second) = stridesFirst ? (stride, 1) : (1, stride)
      return .seq(
        .conv("conv1", inner, 1, stride: first, bias: false), .norm("bn1"), .relu,
        .conv("conv2", inner, 3, stride: second, groups: groups, bias: false), .norm("bn2"), .relu,
        .conv("conv3", 4 * width, 1, bias: false), .norm("bn3"))
    }
  }
}
