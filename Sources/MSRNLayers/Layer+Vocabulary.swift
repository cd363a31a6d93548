extension Layer {
  /// The layer that gives its input back.
  public static let identity = Layer.sequence([])
  /// The larger of each value and zero.
  public static let relu = Layer.activation(.relu)
  /// `1 / (1 + e^-x)` of each value.
  public static let sigmoid = Layer.activation(.sigmoid)
  /// The mean of each channel.
  public static let globalAverage = Layer.adaptiveAverage(1)

  /// A named convolution with `outputs` filters of `kernel` x `kernel`; without a padding, the one that keeps the map's
  /// size at stride 1.
  public static func conv(
    _ name: String, _ outputs: Int, _ kernel: Int, stride: Int = 1, padding: Int? = nil, dilation: Int = 1,
    groups: Int = 1, bias: Bool = true
  ) -> Layer {
    let window = Window(
      Extent(kernel, kernel), stride: Extent(stride, stride), padding: padding.map { Extent($0, $0) },
      dilation: Extent(dilation, dilation))
    return .conv(Conv(name: name, outputs: outputs, window: window, groups: groups, bias: bias))
  }

  /// A named matrix.
  public static func linear(_ name: String, _ outputs: Int, bias: Bool = true) -> Layer {
    .linear(Linear(name: name, outputs: outputs, bias: bias))
  }

  /// A named batch normalisation.
  public static func norm(_ name: String, eps: Double = 1e-5) -> Layer {
    .batchNorm(BatchNorm(name: name, eps: eps))
  }

  /// The largest value of each window.
  public static func maxPool(_ kernel: Int, stride: Int, padding: Int = 0, ceil: Bool = false) -> Layer {
    .pool(Pool(.max, .square(kernel, stride, padding, ceil)))
  }

  /// The mean of each window.
  public static func averagePool(
    _ kernel: Int, stride: Int, padding: Int = 0, ceil: Bool = false, countsPadding: Bool = true
  ) -> Layer {
    .pool(Pool(.average(countsPadding: countsPadding), .square(kernel, stride, padding, ceil)))
  }

  /// Every `stride`-th pixel of every `stride`-th row.
  public static func subsample(_ stride: Int) -> Layer { .maxPool(1, stride: stride) }

  /// Layers one after the other.
  public static func seq(_ layers: Layer...) -> Layer { .sequence(layers) }

  /// Branches of one input, joined along the channels.
  public static func cat(_ branches: Layer...) -> Layer { .concat(branches) }

  /// The layers in sequence, with their input added to the result.
  public static func residual(_ body: Layer...) -> Layer { .sum([.sequence(body), .identity]) }

  /// `count` layers in scopes named "0", "1" and so on.
  public static func blocks(_ count: Int, _ block: (Int) -> Layer) -> [Layer] {
    (0..<count).map { .scope("\($0)", block($0)) }
  }
}

extension Window {
  fileprivate static func square(_ kernel: Int, _ stride: Int, _ padding: Int, _ ceil: Bool) -> Window {
    Window(
      Extent(kernel, kernel), stride: Extent(stride, stride), padding: Extent(padding, padding), ceil: ceil)
  }
}
