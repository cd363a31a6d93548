import MSRNLayers
import MSRNTensors

/// Rethinking the Inception Architecture for Computer Vision, by Szegedy et al., CVPR 2016.
///
/// Weight names are torchvision's. Its checkpoint holds an auxiliary head, which is not run.
enum InceptionV3 {
  static let networks = [
    NamedNetwork(
      "inception_v3", paper: "Szegedy et al., CVPR 2016", input: Shape(c: 3, h: 299, w: 299), classes: 1000,
      unused: { [NamedNetwork.Unused(head($0), input: Shape(c: 768, h: 17, w: 17))] }, make: { layer($0) })
  ]

  private static func layer(_ classes: Int) -> Layer {
    .seq(
      basic("Conv2d_1a_3x3", 32, 3, stride: 2, padding: 0), basic("Conv2d_2a_3x3", 32, 3, padding: 0),
      basic("Conv2d_2b_3x3", 64, 3), .maxPool(3, stride: 2),
      basic("Conv2d_3b_1x1", 80, 1), basic("Conv2d_4a_3x3", 192, 3, padding: 0), .maxPool(3, stride: 2),
      fine("Mixed_5b", pool: 32), fine("Mixed_5c", pool: 64), fine("Mixed_5d", pool: 64),
      fineToMiddle("Mixed_6a"),
      middle("Mixed_6b", 128), middle("Mixed_6c", 160), middle("Mixed_6d", 160), middle("Mixed_6e", 192),
      middleToCoarse("Mixed_7a"), coarse("Mixed_7b"), coarse("Mixed_7c"),
      .globalAverage, .linear("fc", classes))
  }

  /// Convolution, batch normalisation, activation.
  private static func basic(
    _ name: String, _ outputs: Int, _ kernel: Extent, stride: Extent = 1, padding: Extent? = nil
  ) -> Layer {
    let window = Window(kernel, stride: stride, padding: padding)
    return .scope(
      name,
      .seq(
        .conv(Conv(name: "conv", outputs: outputs, window: window, bias: false)), .norm("bn", eps: 1e-3),
        .relu))
  }

  private static let across = Extent(1, 7), down = Extent(7, 1)

  /// The mean of 3x3 pixels, and as many channels of it.
  private static func pool(_ outputs: Int) -> Layer {
    .seq(.averagePool(3, stride: 1, padding: 1), basic("branch_pool", outputs, 1))
  }

  private static func fine(_ name: String, pool outputs: Int) -> Layer {
    .scope(
      name,
      .cat(
        basic("branch1x1", 64, 1),
        .seq(basic("branch5x5_1", 48, 1), basic("branch5x5_2", 64, 5)),
        .seq(basic("branch3x3dbl_1", 64, 1), basic("branch3x3dbl_2", 96, 3), basic("branch3x3dbl_3", 96, 3)),
        pool(outputs)))
  }

  private static func fineToMiddle(_ name: String) -> Layer {
    .scope(
      name,
      .cat(
        basic("branch3x3", 384, 3, stride: 2, padding: 0),
        .seq(
          basic("branch3x3dbl_1", 64, 1), basic("branch3x3dbl_2", 96, 3),
          basic("branch3x3dbl_3", 96, 3, stride: 2, padding: 0)),
        .maxPool(3, stride: 2)))
  }

  private static func middle(_ name: String, _ n: Int) -> Layer {
    .scope(
      name,
      .cat(
        basic("branch1x1", 192, 1),
        .seq(basic("branch7x7_1", n, 1), basic("branch7x7_2", n, across), basic("branch7x7_3", 192, down)),
        .seq(
          basic("branch7x7dbl_1", n, 1), basic("branch7x7dbl_2", n, down), basic("branch7x7dbl_3", n, across),
          basic("branch7x7dbl_4", n, down), basic("branch7x7dbl_5", 192, across)),
        pool(192)))
  }

  private static func middleToCoarse(_ name: String) -> Layer {
    .scope(
      name,
      .cat(
        .seq(basic("branch3x3_1", 192, 1), basic("branch3x3_2", 320, 3, stride: 2, padding: 0)),
        .seq(
          basic("branch7x7x3_1", 192, 1), basic("branch7x7x3_2", 192, across),
          basic("branch7x7x3_3", 192, down), basic("branch7x7x3_4", 192, 3, stride: 2, padding: 0)),
        .maxPool(3, stride: 2)))
  }

  private static func coarse(_ name: String) -> Layer {
    func both(_ stem: String) -> Layer {
      .cat(basic(stem + "a", 384, Extent(1, 3)), basic(stem + "b", 384, Extent(3, 1)))
    }
    return .scope(
      name,
      .cat(
        basic("branch1x1", 320, 1),
        .seq(basic("branch3x3_1", 384, 1), both("branch3x3_2")),
        .seq(basic("branch3x3dbl_1", 448, 1), basic("branch3x3dbl_2", 384, 3), both("branch3x3dbl_3")),
        pool(192)))
  }

  private static func head(_ classes: Int) -> Layer {
    .scope(
      "AuxLogits",
      .seq(
        .averagePool(5, stride: 3), basic("conv0", 128, 1), basic("conv1", 768, 5, padding: 0),
        .globalAverage,
        .linear("fc", classes)))
  }
}
