/// A network as a value: no weights, no sizes, no machine.
///
/// Wires carry one feature map of shape `[C, H, W]`. Nesting is data flow: `sequence` runs left to right,
/// `concat`, `sum` and `cascade` join what their branches give. Only output channels are written down; inputs
/// follow from the wire.
///
/// The set is closed on purpose: a new case does not compile until every analysis answers for it.
public indirect enum Layer: Hashable, Sendable {
  /// A convolution over zero-padded input; its weights are found by name.
  case conv(Conv)
  /// The larger of each value and zero.
  case relu
  /// Sub-pixel upsampling by a factor r: `[C·r², H, W]` to `[C, H·r, W·r]`.
  ///
  /// Channel `c·r² + i·r + j` of the input fills row `i`, column `j` of each r x r cell of channel `c`.
  /// Shi et al., CVPR 2016.
  case pixelShuffle(Int)
  /// Layers one after the other; none at all is the identity.
  case sequence([Layer])
  /// Branches of the same input, joined along the channels in order.
  case concat([Layer])
  /// Branches of the same input, added value by value.
  case sum([Layer])
  /// `concat(x1, …, xn, x0)`, where `x0` is the input and `xi` is layer i applied to `x(i-1)`.
  case cascade([Layer])
  /// Prefixes the weight names inside with the name and a dot.
  case scope(String, Layer)
}

/// A convolution of stride 1 that keeps the size of its map.
///
/// `result[o, y, x] = bias[o] + Σ weight[o, i, dy, dx] · input[i, y + dy - padding, x + dx - padding]`, where
/// pixels outside the map are zero.
public struct Conv: Hashable, Sendable {
  /// What its weights are called: `name.weight` (OIHW) and `name.bias`, after the scopes around it.
  public let name: String
  /// Channels of the result.
  public let outputs: Int
  /// Rows and columns of the filter; odd.
  public let kernel: Int
  /// Whether one value per output channel is added.
  public let bias: Bool

  /// A convolution with `outputs` filters of `kernel` x `kernel`.
  public init(name: String, outputs: Int, kernel: Int, bias: Bool = true) {
    precondition(outputs > 0, "convolution \(name) needs output channels")
    precondition(kernel > 0 && kernel % 2 == 1, "convolution \(name) needs an odd kernel, not \(kernel)")
    (self.name, self.outputs, self.kernel, self.bias) = (name, outputs, kernel, bias)
  }

  /// Zero pixels added on every side, so that the result is as large as the input.
  public var padding: Int { kernel / 2 }
}
