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
    /// The first and last node that touch it.
    package var life: ClosedRange<Int>
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
  /// By node; nil for a result that goes straight to the caller's planes.
  package var places: [Place?]
  /// Whether the node that gives the result writes the caller's planes itself.
  package let storesPlanes: Bool

  package init(_ graph: Graph) {
    let segments = graph.segments
    let uses = graph.uses
    places = [Place?](repeating: nil, count: graph.nodes.count)

    let last = graph.nodes[graph.output]
    if case .conv(let conv) = last.operation, conv.shuffle == 1, conv.outputs <= 16, uses[graph.output] == 1 {
      storesPlanes = true
    } else {
      storesPlanes = false
    }

    // Concatenations claim their parts' places, outermost first.
    for index in graph.nodes.indices.reversed() {
      guard case .concat = graph.nodes[index].operation else { continue }
      let place = places[index] ?? newBuffer(segments[index], graph.nodes[index].factor, at: index)
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
    lastUse[graph.output] = graph.nodes.count
    var owned = Set<Int>()  // nodes that have a buffer to themselves

    for (index, node) in graph.nodes.enumerated() {
      if places[index] == nil && !(storesPlanes && index == graph.output) {
        // A residual sum overwrites what it adds, when nothing reads that again and the convolution reads something else.
        if case .conv = node.operation, node.inputs.count == 2, owned.contains(node.inputs[1]),
          lastUse[node.inputs[1]] == index, node.inputs[0] != node.inputs[1],
          let place = places[node.inputs[1]]
        {
          places[index] = place
        } else {
          places[index] = newBuffer(segments[index], node.factor, at: index)
        }
        owned.insert(index)
      }
      if let place = places[index] { touch(place.buffer, at: index) }
      for input in node.inputs {
        guard let place = places[input] else { preconditionFailure("a map is written before it is read") }
        touch(place.buffer, at: index)
        if case .conv(let conv) = node.operation, input == node.inputs[0] {
          buffers[place.buffer].border = max(buffers[place.buffer].border, conv.kernel / 2)
        }
      }
    }
    if let place = places[graph.output] { touch(place.buffer, at: graph.nodes.count) }
  }

  private mutating func newBuffer(_ segments: [Int], _ factor: Int, at node: Int) -> Place {
    buffers.append(
      Buffer(blocks: segments.reduce(0) { $0 + $1.blocks }, factor: factor, life: node...node))
    return Place(buffer: buffers.count - 1, block: 0, segments: segments)
  }

  private mutating func touch(_ buffer: Int, at node: Int) {
    let life = buffers[buffer].life
    buffers[buffer].life = min(life.lowerBound, node)...max(life.upperBound, node)
  }
}

extension Int {
  /// 16-channel blocks that so many channels take.
  package var blocks: Int { (self + 15) / 16 }
}
