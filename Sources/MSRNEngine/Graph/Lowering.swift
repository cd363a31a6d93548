package import MSRNLayers
package import MSRNTensors

extension Graph {
  /// Flattens a network over a picture of so many channels and binds its weights, without fusing anything.
  ///
  /// Throws where a tensor is missing or of another shape than the network asks for, or no kernel runs a layer.
  package init(_ network: Layer, inputs: Int, weights: Weights) throws(EngineError) {
    let one = [Float](repeating: 1, count: inputs), zero = [Float](repeating: 0, count: inputs)
    nodes = [Node(operation: .input(scale: one, shift: zero), inputs: [], channels: inputs, factor: 1)]
    output = try lower(network, 0, weights, prefix: "")
  }

  private mutating func lower(
    _ layer: Layer, _ input: Int, _ weights: Weights, prefix: String
  ) throws(EngineError) -> Int {
    switch layer {
    case .conv(let conv):
      let bound = try Convolution(conv, inputs: nodes[input].channels, weights, prefix: prefix)
      return add(
        Node(operation: .conv(bound), inputs: [input], channels: bound.outputs, factor: nodes[input].factor))
    case .activation(.relu):
      return add(
        Node(operation: .relu, inputs: [input], channels: nodes[input].channels, factor: nodes[input].factor))
    case .pixelShuffle(let r):
      return add(
        Node(
          operation: .pixelShuffle(r), inputs: [input], channels: nodes[input].channels / (r * r),
          factor: nodes[input].factor * r))
    case .sequence(let layers):
      var result = input
      for layer in layers { result = try lower(layer, result, weights, prefix: prefix) }
      return result
    case .scope(let name, let inner):
      return try lower(inner, input, weights, prefix: prefix + name + ".")
    case .concat(let branches):
      var parts: [Int] = []
      for branch in branches { parts.append(try lower(branch, input, weights, prefix: prefix)) }
      return concat(parts)
    case .sum(let branches):
      var result: Int?
      for branch in branches {
        let value = try lower(branch, input, weights, prefix: prefix)
        if let sum = result {
          result = add(
            Node(
              operation: .sum, inputs: [sum, value], channels: nodes[value].channels,
              factor: nodes[value].factor))
        } else {
          result = value
        }
      }
      guard let result else { preconditionFailure("a sum needs at least one branch") }
      return result
    case .cascade(let layers):
      var parts: [Int] = []
      for layer in layers { parts.append(try lower(layer, parts.last ?? input, weights, prefix: prefix)) }
      return concat(parts + [input])
    case .linear, .batchNorm, .activation, .pool, .adaptiveAverage, .localResponseNorm, .affine, .padChannels,
      .product,
      .hourglass:
      throw .unknownLayer(kind: layer.kind)
    }
  }

  private mutating func concat(_ parts: [Int]) -> Int {
    precondition(!parts.isEmpty, "a concatenation needs at least one branch")
    if parts.count == 1 { return parts[0] }
    let channels = parts.reduce(0) { $0 + nodes[$1].channels }
    return add(Node(operation: .concat, inputs: parts, channels: channels, factor: nodes[parts[0]].factor))
  }
}

extension Convolution {
  fileprivate init(_ conv: Conv, inputs: Int, _ weights: Weights, prefix: String) throws(EngineError) {
    func tensor(_ name: String, _ shape: [Int]) throws(EngineError) -> [Float] {
      guard let found = weights.tensors[name] else { throw .missingTensor(name: name, shape: shape) }
      guard found.shape == shape else {
        throw .misshapenTensor(name: name, expected: shape, found: found.shape)
      }
      return found.values
    }
    guard let kernel = conv.plainKernel else { throw .unknownLayer(kind: Layer.conv(conv).kind) }
    let name = prefix + conv.name
    self.init(
      name: name, inputs: inputs, outputs: conv.outputs, kernel: kernel,
      weights: try tensor(name + ".weight", [conv.outputs, inputs, kernel, kernel]),
      bias: conv.bias
        ? try tensor(name + ".bias", [conv.outputs]) : [Float](repeating: 0, count: conv.outputs))
  }
}
