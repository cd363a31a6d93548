/// How the numbers of a map lie in memory. One pixel of one block is 64 bytes in every format.
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
/// reads fp32. So a residual path stays fp32, and only what is multiplied is rounded.
package struct Formats: Sendable {
  /// By node; nil where nobody reads fp32.
  package private(set) var single: [Format?]
  /// By node; nil where nobody reads 16 bits.
  package private(set) var half: [Format?]

  /// The formats of a fused graph's maps; without a mode all are fp32.
  package init(_ graph: Graph, tiles: TileMode?) {
    var wide = [Bool](repeating: false, count: graph.nodes.count), narrow = wide
    wide[graph.stored.node] = true
    for (index, node) in graph.nodes.enumerated().reversed() {
      switch node.operation {
      case .conv where graph.tiles(for: index, tiles) != nil:
        narrow[node.inputs[0]] = true
        if node.inputs.count > 1 { wide[node.inputs[1]] = true }
        if !narrow[index] { wide[index] = true }
      case .concat:
        for part in node.inputs {
          wide[part] = wide[part] || wide[index]
          narrow[part] = narrow[part] || narrow[index]
        }
      default:
        // These write fp32, which is rounded from there.
        wide[index] = true
        for input in node.inputs { wide[input] = true }
      }
    }
    let paired = Self.paired(graph, narrow)
    single = wide.indices.map { wide[$0] ? (paired[$0] ? .singlePaired : .single) : nil }
    half = narrow.map { $0 ? (tiles == .fp16x3 ? .halfPair : .half) : nil }
  }

  /// Maps whose blocks must correspond to those of a 16-bit map: a convolution writes both, block by block, and reads its addend
  /// so.
  private static func paired(_ graph: Graph, _ narrow: [Bool]) -> [Bool] {
    var paired = narrow
    var changed = true
    while changed {
      changed = false
      for (index, node) in graph.nodes.enumerated() {
        let alike: [Int] =
          switch node.operation {
          case .conv: Array(node.inputs.dropFirst())
          case .concat, .elementwise: node.inputs
          default: []
          }
        guard alike.contains(where: { paired[$0] != paired[index] }) else { continue }
        for node in alike + [index] { paired[node] = true }
        changed = true
      }
    }
    return paired
  }
}
