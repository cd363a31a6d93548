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
    /// A pooling, a resizing or a normalisation over channels.
    case map(node: Int)
    /// The map of a node to the caller's planes, through a pixel shuffle; 1 is none.
    case store(node: Int, shuffle: Int)

    /// Whether it is the only one of its stage, because it reads and writes whole maps.
    var isMap: Bool { if case .map = self { true } else { false } }

    /// The node whose map is written; nil where the caller's planes are.
    package var node: Int? {
      switch self {
      case .load(let node), .conv(let node), .elementwise(let node), .map(let node): node
      case .store: nil
      }
    }
  }

  package var steps: [Step]
  /// The size of the map whose blocks are counted: that of the windows, before pixels are shuffled.
  package var size: Size
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
  /// it: it reads one of them, or the same map with its filter. Where sizes are not the picture's, maps are small and each
  /// step is a stage.
  package var stages: [Stage] {
    var stages: [Stage] = []
    var stageOf = [Int](repeating: -1, count: nodes.count)  // of the last step that gives a part of the map
    var filtered = Set<Int>()  // maps that the last stage reads around the pixel

    func add(_ step: Stage.Step, reading inputs: [Int], around: Int?, size: Size) {
      let last = stages.count - 1
      let own = inputs.filter { stageOf[$0] == last }
      let joins =
        last >= 0 && size.factor != nil && !step.isMap && !stages[last].steps[0].isMap
        && stages[last].size == size && !own.contains { $0 == around }
        && own.allSatisfy { nodes[$0].size == size }
        && (!own.isEmpty || around.map(filtered.contains) ?? false)
      if !joins {
        stages.append(Stage(steps: [], size: size))
        filtered = []
      }
      stages[stages.count - 1].steps.append(step)
      if let around { filtered.insert(around) }
    }

    for (index, node) in nodes.enumerated() {
      switch node.operation {
      case .input: add(.load(node: index), reading: [], around: nil, size: .picture)
      case .conv(let conv):
        add(
          .conv(node: index), reading: node.inputs, around: conv.isPointwise ? nil : node.inputs[0],
          size: nodes[node.inputs[0]].size.windows(conv.window))
      case .elementwise:
        add(.elementwise(node: index), reading: node.inputs, around: nil, size: node.size)
      case .pool, .norm:
        add(.map(node: index), reading: node.inputs, around: node.inputs[0], size: node.size)
      case .concat:
        stageOf[index] = node.inputs.map { stageOf[$0] }.max() ?? -1
        continue
      case .pixelShuffle where index == output: continue
      case .activation, .affine, .sum, .product, .pixelShuffle:
        preconditionFailure("stages are made of a fused graph")
      }
      stageOf[index] = stages.count - 1
    }
    let (node, shuffle) = stored
    add(.store(node: node, shuffle: shuffle), reading: [node], around: nil, size: nodes[node].size)
    return stages
  }
}
