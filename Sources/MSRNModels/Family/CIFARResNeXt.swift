import MSRNLayers
import MSRNTensors

/// The networks for CIFAR of Aggregated Residual Transformations for Deep Neural Networks, by Xie et al., CVPR 2017.
///
/// Activation after the sum, as in the authors' code, whose notes say that it is the better one. Names are torchvision's
/// for larger ResNeXts. Depth is 9n + 2.
enum CIFARResNeXt {
  static let networks: [NamedNetwork] = [8, 16].map { groups in
    NamedNetwork("resnext29_\(groups)x64d", paper: "Xie et al., CVPR 2017", input: .cifar, classes: 10) {
      layer(depth: 29, groups: groups, groupWidth: 64, classes: $0)
    }
  }

  private static func layer(depth: Int, groups: Int, groupWidth: Int, classes: Int) -> Layer {
    let stages = (0..<3).map { stage in
      let width = 64 << stage
      let inner = width * groupWidth / 64 * groups
      let blocks = Layer.blocks((depth - 2) / 9) { index in
        let stride = stage > 0 && index == 0 ? 2 : 1
        let body = Layer.seq(
          .conv("conv1", inner, 1, bias: false), .norm("bn1"), .relu,
          .conv("conv2", inner, 3, stride: stride, groups: groups, bias: false), .norm("bn2"), .relu,
          .conv("conv3", 4 * width, 1, bias: false), .norm("bn3"))
        let projection = Layer.scope(
          "downsample", .seq(.conv("0", 4 * width, 1, stride: stride, bias: false), .norm("1")))
        return .seq(.sum([body, index == 0 ? projection : .identity]), .relu)
      }
      return Layer.scope("layer\(stage + 1)", .sequence(blocks))
    }
    return .seq(
      .conv("conv1", 64, 3, bias: false), .norm("bn1"), .relu, .sequence(stages), .globalAverage,
      .linear("fc", classes))
  }
}
