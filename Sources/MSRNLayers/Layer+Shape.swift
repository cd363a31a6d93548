public import MSRNTensors

extension Layer {
  /// The shape of the result for an input of the given shape.
  ///
  /// Traps where branches that are joined disagree in size, or a pixel shuffle cannot divide its channels.
  public func shape(for input: Shape) -> Shape {
    switch self {
    case .conv(let conv):
      return Shape(c: conv.outputs, h: input.h, w: input.w)
    case .relu:
      return input
    case .pixelShuffle(let r):
      precondition(
        r > 0 && input.c % (r * r) == 0, "a pixel shuffle by \(r) cannot divide \(input.c) channels")
      return Shape(c: input.c / (r * r), h: input.h * r, w: input.w * r)
    case .sequence(let layers):
      return layers.reduce(input) { $1.shape(for: $0) }
    case .concat(let branches):
      return Self.joined(branches.map { $0.shape(for: input) }, by: "concat")
    case .sum(let branches):
      return Self.added(branches.map { $0.shape(for: input) })
    case .cascade(let layers):
      var results: [Shape] = []
      for layer in layers { results.append(layer.shape(for: results.last ?? input)) }
      return Self.joined(results + [input], by: "cascade")
    case .scope(_, let layer):
      return layer.shape(for: input)
    }
  }

  /// The shape of maps joined along their channels.
  static func joined(_ shapes: [Shape], by name: String) -> Shape {
    guard let first = shapes.first else { preconditionFailure("a \(name) needs at least one branch") }
    for other in shapes.dropFirst() {
      precondition((other.h, other.w) == (first.h, first.w), "a \(name) cannot join \(first) and \(other)")
    }
    return Shape(c: shapes.reduce(0) { $0 + $1.c }, h: first.h, w: first.w)
  }

  /// The shape of maps added value by value.
  static func added(_ shapes: [Shape]) -> Shape {
    guard let first = shapes.first else { preconditionFailure("a sum needs at least one branch") }
    for other in shapes.dropFirst() { precondition(other == first, "a sum cannot add \(first) and \(other)") }
    return first
  }
}
