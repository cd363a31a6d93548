import MSRNTensors

/// A tensor that a network expects among its weights.
public struct Parameter: Hashable, Sendable {
  /// The full dotted name, such as `body.0.conv_3_1.weight`.
  public let name: String
  /// OIHW for convolution weights, one dimension for biases.
  public let shape: [Int]

  /// A tensor of that name and shape.
  public init(name: String, shape: [Int]) { (self.name, self.shape) = (name, shape) }

  /// The number of values.
  public var count: Int { shape.reduce(1, *) }
}

extension Layer {
  /// Every tensor that the network needs, in running order, weight before bias, for so many input channels.
  public func weights(inputs: Int) -> [Parameter] {
    rows(for: Shape(c: inputs, h: 1, w: 1)).flatMap { row -> [Parameter] in
      guard case .conv(let conv) = row.layer else { return [] }
      let weight = Parameter(
        name: row.path + ".weight", shape: [conv.outputs, row.input.c, conv.kernel, conv.kernel])
      let bias = Parameter(name: row.path + ".bias", shape: [conv.outputs])
      return conv.bias ? [weight, bias] : [weight]
    }
  }
}
