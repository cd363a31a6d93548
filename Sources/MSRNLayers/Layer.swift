/// A network as a value: no weights, no sizes, no machine.
///
/// Wires carry one feature map of shape `[C, H, W]`. Nesting is data flow: `sequence` runs left to right,
/// `concat`, `sum`, `product` and `cascade` join what their branches give. Only output channels are written down;
/// inputs follow from the wire. What does nothing when a network is used, such as dropout, has no case.
///
/// The set is closed on purpose: a new case does not compile until every analysis answers for it.
public indirect enum Layer: Hashable, Sendable {
  /// A convolution over zero-padded input; its weights are found by name.
  case conv(Conv)
  /// A matrix times the whole map, flattened channel by channel, row by row; its weights are found by name.
  case linear(Linear)
  /// The normalisation of each channel by statistics of the training; its tensors are found by name.
  case batchNorm(BatchNorm)
  /// A function of each value.
  case activation(Activation)
  /// The largest or the mean value of a window that slides over the map.
  case pool(Pool)
  /// The means of `h` x `w` regions that cover the map, whatever its size.
  ///
  /// Region `i` of `n` over `size` rows begins at ⌊i·size / n⌋ and ends before ⌈(i + 1)·size / n⌉.
  case adaptiveAverage(Extent)
  /// The normalisation of each value by its neighbours in other channels.
  case localResponseNorm(LocalResponseNorm)
  /// Each value times a constant, plus a constant.
  case affine(scale: Float, shift: Float)
  /// So many channels of zeros before and after those of the input.
  case padChannels(before: Int, after: Int)
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
  /// Branches of the same input, multiplied value by value: a gate is a factor.
  case product([Layer])
  /// `concat(x1, …, xn, x0)`, where `x0` is the input and `xi` is layer i applied to `x(i-1)`.
  case cascade([Layer])
  /// What the layer gives, resized to the height and width of the layer's own input.
  ///
  /// Bilinear with aligned corners: of `n` rows, row `i` of `m` lies at `i · (n - 1) / (m - 1)`, the first where
  /// `m` is 1. Nested, each one undoes the poolings inside it.
  case hourglass(Layer)
  /// Prefixes the weight names inside with the name and a dot.
  case scope(String, Layer)
}

/// A function of each value.
public enum Activation: Hashable, Sendable {
  /// The larger of the value and zero.
  case relu
  /// The value where it is positive, else `slope` times it.
  case leakyReLU(slope: Float)
  /// `1 / (1 + e^-x)`.
  case sigmoid
}
