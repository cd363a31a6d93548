public import MSRNLayers
public import MSRNTensors

/// Runs a network the slow, obvious way: what every fast kernel is compared with.
///
/// Sums are made in double precision and each layer's result is rounded to single. Traps where a tensor is missing or
/// misshapen.
///
/// - Parameters:
///   - layer: The network.
///   - weights: Its tensors.
///   - input: A map `[C, H, W]`.
/// - Returns: A map `[C', H', W']`.
/// - Throws: `tooSmall`.
public func reference(_ layer: Layer, weights: Weights, input: Tensor) throws(LayerError) -> Tensor {
  try run(layer, weights, input, prefix: "")
}

private func run(
  _ layer: Layer, _ weights: Weights, _ x: Tensor, prefix: String
) throws(LayerError) -> Tensor {
  func tensor(_ name: String, _ shape: [Int]) -> [Float] {
    guard let found = weights.tensors[prefix + name] else {
      preconditionFailure("no tensor \(prefix)\(name)")
    }
    precondition(found.shape == shape, "\(prefix)\(name): \(found.shape) where \(shape) is needed")
    return found.values
  }
  func branches(_ layers: [Layer]) throws(LayerError) -> [Tensor] {
    var results: [Tensor] = []
    for layer in layers { results.append(try run(layer, weights, x, prefix: prefix)) }
    return results
  }

  switch layer {
  case .conv(let conv):
    let kernel = conv.window.kernel
    let weight = tensor(conv.name + ".weight", [conv.outputs, x.map.c / conv.groups, kernel.h, kernel.w])
    let bias = conv.bias ? tensor(conv.name + ".bias", [conv.outputs]) : nil
    return convolution(conv, weight, bias, x, into: try layer.shape(for: x.map))
  case .linear(let linear):
    let weight = tensor(linear.name + ".weight", [linear.outputs, x.values.count])
    let bias = linear.bias ? tensor(linear.name + ".bias", [linear.outputs]) : nil
    let flat = Tensor(shape: [x.values.count, 1, 1], values: x.values)
    let conv = Conv(name: linear.name, outputs: linear.outputs, kernel: 1, bias: linear.bias)
    return convolution(conv, weight, bias, flat, into: try layer.shape(for: x.map))
  case .batchNorm(let norm):
    func statistic(_ name: String) -> [Double] { tensor("\(norm.name).\(name)", [x.map.c]).map(Double.init) }
    let (weight, bias) = (statistic("weight"), statistic("bias"))
    let (mean, variance) = (statistic("running_mean"), statistic("running_var"))
    return x.mapped { c, value in
      (value - mean[c]) / (variance[c] + norm.eps).squareRoot() * weight[c] + bias[c]
    }
  case .activation(.relu):
    return x.mapped { _, value in max(value, 0) }
  case .activation(.leakyReLU(let slope)):
    return x.mapped { _, value in value > 0 ? value : Double(slope) * value }
  case .activation(.sigmoid):
    return x.mapped { _, value in sigmoid(value) }
  case .affine(let scale, let shift):
    return x.mapped { _, value in Double(scale) * value + Double(shift) }
  case .pool(let pool):
    return pooled(pool, x, into: try layer.shape(for: x.map))
  case .adaptiveAverage(let extent):
    return averaged(x, to: extent)
  case .localResponseNorm(let norm):
    return normalised(norm, x)
  case .padChannels(let before, let after):
    func zeros(_ channels: Int) -> Tensor { Tensor(Shape(c: channels, h: x.map.h, w: x.map.w)) }
    return joined([zeros(before), x, zeros(after)])
  case .pixelShuffle(let r):
    return shuffled(x, by: r, into: try layer.shape(for: x.map))
  case .sequence(let layers):
    var result = x
    for layer in layers { result = try run(layer, weights, result, prefix: prefix) }
    return result
  case .concat(let layers):
    return joined(try branches(layers))
  case .sum(let layers):
    return combined(try branches(layers), +)
  case .product(let layers):
    return combined(try branches(layers), *)
  case .cascade(let layers):
    var results: [Tensor] = []
    for layer in layers { results.append(try run(layer, weights, results.last ?? x, prefix: prefix)) }
    return joined(results + [x])
  case .hourglass(let inner):
    return resized(try run(inner, weights, x, prefix: prefix), to: Extent(x.map.h, x.map.w))
  case .scope(let name, let inner):
    return try run(inner, weights, x, prefix: prefix + name + ".")
  }
}

/// Maps one after the other along their channels.
private func joined(_ maps: [Tensor]) -> Tensor {
  let first = maps[0].map
  return Tensor(
    shape: [maps.reduce(0) { $0 + $1.map.c }, first.h, first.w], values: maps.flatMap(\.values))
}

/// Maps value by value, from the first to the last.
private func combined(_ maps: [Tensor], _ operation: (Float, Float) -> Float) -> Tensor {
  maps.dropFirst().reduce(maps[0]) { a, b in
    precondition(a.shape == b.shape, "maps of \(a.shape) and \(b.shape) cannot be combined")
    return Tensor(shape: a.shape, values: zip(a.values, b.values).map(operation))
  }
}

extension Tensor {
  /// A function of each value and its channel.
  fileprivate func mapped(_ function: (_ channel: Int, _ value: Double) -> Double) -> Tensor {
    var result = self
    let area = map.h * map.w
    for c in 0..<map.c {
      for index in c * area..<(c + 1) * area {
        result.values[index] = Float(function(c, Double(values[index])))
      }
    }
    return result
  }
}
