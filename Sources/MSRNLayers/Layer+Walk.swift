public import MSRNTensors

/// One step of a network as it meets a map of a certain size: a line of the table that `msrn inspect` prints.
///
/// Convolutions, activations and shuffles are steps, and so are the joins `concat`, `sum` and `cascade`, after
/// their branches.
public struct LayerRow: Hashable, Sendable {
  /// The full dotted name of a convolution; for other layers, the scope they lie in (empty at the top).
  public let path: String
  /// The layer; for a join, with its branches.
  public let layer: Layer
  /// How many joins enclose the step, for indentation.
  public let depth: Int
  /// The shape of what the layer reads; for a join, of what its branches read.
  public let input: Shape
  /// The shape of what the layer gives.
  public let output: Shape
  /// Trained values: weights and biases.
  public let parameters: Int
  /// Multiply-accumulates for one map; joins and activations count none.
  public let macs: Int

  /// What the layer does, such as `conv 3x3`, `relu`, `shuffle x2`, `concat of 2`.
  public var kind: String { layer.kind }
}

extension Layer {
  /// The steps of the network in the order they run, for an input of the given shape.
  ///
  /// Sequences and scopes are no steps of their own: they show in order and path. Traps as `shape(for:)` does.
  public func rows(for input: Shape) -> [LayerRow] {
    var rows: [LayerRow] = []
    _ = walk(input, prefix: "", depth: 0) { rows.append($0) }
    return rows
  }

  /// Visits the steps in running order and returns the shape of the result.
  private func walk(_ input: Shape, prefix: String, depth: Int, _ visit: (LayerRow) -> Void) -> Shape {
    func step(_ path: String, _ output: Shape, parameters: Int = 0, macs: Int = 0) -> Shape {
      visit(
        LayerRow(
          path: path, layer: self, depth: depth, input: input, output: output, parameters: parameters,
          macs: macs))
      return output
    }
    func inside(_ layer: Layer, _ input: Shape) -> Shape {
      layer.walk(input, prefix: prefix, depth: depth + 1, visit)
    }
    let scope = String(prefix.dropLast())  // without its dot

    switch self {
    case .conv(let conv):
      let weights = conv.outputs * input.c * conv.kernel * conv.kernel
      return step(
        prefix + conv.name, shape(for: input), parameters: weights + (conv.bias ? conv.outputs : 0),
        macs: weights * input.h * input.w)
    case .relu, .pixelShuffle:
      return step(scope, shape(for: input))
    case .sequence(let layers):
      return layers.reduce(input) { $1.walk($0, prefix: prefix, depth: depth, visit) }
    case .scope(let name, let layer):
      return layer.walk(input, prefix: prefix + name + ".", depth: depth, visit)
    case .concat(let branches):
      return step(scope, Self.joined(branches.map { inside($0, input) }, by: "concat"))
    case .sum(let branches):
      return step(scope, Self.added(branches.map { inside($0, input) }))
    case .cascade(let layers):
      var results: [Shape] = []
      for layer in layers { results.append(inside(layer, results.last ?? input)) }
      return step(scope, Self.joined(results + [input], by: "cascade"))
    }
  }
}
