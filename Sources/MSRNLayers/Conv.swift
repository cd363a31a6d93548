/// A convolution.
///
/// `result[o, y, x] = bias[o] + Σ weight[o, i, dy, dx] · input[i', y·stride + dy·dilation - padding, …]`, where pixels
/// outside the map are zero. With groups, output channels and input channels are split into as many equal runs, and
/// run g of the outputs reads run g of the inputs alone: `i' = g · inputs / groups + i`.
public struct Conv: Hashable, Sendable {
  /// What its weights are called: `name.weight` (OIHW, I being the inputs of one group) and `name.bias`, after the
  /// scopes around it.
  public let name: String
  /// Channels of the result.
  public let outputs: Int
  /// Kernel, stride, padding and dilation.
  public let window: Window
  /// Runs of channels that are convolved each on its own.
  public let groups: Int
  /// Whether one value per output channel is added.
  public let bias: Bool

  /// A convolution with `outputs` filters over the windows of a map.
  public init(name: String, outputs: Int, window: Window, groups: Int = 1, bias: Bool = true) {
    precondition(outputs > 0, "convolution \(name) needs output channels")
    precondition(
      groups > 0 && outputs % groups == 0, "convolution \(name) cannot split \(outputs) outputs in \(groups)")
    (self.name, self.outputs, self.window) = (name, outputs, window)
    (self.groups, self.bias) = (groups, bias)
  }

  /// A convolution of stride 1 with `outputs` filters of `kernel` x `kernel`, an odd number, that keeps the map's size.
  public init(name: String, outputs: Int, kernel: Int, bias: Bool = true) {
    self.init(name: name, outputs: outputs, window: Window(Extent(kernel, kernel)), bias: bias)
  }

  /// The side of a square kernel of stride 1 that keeps the map's size and reads all channels; nil for other convolutions.
  public var plainKernel: Int? {
    let side = window.kernel.h
    return side % 2 == 1 && groups == 1 && window == Window(Extent(side, side)) ? side : nil
  }
}

/// A matrix times a map that is read as one vector, channel by channel, row by row.
public struct Linear: Hashable, Sendable {
  /// What its weights are called: `name.weight`, `[outputs, C·H·W]`, and `name.bias`, after the scopes around it.
  public let name: String
  /// Channels of the result, which is one pixel.
  public let outputs: Int
  /// Whether one value per output is added.
  public let bias: Bool

  /// A matrix of `outputs` rows.
  public init(name: String, outputs: Int, bias: Bool = true) {
    precondition(outputs > 0, "linear \(name) needs outputs")
    (self.name, self.outputs, self.bias) = (name, outputs, bias)
  }
}
