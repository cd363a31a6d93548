import MSRNLayers

extension Pass {
  /// Makes each concatenation nothing but a placement: its parts write side by side into one buffer.
  ///
  /// A map can lie in one place only, so a part that another concatenation has, or that stands twice, is
  /// copied.
  ///
  /// Adding maps whose channels lie differently in their blocks is no elementwise step; one of them is moved by a convolution.
  package static let placeConcat = Pass(name: "placeConcat") { graph in
    // Outermost first, so that a nested concatenation lies in the outer one.
    var owner = [Int?](repeating: nil, count: graph.nodes.count)
    var copied = Set<[Int]>()
    for concat in graph.nodes.indices.reversed() {
      guard case .concat = graph.nodes[concat].operation else { continue }
      for (position, part) in graph.nodes[concat].inputs.enumerated() {
        if owner[part] == nil { owner[part] = concat } else { copied.insert([concat, position]) }
      }
    }
    return graph.rewriting { new, old, node in
      var node = node
      switch node.operation {
      case .concat:
        for (position, part) in node.inputs.enumerated() {
          if copied.contains([old, position]) {
            var copy = new.nodes[part]
            copy.inputs = [part]
            node.inputs[position] = new.add(copy, as: Graph.Elementwise())
            new.note("concatCopied")
          } else {
            new.note("concatPlaced")
          }
        }
      case .elementwise(let step) where node.inputs.count == 2:
        let segments = new.segments
        if segments[node.inputs[0]] != segments[node.inputs[1]] {
          let mover = Convolution.identity(node.channels, name: "move")
          if step.multiplies || step.scale != nil || ![nil, .relu].contains(step.activation) {
            node.inputs[0] = new.add(moving: node.inputs[0], mover)
            node.inputs[1] = new.add(moving: node.inputs[1], mover)
          } else {
            var mover = mover
            mover.relu = step.activation == .relu
            node.operation = .conv(mover)
          }
          new.note("sumMoved")
        }
      case .norm where new.segments[node.inputs[0]].count > 1:
        node.inputs[0] = new.add(moving: node.inputs[0], .identity(node.channels, name: "move"))
        new.note("normMoved")
      default: break
      }
      return new.add(node)
    }
  }
}

extension Graph {
  /// How each map's channels lie in blocks of 16: runs of channels, each of which starts a block.
  package var segments: [[Int]] {
    var segments: [[Int]] = []
    for node in nodes {
      switch node.operation {
      case .concat: segments.append(node.inputs.flatMap { segments[$0] })
      case .conv where node.inputs.count == 2: segments.append(segments[node.inputs[1]])
      case .elementwise, .pool: segments.append(segments[node.inputs[0]])
      default: segments.append([node.channels])
      }
    }
    return segments
  }
}

extension Graph {
  /// Appends a convolution that gives a map as it is, its channels in one run.
  fileprivate mutating func add(moving map: Int, _ mover: Convolution) -> Int {
    var node = nodes[map]
    (node.operation, node.inputs) = (.conv(mover), [map])
    return add(node)
  }
}
