public import MSRNTensors

/// One step of a network as it meets a map of a certain size: a line of the table that `msrn inspect` prints.
///
/// Layers without layers inside are steps, and so are the joins `concat`, `sum`, `product` and `cascade` after their
/// branches, and an hourglass after its layers.
public struct LayerRow: Hashable, Sendable {
  /// The full dotted name of a layer that has one; for others, the scope they lie in (empty at the top).
  public let path: String
  /// The layer; for a join, with its branches.
  public let layer: Layer
  /// How many joins enclose the step, for indentation.
  public let depth: Int
  /// The shape of what the layer reads; for a join, of what its branches read.
  public let input: Shape
  /// The shape of what the layer gives.
  public let output: Shape
  /// The tensors that it reads.
  public let tensors: [Parameter]
  /// Multiply-accumulates for one map; only convolutions and matrices count any.
  public let macs: Int
  /// Rows or columns of the picture, whichever are more, that a value of the result depends on; infinite for all.
  public let receptiveField: Double

  /// What the layer does, such as `conv 3x3`, `relu`, `shuffle x2`, `concat of 2`.
  public var kind: String { layer.kind }
  /// Trained values: weights and biases.
  public var parameters: Int { tensors.reduce(0) { $0 + ($1.isTrained ? $1.count : 0) } }
  /// Values that a convolution or a matrix gives; 0 for other layers.
  public var activations: Int { macs > 0 ? output.count : 0 }
}

/// A map's size and how it lies over the picture.
struct Place {
  var shape: Shape
  var wire = Wire()
}

extension Layer {
  /// The steps of the network in the order they run, for an input of the given shape.
  ///
  /// Sequences and scopes are no steps of their own: they show in order and path. Traps as `shape(for:)` does.
  ///
  /// - Parameter input: Channels, rows and columns.
  /// - Returns: A row for every step.
  /// - Throws: `tooSmall`.
  public func rows(for input: Shape) throws(LayerError) -> [LayerRow] {
    var rows: [LayerRow] = []
    _ = try walk(Place(shape: input), prefix: "", depth: 0) { rows.append($0) }
    return rows
  }

  /// Visits the steps in running order and returns where the result lies.
  func walk(
    _ input: Place, prefix: String, depth: Int, _ visit: (LayerRow) -> Void
  ) throws(LayerError) -> Place {
    func step(_ path: String, _ output: Place) -> Place {
      visit(
        LayerRow(
          path: path, layer: self, depth: depth, input: input.shape, output: output.shape,
          tensors: tensors(for: input.shape, path: path), macs: macs(from: input.shape, to: output.shape),
          receptiveField: output.wire.receptiveField))
      return output
    }
    func leaf(_ path: String) throws(LayerError) -> Place {
      step(path, Place(shape: try output(for: input.shape, path: path), wire: self.step(input.wire)))
    }
    func inside(_ layer: Layer, _ input: Place) throws(LayerError) -> Place {
      try layer.walk(input, prefix: prefix, depth: depth + 1, visit)
    }
    func branches(_ layers: [Layer]) throws(LayerError) -> [Place] {
      var places: [Place] = []
      for layer in layers { places.append(try inside(layer, input)) }
      return places
    }
    func join(_ places: [Place], _ shape: ([Shape], String) -> Shape, _ name: String) -> Place {
      step(scope, Place(shape: shape(places.map(\.shape), name), wire: .join(places.map(\.wire))))
    }
    let scope = String(prefix.dropLast())  // without its dot

    switch self {
    case .conv(let conv): return try leaf(prefix + conv.name)
    case .linear(let linear): return try leaf(prefix + linear.name)
    case .batchNorm(let norm): return try leaf(prefix + norm.name)
    case .activation, .pool, .adaptiveAverage, .localResponseNorm, .affine, .padChannels, .pixelShuffle:
      return try leaf(scope)
    case .sequence(let layers):
      var place = input
      for layer in layers { place = try layer.walk(place, prefix: prefix, depth: depth, visit) }
      return place
    case .scope(let name, let layer):
      return try layer.walk(input, prefix: prefix + name + ".", depth: depth, visit)
    case .concat(let layers): return join(try branches(layers), Self.joined, "concat")
    case .sum(let layers): return join(try branches(layers), Self.matched, "sum")
    case .product(let layers): return join(try branches(layers), Self.matched, "product")
    case .cascade(let layers):
      var results: [Place] = []
      for layer in layers { results.append(try inside(layer, results.last ?? input)) }
      return join(results + [input], Self.joined, "cascade")
    case .hourglass(let layer):
      let inner = try inside(layer, input)
      let shape = Shape(c: inner.shape.c, h: input.shape.h, w: input.shape.w)
      return step(scope, Place(shape: shape, wire: inner.wire.resized(to: input.wire)))
    }
  }
}
