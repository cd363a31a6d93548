import MSRNLayers
import MSRNTensors

/// Going Deeper with Convolutions, by Szegedy et al., CVPR 2015.
///
/// torchvision's: batch normalisation, and 3x3 convolutions where the paper has 5x5. Its checkpoint holds two auxiliary
/// heads, which are not run.
enum GoogLeNet {
  static let networks = [
    NamedNetwork(
      "googlenet", paper: "Szegedy et al., CVPR 2015", input: .imageNet, classes: 1000,
      unused: { classes in
        [("aux1", 512), ("aux2", 528)].map { name, channels in
          NamedNetwork.Unused(head(name, classes), input: Shape(c: channels, h: 14, w: 14))
        }
      }, make: { layer($0) })
  ]

  private static func layer(_ classes: Int) -> Layer {
    .seq(
      basic("conv1", 64, 7, stride: 2), .maxPool(3, stride: 2, ceil: true),
      basic("conv2", 64, 1), basic("conv3", 192, 3), .maxPool(3, stride: 2, ceil: true),
      inception("3a", 64, 96, 128, 16, 32, 32), inception("3b", 128, 128, 192, 32, 96, 64),
      .maxPool(3, stride: 2, ceil: true),
      inception("4a", 192, 96, 208, 16, 48, 64), inception("4b", 160, 112, 224, 24, 64, 64),
      inception("4c", 128, 128, 256, 24, 64, 64), inception("4d", 112, 144, 288, 32, 64, 64),
      inception("4e", 256, 160, 320, 32, 128, 128), .maxPool(2, stride: 2, ceil: true),
      inception("5a", 256, 160, 320, 32, 128, 128), inception("5b", 384, 192, 384, 48, 128, 128),
      .globalAverage, .linear("fc", classes))
  }

  /// Convolution, batch normalisation, activation.
  private static func basic(_ name: String, _ outputs: Int, _ kernel: Int, stride: Int = 1) -> Layer {
    .scope(
      name, .seq(.conv("conv", outputs, kernel, stride: stride, bias: false), .norm("bn", eps: 1e-3), .relu))
  }

  /// The columns of the paper's table 1: #1x1, #3x3 reduce, #3x3, #5x5 reduce, #5x5, pool proj.
  private static func inception(
    _ name: String, _ one: Int, _ threeReduce: Int, _ three: Int, _ fiveReduce: Int, _ five: Int, _ pool: Int
  ) -> Layer {
    .scope(
      "inception\(name)",
      .cat(
        basic("branch1", one, 1),
        .scope("branch2", .seq(basic("0", threeReduce, 1), basic("1", three, 3))),
        .scope("branch3", .seq(basic("0", fiveReduce, 1), basic("1", five, 3))),
        .scope("branch4", .seq(.maxPool(3, stride: 1, padding: 1, ceil: true), basic("1", pool, 1)))))
  }

  private static func head(_ name: String, _ classes: Int) -> Layer {
    .scope(
      name,
      .seq(
        .adaptiveAverage(4), basic("conv", 128, 1), .linear("fc1", 1024), .relu, .linear("fc2", classes)))
  }
}
