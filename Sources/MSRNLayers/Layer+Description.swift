extension Layer: CustomStringConvertible {
  /// The network as indented text, one line a layer, for `msrn inspect` and for comparison by eye.
  public var description: String { lines(indent: "").joined(separator: "\n") }

  /// What the layer does, in a word or two.
  public var kind: String {
    switch self {
    case .conv(let conv): "conv \(conv.kernel)x\(conv.kernel)"
    case .relu: "relu"
    case .pixelShuffle(let r): "shuffle x\(r)"
    case .sequence(let layers): layers.isEmpty ? "identity" : "sequence of \(layers.count)"
    case .concat(let branches): "concat of \(branches.count)"
    case .sum(let branches): "sum of \(branches.count)"
    case .cascade(let layers): "cascade of \(layers.count)"
    case .scope(let name, _): "scope \(name)"
    }
  }

  private func lines(indent: String) -> [String] {
    let inner = indent + "  "
    switch self {
    case .conv(let conv):
      return [indent + "\(kind) \(conv.name) -> \(conv.outputs)" + (conv.bias ? "" : ", no bias")]
    case .relu, .pixelShuffle:
      return [indent + kind]
    case .sequence(let layers), .concat(let layers), .sum(let layers), .cascade(let layers):
      return [indent + kind] + layers.flatMap { $0.lines(indent: inner) }
    case .scope(_, let layer):
      return [indent + kind] + layer.lines(indent: inner)
    }
  }
}
