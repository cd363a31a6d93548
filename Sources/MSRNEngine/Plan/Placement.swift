import MSRNLayers

/// Where each map of a fused graph lies: which buffer, and from which block of it; in fp32, in 16 bits, or in both.
///
/// Independent of the picture's size.
package struct Placement: Sendable {
  /// A buffer as every picture size has it.
  package struct Buffer: Sendable {
    /// Blocks of 64 bytes a pixel, of all parts.
    package var blocks: Int
    package var format: Format
    /// Rows and columns.
    package var size: Size
    /// Zero pixels around the map, for the widest convolution that reads it.
    package var border = 0
    /// The first and last stage that touch it.
    package var life: ClosedRange<Int>
    /// Stages that write it, and stages that read it with how many pixels around, in order.
    package var writers: [Int] = []
    package var readers: [(stage: Int, reach: Int)] = []
    /// Whether it is larger than what it is computed from: a pixel shuffle writes it.
    package var isSpread = false
    /// Whether it exists for one block at a time: a single stage writes and reads it.
    package var isStrip: Bool { life.lowerBound == life.upperBound && !isSpread }
  }

  /// A map within a buffer.
  package struct Place: Hashable, Sendable {
    package var buffer: Int
    /// The first block.
    package var block: Int
    /// Runs of channels, each starting a block.
    package var segments: [Int]
    package var format: Format

    package init(buffer: Int, block: Int, segments: [Int], format: Format = .single) {
      (self.buffer, self.block, self.segments, self.format) = (buffer, block, segments, format)
    }

    /// Of one part.
    package var blocks: Int { format.blocks(of: segments) }
    /// Blocks of 16 channels, in which results are computed.
    package var outputBlocks: Int { blocks * format.channels / 16 }

    /// For each channel, its number counted over the place's blocks with their padding.
    package var slots: [Int] {
      var first = 0
      return segments.flatMap { segment -> Range<Int> in
        defer { first += format.blocks(of: segment) * format.channels }
        return first..<first + segment
      }
    }
  }

  package var buffers: [Buffer] = []
  /// By node, where it lies in fp32; nil where nobody reads that, and for a shuffle that the store does.
  package var places: [Place?]
  /// By node, where it lies in 16 bits.
  package var halves: [Place?]
  /// What convolutions on matrix tiles multiply, those that carry the picture apart; nil where there are none.
  package let tiles: TileMode?

  package init(_ graph: Graph, stages: [Stage], tiles: TileMode? = nil) {
    self.tiles = tiles
    let formats = Formats(graph, tiles: tiles)
    places = [Place?](repeating: nil, count: graph.nodes.count)
    halves = places
    place(graph, stages, formats.single, in: \.places)
    if tiles != nil { place(graph, stages, formats.half, in: \.halves) }
    life(graph, stages)
  }

  /// Gives maps their places in fp32, or in 16 bits.
  private mutating func place(
    _ graph: Graph, _ stages: [Stage], _ formats: [Format?], in places: WritableKeyPath<Placement, [Place?]>
  ) {
    let segments = graph.segments

    // Concatenations claim their parts' places, outermost first.
    for (index, node) in graph.nodes.enumerated().reversed() {
      guard case .concat = node.operation, let format = formats[index] else { continue }
      let place = self[keyPath: places][index] ?? newBuffer(segments[index], node.size, format)
      self[keyPath: places][index] = place
      var block = place.block
      for part in node.inputs {
        precondition(
          self[keyPath: places][part] == nil, "a map lies in one place; placeConcat copies the others")
        self[keyPath: places][part] = Place(
          buffer: place.buffer, block: block, segments: segments[part], format: format)
        block += format.blocks(of: segments[part])
      }
    }

    var lastUse = [Int](repeating: 0, count: graph.nodes.count)
    for (index, node) in graph.nodes.enumerated() { for input in node.inputs { lastUse[input] = index } }
    lastUse[graph.stored.node] = graph.nodes.count
    var owned = Set<Int>()  // nodes that have a buffer to themselves

    for content in stages {
      let around = Set(content.steps.compactMap { graph.filtered(by: $0) })
      for index in content.steps.compactMap(\.node) {
        let node = graph.nodes[index]
        guard self[keyPath: places][index] == nil, let format = formats[index] else { continue }
        // A residual sum overwrites what it adds, when nothing reads that again and nobody needs its neighbours.
        if case .conv = node.operation, node.inputs.count == 2, owned.contains(node.inputs[1]),
          lastUse[node.inputs[1]] == index, node.inputs[0] != node.inputs[1],
          let addend = self[keyPath: places][node.inputs[1]], addend.format == format,
          !around.contains(where: { self[keyPath: places][$0]?.buffer == addend.buffer })
        {
          self[keyPath: places][index] = addend
        } else {
          self[keyPath: places][index] = newBuffer(segments[index], node.size, format)
        }
        owned.insert(index)
      }
    }
  }

  /// What a convolution reads.
  package func input(of node: Int, _ graph: Graph) -> Place {
    let input = graph.nodes[node].inputs[0]
    guard let place = graph.tiles(for: node, tiles) == nil ? places[input] : halves[input] else {
      preconditionFailure("node \(node) has an input")
    }
    return place
  }

  /// Where a convolution writes; where that is in two formats, channels lie alike in both.
  package func output(of node: Int) -> Place {
    guard let place = places[node] ?? halves[node] else { preconditionFailure("node \(node) has a place") }
    return place
  }

  /// The mode by which a map's 16-bit values come from its fp32 ones; nil where there are none, or they are written by themselves.
  package func rounding(of node: Int, _ graph: Graph) -> TileMode? {
    guard let format = halves[node]?.format, graph.tiles(for: node, tiles)?.format != format else {
      return nil
    }
    return format == .halfPair ? .fp16x3 : tiles
  }

  /// Notes when each buffer is written and read.
  private mutating func life(_ graph: Graph, _ stages: [Stage]) {
    for (stage, content) in stages.enumerated() {
      for step in content.steps {
        if case .store(let node, _) = step { read(places[node], at: stage) }
        guard let index = step.node else { continue }
        for (position, input) in graph.nodes[index].inputs.enumerated() {
          let isHalf = position == 0 && graph.tiles(for: index, tiles) != nil
          read(
            isHalf ? halves[input] : places[input], at: stage,
            reach: position == 0 ? graph.reach(of: index) : 0)
        }
        if case .conv(let conv) = graph.nodes[index].operation, conv.shuffle > 1, let place = places[index] {
          buffers[place.buffer].isSpread = true
        }
        for place in [places[index], halves[index]].compactMap({ $0 }) {
          touch(place.buffer, at: stage)
          if buffers[place.buffer].writers.last != stage { buffers[place.buffer].writers.append(stage) }
        }
      }
    }
  }

  private mutating func newBuffer(_ segments: [Int], _ size: Size, _ format: Format) -> Place {
    buffers.append(
      Buffer(
        blocks: format.blocks(of: segments) * format.parts, format: format, size: size, life: 0...Int.max)
    )
    return Place(buffer: buffers.count - 1, block: 0, segments: segments, format: format)
  }

  private mutating func read(_ place: Place?, at stage: Int, reach: Int = 0) {
    guard let place else { preconditionFailure("a map is written before it is read") }
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
  /// The mode in which a node is a convolution on matrix tiles; nil for others.
  package func tiles(for node: Int, _ mode: TileMode?) -> TileMode? {
    if case .conv(let conv) = nodes[node].operation { Algorithm.tiles(for: conv, mode) } else { nil }
  }

  /// Pixels beyond the sides of a map that a node reads.
  package func reach(of node: Int) -> Int {
    guard case .conv(let conv) = nodes[node].operation else { return 0 }
    return max(conv.window.padding.h, conv.window.padding.w)
  }

  /// The map that a step reads around the pixel it computes; nil where there is none.
  package func filtered(by step: Stage.Step) -> Int? {
    switch step {
    case .conv(let node):
      if case .conv(let conv) = nodes[node].operation, !conv.isPointwise {
        nodes[node].inputs[0]
      } else {
        nil
      }
    case .map(let node): nodes[node].inputs[0]
    case .load, .elementwise, .store: nil
    }
  }
}

extension Int {
  /// 16-channel blocks that so many channels take.
  package var blocks: Int { (self + 15) / 16 }
}
