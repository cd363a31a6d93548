/// Steps that run together, block by block: whoever computes a block does all of them for it before the next.
///
/// What one step gives and only steps of its stage read, pixel by pixel, exists for the block alone (a strip): in MSRN the
/// 256-channel concatenation before the 1x1 convolution. Steps that read the same map with their filters share what
/// of it is in the cache.
package struct Stage: Hashable, Sendable {
  /// What is done; `node` is its node in the graph.
  package enum Step: Hashable, Sendable {
    case load(node: Int)
    case conv(node: Int)
    case elementwise(node: Int)
    /// The map of a node to the caller's planes, through a pixel shuffle; 1 is none.
    case store(node: Int, shuffle: Int)

    /// The node whose map is written; nil where the caller's planes are.
    package var node: Int? {
      switch self {
      case .load(let node), .conv(let node), .elementwise(let node): node
      case .store: nil
      }
    }
  }

  package var steps: [Step]
  /// Rows and columns per row and column of the picture at which blocks are counted: those of the maps that are read.
  package var factor: Int
}

extension Graph {
  /// The node whose map is stored, and the pixel shuffle on the way: a shuffle that comes last is no step of its own.
  package var stored: (node: Int, shuffle: Int) {
    if case .pixelShuffle(let r) = nodes[output].operation {
      (nodes[output].inputs[0], r)
    } else {
      (output, 1)
    }
  }

  /// The nodes of a fused graph as stages.
  ///
  /// A node joins the stage before it where it reads no more of that stage's maps than the pixel it computes, and gains by
  /// it: it reads one of them, or the same map with its filter.
  package var stages: [Stage] {
    var stages: [Stage] = []
    var stageOf = [Int](repeating: -1, count: nodes.count)  // of the last step that gives a part of the map
    var filtered = Set<Int>()  // maps that the last stage reads around the pixel

    func add(_ step: Stage.Step, reading inputs: [Int], around: Int?, factor: Int) {
      let last = stages.count - 1
      let own = inputs.filter { stageOf[$0] == last }
      let joins =
        last >= 0 && stages[last].factor == factor && !own.contains { $0 == around }
        && own.allSatisfy { nodes[$0].factor == factor }
        && (!own.isEmpty || around.map(filtered.contains) ?? false)
      if !joins {
        stages.append(Stage(steps: [], factor: factor))
        filtered = []
      }
      stages[stages.count - 1].steps.append(step)
      if let around { filtered.insert(around) }
    }

    for (index, node) in nodes.enumerated() {
      switch node.operation {
      case .input: add(.load(node: index), reading: [], around: nil, factor: 1)
      case .conv(let conv):
        add(
          .conv(node: index), reading: node.inputs, around: conv.kernel > 1 ? node.inputs[0] : nil,
          factor: nodes[node.inputs[0]].factor)
      case .elementwise:
        add(.elementwise(node: index), reading: node.inputs, around: nil, factor: node.factor)
      case .concat:
        stageOf[index] = node.inputs.map { stageOf[$0] }.max() ?? -1
        continue
      case .pixelShuffle where index == output: continue
      case .relu, .sum, .pixelShuffle: preconditionFailure("stages are made of a fused graph")
      }
      stageOf[index] = stages.count - 1
    }
    let (node, shuffle) = stored
    add(.store(node: node, shuffle: shuffle), reading: [node], around: nil, factor: nodes[node].factor)
    return stages
  }
}
