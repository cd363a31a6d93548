public import MSRNTensors

/// A tensor that a network expects among its weights.
public struct Parameter: Hashable, Sendable {
  /// The full dotted name, such as `body.0.conv_3_1.weight`.
  public let name: String
  /// OIHW for convolution weights, outputs and inputs for matrices, one dimension for the rest.
  public let shape: [Int]
  /// Whether it is trained; the statistics of a batch normalisation are collected instead and count as no parameters.
  public let isTrained: Bool

  /// A tensor of that name and shape.
  public init(name: String, shape: [Int], isTrained: Bool = true) {
    (self.name, self.shape, self.isTrained) = (name, shape, isTrained)
  }

  /// The number of values.
  public var count: Int { shape.reduce(1, *) }
}

extension Layer {
  /// Every tensor that the network needs for maps of that shape, in running order, as PyTorch orders a layer's own.
  ///
  /// The size matters to matrices alone, which read a whole map.
  ///
  /// - Parameter input: Channels, rows and columns of what the network was trained for.
  /// - Returns: Names and shapes.
  /// - Throws: `tooSmall`.
  public func weights(for input: Shape) throws(LayerError) -> [Parameter] {
    try rows(for: input).flatMap(\.tensors)
  }

  /// Every tensor of a network that takes maps of any size, for so many input channels.
  ///
  /// Traps where the network does not take a map of one pixel.
  public func weights(inputs: Int) -> [Parameter] {
    do throws(LayerError) { return try weights(for: Shape(c: inputs, h: 1, w: 1)) } catch {
      preconditionFailure("\(error); such a network's weights are asked for with a size")
    }
  }

  /// The tensors of one layer without layers inside, for an input of that shape.
  func tensors(for input: Shape, path: String) -> [Parameter] {
    func tensor(_ name: String, _ shape: [Int], isTrained: Bool = true) -> Parameter {
      Parameter(name: path + "." + name, shape: shape, isTrained: isTrained)
    }
    switch self {
    case .conv(let conv):
      let kernel = conv.window.kernel
      let weight = tensor("weight", [conv.outputs, input.c / conv.groups, kernel.h, kernel.w])
      return conv.bias ? [weight, tensor("bias", [conv.outputs])] : [weight]
    case .linear(let linear):
      let weight = tensor("weight", [linear.outputs, input.count])
      return linear.bias ? [weight, tensor("bias", [linear.outputs])] : [weight]
    case .batchNorm:
      return [
        tensor("weight", [input.c]), tensor("bias", [input.c]),
        tensor("running_mean", [input.c], isTrained: false),
        tensor("running_var", [input.c], isTrained: false),
      ]
    case .activation, .pool, .adaptiveAverage, .localResponseNorm, .affine, .padChannels, .pixelShuffle,
      .sequence,
      .concat, .sum, .product, .cascade, .hourglass, .scope:
      return []
    }
  }
}
