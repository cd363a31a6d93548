public import MSRNTensors

extension Layer {
  /// Multiply-accumulates of convolutions and matrices for one input of the given shape; 1 MAC is 2 FLOP.
  ///
  /// - Parameter input: Channels, rows and columns.
  /// - Returns: The number, without biases, normalisations, activations and poolings.
  /// - Throws: `tooSmall`.
  public func macs(for input: Shape) throws(LayerError) -> Int {
    try rows(for: input).reduce(0) { $0 + $1.macs }
  }

  /// Values that convolutions and matrices give for one input of the given shape.
  ///
  /// What Radosavovic et al., CVPR 2020, call a network's activations: it says more of the memory traffic, and so of the
  /// speed, than the multiply-accumulates do.
  ///
  /// - Parameter input: Channels, rows and columns.
  /// - Returns: The number.
  /// - Throws: `tooSmall`.
  public func activations(for input: Shape) throws(LayerError) -> Int {
    try rows(for: input).reduce(0) { $0 + $1.activations }
  }

  /// Trained values of a network that takes maps of any size, for so many input channels.
  public func parameters(inputs: Int) -> Int {
    weights(inputs: inputs).reduce(0) { $0 + ($1.isTrained ? $1.count : 0) }
  }

  /// The multiply-accumulates of one layer without layers inside.
  func macs(from input: Shape, to output: Shape) -> Int {
    switch self {
    case .conv(let conv):
      input.c / conv.groups * conv.window.kernel.h * conv.window.kernel.w * output.count
    case .linear: input.count * output.count
    case .batchNorm, .activation, .pool, .adaptiveAverage, .localResponseNorm, .affine, .padChannels,
      .pixelShuffle,
      .sequence, .concat, .sum, .product, .cascade, .hourglass, .scope:
      0
    }
  }
}
