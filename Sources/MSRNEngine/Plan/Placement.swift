/// Where each map of a fused graph lies: which buffer, and from which 16-channel block of it.
///
/// Independent of the picture's size.
package struct Placement: Sendable {
  /// A buffer as every picture size has it.
  package struct Buffer: Sendable {
    /// 16-channel blocks.
    package var blocks: Int
    /// Rows and columns per row and column of the picture.
    package var factor: Int
    /// Zero pixels around the map, for the widest convolution that reads it.
    package var border = 0
    /// The first and last stage that touch it.
    package var life: ClosedRange<Int>
    /// Stages that write it, and stages that read it with how many pixels around, in order.
    package var writers: [Int] = []
    package var readers: [(stage: Int, reach: Int)] = []
    /// Whether it exists for one block at a time: a single stage writes and reads it.
    package var isStrip: Bool { life.lowerBound == life.upperBound }
  }

  /// A map within a buffer.
  package struct Place: Hashable, Sendable {
    package var buffer: Int
    /// The first block.
    package var block: Int
    /// Runs of channels, each starting a block.
    package var segments: [Int]

    package init(buffer: Int, block: Int, segments: [Int]) {
      (self.buffer, self.block, self.segments) = (buffer, block, segments)
    }

    package var blocks: Int { segments.reduce(0) { $0 + $1.blocks } }

    /// For each channel, its number counted over the place's blocks with their padding.
    package var slots: [Int] {
      var first = 0
      return segments.flatMap { segment -> Range<Int> in
        defer { first += segment.blocks * 16 }
        return first..<first + segment
      }
    }
  }

  package var buffers: [Buffer] = []
  /// By node; nil for a shuffle that the store does.
  package var places: [Place?]

  package init(_ graph: Graph, stages: [Stage]) {
    let segments = graph.segments
    places = [Place?](repeating: nil, count: graph.nodes.count)

    // Concatenations claim their parts' places, outermost first.
    for index in graph.nodes.indices.reversed() {
      guard case .concat = graph.nodes[index].operation else { continue }
      let place = places[index] ?? newBuffer(segments[index], graph.nodes[index].factor)
      places[index] = place
      var block = place.block
      for part in graph.nodes[index].inputs {
        precondition(places[part] == nil, "a map lies in one place; placeConcat copies the others")
        places[part] = Place(buffer: place.buffer, block: block, segments: segments[part])
        block += segments[part].reduce(0) { $0 + $1.blocks }
      }
    }

    var lastUse = [Int](repeating: 0, count: graph.nodes.count)
    for (index, node) in graph.nodes.enumerated() { for input in node.inputs { lastUse[input] = index } }
    lastUse[graph.stored.node] = graph.nodes.count
    var owned = Set<Int>()  // nodes that have a buffer to themselves

    for (stage, content) in stages.enumerated() {
      let around = Set(content.steps.compactMap { graph.filtered(by: $0) })
      for step in content.steps {
        switch step {
        case .store(let node, _): read(node, at: stage)
        case .load(let index), .conv(let index), .elementwise(let index):
          let node = graph.nodes[index]
          if places[index] == nil {
            // A residual sum overwrites what it adds, when nothing reads that again and nobody needs its neighbours.
            if case .conv = node.operation, node.inputs.count == 2, owned.contains(node.inputs[1]),
              lastUse[node.inputs[1]] == index, node.inputs[0] != node.inputs[1],
              !around.contains(where: { places[$0]?.buffer == places[node.inputs[1]]?.buffer })
            {
              places[index] = places[node.inputs[1]]
            } else {
              places[index] = newBuffer(segments[index], node.factor)
            }
            owned.insert(index)
          }
          for (position, input) in node.inputs.enumerated() {
            read(input, at: stage, reach: position == 0 ? graph.reach(of: index) : 0)
          }
          if let place = places[index] {
            touch(place.buffer, at: stage)
            if buffers[place.buffer].writers.last != stage { buffers[place.buffer].writers.append(stage) }
          }
        }
      }
    }
  }

  private mutating func newBuffer(_ segments: [Int], _ factor: Int) -> Place {
    buffers.append(Buffer(blocks: segments.reduce(0) { $0 + $1.blocks }, factor: factor, life: 0...Int.max))
    return Place(buffer: buffers.count - 1, block: 0, segments: segments)
  }

  private mutating func read(_ node: Int, at stage: Int, reach: Int = 0) {
    guard let place = places[node] else { preconditionFailure("a map is written before it is read") }
    touch(place.buffer, at: stage)
    buffers[place.buffer].border = max(buffers[place.buffer].border, reach)
    buffers[place.buffer].readers.append((stage, reach))
  }

  private mutating func touch(_ buffer: Int, at stage: Int) {
    let life = buffers[buffer].life
    buffers[buffer].life = life.upperBound == .max ? stage...stage : life.lowerBound...stage
  }
}

extension Graph {
  /// Pixels to each side that a node reads around the one it computes.
  package func reach(of node: Int) -> Int {
    if case .conv(let conv) = nodes[node].operation { conv.kernel / 2 } else { 0 }
  }

  /// The map that a step reads around the pixel it computes; nil where there is none.
  package func filtered(by step: Stage.Step) -> Int? {
    if case .conv(let node) = step, reach(of: node) > 0 { nodes[node].inputs[0] } else { nil }
  }
}

extension Int {
  /// 16-channel blocks that so many channels take.
  package var blocks: Int { (self + 15) / 16 }
}
