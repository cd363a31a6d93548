public import MSRNLayers
public import MSRNTensors

/// Runs a network the slow, obvious way: what every fast kernel is compared with.
///
/// Sums are made in double precision and each layer's result is rounded to single. Traps where a tensor is missing.
///
/// - Parameters:
///   - layer: The network.
///   - weights: Its tensors.
///   - input: A map `[C, H, W]`.
/// - Returns: A map `[C', H', W']`.
public func reference(_ layer: Layer, weights: Weights, input: Tensor) -> Tensor {
  run(layer, weights, input, prefix: "")
}

private func run(_ layer: Layer, _ weights: Weights, _ x: Tensor, prefix: String) -> Tensor {
  switch layer {
  case .conv(let conv):
    let name = prefix + conv.name
    guard let weight = weights.tensors[name + ".weight"] else {
      preconditionFailure("no tensor \(name).weight")
    }
    let bias =
      conv.bias ? weights.tensors[name + ".bias"]?.values : [Float](repeating: 0, count: conv.outputs)
    guard let bias else { preconditionFailure("no tensor \(name).bias") }
    return convolve(conv, weight, bias, x)
  case .relu:
    return Tensor(shape: x.shape, values: x.values.map { max($0, 0) })
  case .pixelShuffle(let r):
    let (from, to) = (x.map, layer.shape(for: x.map))
    var y = Tensor(to)
    for c in 0..<to.c {
      for row in 0..<to.h {
        for column in 0..<to.w {
          let channel = c * r * r + row % r * r + column % r
          y.values[(c * to.h + row) * to.w + column] =
            x.values[(channel * from.h + row / r) * from.w + column / r]
        }
      }
    }
    return y
  case .sequence(let layers):
    return layers.reduce(x) { run($1, weights, $0, prefix: prefix) }
  case .concat(let branches):
    return joined(branches.map { run($0, weights, x, prefix: prefix) })
  case .sum(let branches):
    let values = branches.map { run($0, weights, x, prefix: prefix) }
    return values.dropFirst().reduce(values[0]) { a, b in
      Tensor(shape: a.shape, values: zip(a.values, b.values).map { $0 + $1 })
    }
  case .cascade(let layers):
    var results: [Tensor] = []
    for layer in layers { results.append(run(layer, weights, results.last ?? x, prefix: prefix)) }
    return joined(results + [x])
  case .scope(let name, let inner):
    return run(inner, weights, x, prefix: prefix + name + ".")
  }
}

private func joined(_ maps: [Tensor]) -> Tensor {
  let first = maps[0].map
  return Tensor(
    shape: [maps.reduce(0) { $0 + $1.map.c }, first.h, first.w], values: maps.flatMap(\.values))
}

private func convolve(_ conv: Conv, _ weight: Tensor, _ bias: [Float], _ x: Tensor) -> Tensor {
  let (map, k, p) = (x.map, conv.kernel, conv.padding)
  precondition(weight.shape == [conv.outputs, map.c, k, k], "\(conv.name): \(weight.shape) for \(map)")
  var y = Tensor(Shape(c: conv.outputs, h: map.h, w: map.w))
  var row = [Double](repeating: 0, count: map.w)
  for o in 0..<conv.outputs {
    for r in 0..<map.h {
      for column in 0..<map.w { row[column] = Double(bias[o]) }
      for i in 0..<map.c {
        for dy in 0..<k where r + dy - p >= 0 && r + dy - p < map.h {
          let from = (i * map.h + r + dy - p) * map.w
          for dx in 0..<k {
            let tap = Double(weight.values[((o * map.c + i) * k + dy) * k + dx])
            let first = max(0, p - dx), last = min(map.w, map.w + p - dx)
            for column in stride(from: first, to: last, by: 1) {
              row[column] += tap * Double(x.values[from + column + dx - p])
            }
          }
        }
      }
      for column in 0..<map.w { y.values[(o * map.h + r) * map.w + column] = Float(row[column]) }
    }
  }
  return y
}
