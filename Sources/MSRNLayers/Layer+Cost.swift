public import MSRNTensors

extension Layer {
  /// Multiply-accumulates for one input of the given shape; 1 MAC is 2 FLOP.
  public func macs(for input: Shape) -> Int {
    rows(for: input).reduce(0) { $0 + $1.macs }
  }

  /// Trained values of the network, for so many input channels.
  public func parameters(inputs: Int) -> Int {
    rows(for: Shape(c: inputs, h: 1, w: 1)).reduce(0) { $0 + $1.parameters }
  }
}
