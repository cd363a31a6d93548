/// How the numbers of a map lie in memory.
///
/// One pixel of one block is 64 bytes in every format.
package enum Format: Hashable, Sendable {
  /// fp32, 16 channels a block.
  case single
  /// As `single`, but each run of channels takes blocks in pairs, as it does where the same map is also 16-bit.
  case singlePaired
  /// fp16 or bf16, 32 channels a block.
  case half
  /// As `half`, twice: the blocks of the high parts of all numbers, then those of what rounding left.
  case halfPair

  package var isHalf: Bool { self == .half || self == .halfPair }

  /// Channels in a block.
  package var channels: Int { isHalf ? 32 : 16 }
  /// Channels that a run of channels is filled up to a multiple of.
  package var run: Int { self == .single ? 16 : 32 }
  /// Blocks in memory for each block of channels.
  package var parts: Int { self == .halfPair ? 2 : 1 }

  /// Blocks that so many channels take, of one part.
  package func blocks(of channels: Int) -> Int { (channels + run - 1) / run * run / self.channels }

  /// Blocks that runs of channels take, of one part.
  package func blocks(of segments: [Int]) -> Int { segments.reduce(0) { $0 + blocks(of: $1) } }
}

/// In which formats each map is needed: its readers say, and one map may be in memory in two.
///
/// Convolutions on matrix tiles read 16-bit maps; everything else (addends, elementwise steps, the store, other convolutions)
/// reads fp32. So a residual path stays fp32, and only what is multiplied is rounded. One that takes only the high parts reads a map
/// of pairs as well.
package struct Formats: Sendable {
  /// By node; nil where nobody reads fp32.
  package private(set) var single: [Format?]
  /// By node; nil where nobody reads 16 bits.
  package private(set) var half: [Format?]

  /// The formats of a fused graph's maps; without a mode all are fp32.
  package init(_ graph: Graph, tiles: TileMode?) {
    var wide = [Bool](repeating: false, count: graph.nodes.count), narrow = wide, pair = wide
    wide[graph.stored.node] = true
    for (index, node) in graph.nodes.enumerated().reversed() {
      switch node.operation {
      case .conv where graph.tiles(for: index, tiles) != nil:
        narrow[node.inputs[0]] = true
        if graph.tiles(for: index, tiles) == .fp16x3 { pair[node.inputs[0]] = true }
        if node.inputs.count > 1 { wide[node.inputs[1]] = true }
      case .concat:
        for part in node.inputs {
          wide[part] = wide[part] || wide[index]
          narrow[part] = narrow[part] || narrow[index]
        }
      default:
        for input in node.inputs { wide[input] = true }
      }
    }
    let concats = { (node: Graph.Node) -> [Int] in
      if case .concat = node.operation { node.inputs } else { [] }
    }
    pair = Self.spread(pair, over: graph) { narrow[$0] ? concats(graph.nodes[$0]) : [] }
    half = narrow.indices.map { narrow[$0] ? (pair[$0] ? .halfPair : .half) : nil }
    // What does not write the format itself, or is read by nobody, writes fp32.
    for (index, node) in graph.nodes.enumerated() {
      if case .concat = node.operation { continue }
      if half[index] == nil || graph.tiles(for: index, tiles)?.format != half[index] { wide[index] = true }
    }
    // Maps whose blocks must correspond to those of a 16-bit map: a convolution writes both, block by block, and reads its addend so.
    let paired = Self.spread(narrow, over: graph) { index in
      let node = graph.nodes[index]
      return switch node.operation {
      case .conv: Array(node.inputs.dropFirst())
      case .concat, .elementwise: node.inputs
      default: []
      }
    }
    single = wide.indices.map { wide[$0] ? (paired[$0] ? .singlePaired : .single) : nil }
  }

  /// Marks with each marked node all those that must be like it; `alike` gives those that a node must be like.
  private static func spread(
    _ marks: [Bool], over graph: Graph, alike: (Int) -> [Int]
  ) -> [Bool] {
    var marks = marks
    var changed = true
    while changed {
      changed = false
      for index in graph.nodes.indices {
        let group = alike(index)
        guard group.contains(where: { marks[$0] != marks[index] }) else { continue }
        for node in group + [index] { marks[node] = true }
        changed = true
      }
    }
    return marks
  }
}
