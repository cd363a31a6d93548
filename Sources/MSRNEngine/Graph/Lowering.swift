package import MSRNLayers
package import MSRNTensors

extension Graph {
  /// Flattens a network over a picture of so many channels and binds its weights, without fusing anything.
  ///
  /// Throws where a tensor is missing or of another shape than the network asks for, or no kernel runs a layer.
  package init(_ network: Layer, inputs: Int, weights: Weights) throws(EngineError) {
    let one = [Float](repeating: 1, count: inputs), zero = [Float](repeating: 0, count: inputs)
    nodes = [Node(operation: .input(scale: one, shift: zero), inputs: [], channels: inputs, size: .picture)]
    output = try lower(network, 0, weights, prefix: "")
  }

  private mutating func lower(
    _ layer: Layer, _ input: Int, _ weights: Weights, prefix: String
  ) throws(EngineError) -> Int {
    /// A node with as many channels as its input.
    func step(_ operation: Operation, channels: Int? = nil, size: Size? = nil) -> Int {
      add(
        Node(
          operation: operation, inputs: [input], channels: channels ?? nodes[input].channels,
          size: size ?? nodes[input].size))
    }
    let (channels, size) = (nodes[input].channels, nodes[input].size)
    switch layer {
    case .conv(let conv):
      let bound = try Convolution(conv, inputs: channels, weights, prefix: prefix)
      return step(.conv(bound), channels: bound.outputs, size: size.windows(bound.window))
    case .linear(let linear):
      let bound = try Convolution(linear, inputs: channels, size, weights, prefix: prefix)
      return step(.conv(bound), channels: bound.outputs, size: .fixed(1))
    case .batchNorm(let norm):
      let (scale, shift) = try weights.affine(norm, channels: channels, prefix: prefix)
      return step(.affine(scale: scale, shift: shift))
    case .affine(let scale, let shift):
      return step(
        .affine(
          scale: [Float](repeating: scale, count: channels), shift: [Float](repeating: shift, count: channels)
        ))
    case .activation(let activation): return step(.activation(activation))
    case .pool(let pool): return step(.pool(.windows(pool)), size: size.windows(pool.window))
    case .adaptiveAverage(let extent): return step(.pool(.regions), size: .fixed(extent))
    case .localResponseNorm(let norm): return step(.norm(norm))
    case .padChannels(let before, let after):
      return step(
        .conv(.padding(channels, before: before, after: after)), channels: before + channels + after)
    case .pixelShuffle(let r):
      return step(.pixelShuffle(r), channels: channels / (r * r), size: size.times(r))
    case .hourglass(let inner):
      let result = try lower(inner, input, weights, prefix: prefix)
      return add(
        Node(operation: .pool(.bilinear), inputs: [result], channels: nodes[result].channels, size: size))
    case .product(let branches):
      return try fold(branches, by: .product, input, weights, prefix: prefix)
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
      return try fold(branches, by: .sum, input, weights, prefix: prefix)
    case .cascade(let layers):
      var parts: [Int] = []
      for layer in layers { parts.append(try lower(layer, parts.last ?? input, weights, prefix: prefix)) }
      return concat(parts + [input])
    }
  }

  /// Joins branches two by two.
  private mutating func fold(
    _ branches: [Layer], by operation: Operation, _ input: Int, _ weights: Weights, prefix: String
  ) throws(EngineError) -> Int {
    var result: Int?
    for branch in branches {
      let value = try lower(branch, input, weights, prefix: prefix)
      result =
        result.map {
          add(
            Node(
              operation: operation, inputs: [$0, value], channels: nodes[value].channels,
              size: nodes[value].size)
          )
        } ?? value
    }
    guard let result else { preconditionFailure("a join needs at least one branch") }
    return result
  }

  private mutating func concat(_ parts: [Int]) -> Int {
    precondition(!parts.isEmpty, "a concatenation needs at least one branch")
    if parts.count == 1 { return parts[0] }
    let channels = parts.reduce(0) { $0 + nodes[$1].channels }
    return add(Node(operation: .concat, inputs: parts, channels: channels, size: nodes[parts[0]].size))
  }
}

extension Weights {
  /// A tensor of the shape that the network asks for.
  fileprivate func values(_ name: String, _ shape: [Int]) throws(EngineError) -> [Float] {
    guard let found = tensors[name] else { throw .missingTensor(name: name, shape: shape) }
    guard found.shape == shape else {
      throw .misshapenTensor(name: name, expected: shape, found: found.shape)
    }
    return found.values
  }

  /// A normalisation as a factor and a summand for each channel.
  fileprivate func affine(
    _ norm: BatchNorm, channels: Int, prefix: String
  ) throws(EngineError) -> (scale: [Float], shift: [Float]) {
    let name = prefix + norm.name
    let (weight, bias) = (
      try values(name + ".weight", [channels]), try values(name + ".bias", [channels])
    )
    let mean = try values(name + ".running_mean", [channels])
    let variance = try values(name + ".running_var", [channels])
    let scale = (0..<channels).map { Double(weight[$0]) / (Double(variance[$0]) + norm.eps).squareRoot() }
    let shift = (0..<channels).map { Float(Double(bias[$0]) - Double(mean[$0]) * scale[$0]) }
    return (scale.map { Float($0) }, shift)
  }

  fileprivate func bias(_ name: String, _ outputs: Int, isThere: Bool) throws(EngineError) -> [Float] {
    isThere ? try values(name + ".bias", [outputs]) : [Float](repeating: 0, count: outputs)
  }
}

extension Convolution {
  fileprivate init(_ conv: Conv, inputs: Int, _ weights: Weights, prefix: String) throws(EngineError) {
    let name = prefix + conv.name, kernel = conv.window.kernel
    self.init(
      name: name, inputs: inputs, outputs: conv.outputs, window: conv.window, groups: conv.groups,
      weights: try weights.values(
        name + ".weight", [conv.outputs, inputs / conv.groups, kernel.h, kernel.w]),
      bias: try weights.bias(name, conv.outputs, isThere: conv.bias))
  }

  /// A matrix as a convolution whose kernel is as large as the map; where the picture says how large that is, a square one.
  fileprivate init(
    _ linear: Linear, inputs: Int, _ size: Size, _ weights: Weights, prefix: String
  ) throws(EngineError) {
    let name = prefix + linear.name
    var kernel = Extent(1, 1)
    if case .fixed(let extent) = size {
      kernel = extent
    } else if let found = weights.tensors[name + ".weight"], found.shape.count == 2 {
      let side = Int(Double(found.shape[1] / inputs).squareRoot().rounded())
      kernel = Extent(side, side)
    }
    self.init(
      name: name, inputs: inputs, outputs: linear.outputs, window: Window(kernel, padding: 0),
      weights: try weights.values(name + ".weight", [linear.outputs, inputs * kernel.h * kernel.w]),
      bias: try weights.bias(name, linear.outputs, isThere: linear.bias))
  }

  /// The convolution that puts channels of zeros before and after those of its input.
  fileprivate static func padding(_ channels: Int, before: Int, after: Int) -> Convolution {
    let outputs = before + channels + after
    var weights = [Float](repeating: 0, count: outputs * channels)
    for c in 0..<channels { weights[(before + c) * channels + c] = 1 }
    return Convolution(
      name: "pad", inputs: channels, outputs: outputs, kernel: 1, weights: weights,
      bias: [Float](repeating: 0, count: outputs))
  }
}
