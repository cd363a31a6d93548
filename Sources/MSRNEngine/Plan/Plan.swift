package import MSRNLayers
package import MSRNTensors

/// What is done for a picture of one size: stages in order, in which bands, by which algorithms, and where every buffer lies.
///
/// Independent of the number of threads and of how stages are cut into blocks.
package struct Plan: Sendable {
  /// A buffer at this picture's size.
  ///
  /// Offsets and strides count floats.
  package struct Map: Sendable {
    package var blocks: Int
    /// Of the whole map.
    package var height: Int
    package var width: Int
    package var border: Int
    /// Rows that are in memory, borders counted.
    package var rows: Int
    /// Of the first float of the buffer within the memory of a run.
    package var offset = 0
    /// The first and last stage that touch it.
    package var life: ClosedRange<Int>

    /// A map that is in memory whole, or `rows` of it.
    package init(
      blocks: Int, height: Int, width: Int, border: Int, life: ClosedRange<Int>, rows: Int? = nil
    ) {
      (self.blocks, self.height, self.width) = (blocks, height, width)
      (self.border, self.life) = (border, life)
      self.rows = rows ?? height + 2 * border
    }

    /// Columns of one block in memory.
    ///
    /// Odd, so that blocks do not lie a power of two apart, where they would compete for the same lines of
    /// the cache.
    package var columns: Int { (width + 2 * border) | 1 }
    package var blockStride: Int { columns * 16 }
    package var rowStride: Int { blocks * blockStride }
    package var count: Int { rows * rowStride }

    /// Of pixel (0, 0) of block 0 while the first row in memory is row `top`.
    package func origin(top: Int) -> Int { offset - top * rowStride + border * 16 }
    /// The same of a map that is in memory whole.
    package var origin: Int { origin(top: -border) }
  }

  package let input: Shape
  package let output: Shape
  package let stages: [Stage]
  package let bands: Bands
  /// By node, for convolutions.
  package let algorithms: [Algorithm?]
  /// By buffer; nil for strips.
  package let maps: [Map?]
  /// Of several bands, maps that share their memory.
  package let tapes: [Tape]
  /// By buffer, where it is on a tape: the tape's number, and the member's.
  private let onTape: [Int: (tape: Int, member: Int)]
  /// Floats of memory that the maps take together.
  package let memory: Int
  /// By stage, rows and columns that its blocks are multiples of: those of its algorithms' tiles.
  package let units: [Int]

  /// The plan for a picture of one shape, in bands of so many of its rows, rounded up to whole tiles; nil: in one.
  package init(
    _ graph: Graph, _ placement: Placement, stages: [Stage], input: Shape, precision: Precision,
    rows: Int? = nil
  ) {
    precondition(
      input.c == graph.nodes[0].channels,
      "the network reads \(graph.nodes[0].channels) channels, not \(input.c)")
    precondition(input.h > 0 && input.w > 0, "a picture has at least one pixel, not \(input)")
    self.input = input
    self.stages = stages
    output = graph.shape(of: graph.output, for: input)

    let algorithms: [Algorithm?] = graph.nodes.map { node in
      guard case .conv(let conv) = node.operation else { return nil }
      if let mode = Algorithm.tiles(for: conv, placement.tiles) { return .tiles(mode) }
      let from = graph.shape(of: node.inputs[0], for: input)
      return Algorithm.choose(
        conv, map: conv.map(over: Extent(from.h, from.w)), precision: precision,
        isSmall: graph.nodes[node.inputs[0]].size.factor == nil)
    }
    self.algorithms = algorithms
    units = stages.map { stage in
      Set(stage.steps.compactMap { step in step.node.flatMap { algorithms[$0]?.tile } }).reduce(
        1, Self.commonMultiple)
    }
    let unit = units.reduce(1, Self.commonMultiple)
    let bandRows = Bands.arePossible(placement) ? rows.map { max(1, ($0 + unit - 1) / unit) * unit } : nil
    let bands = Bands(
      placement, stages: stages, height: input.h, rows: bandRows ?? input.h, units: units)
    self.bands = bands

    var maps = placement.buffers.map { buffer -> Map? in
      if buffer.isStrip { return nil }
      let extent = buffer.size.extent(Extent(input.h, input.w))
      return Map(
        blocks: buffer.blocks, height: extent.h, width: extent.w, border: buffer.border, life: buffer.life,
        rows: bands.count > 1 ? bands.rows(of: buffer) : nil)
    }
    var tapes = bands.count == 1 ? [] : Tape.tapes(for: maps, placement.buffers, bands)
    var onTape: [Int: (tape: Int, member: Int)] = [:]
    for (tape, content) in tapes.enumerated() {
      for (member, map) in content.members.enumerated() { onTape[map.buffer] = (tape, member) }
    }
    var places = maps.enumerated().map { onTape[$0.offset] == nil ? $0.element : nil }
    places += tapes.map(\.map)
    memory = Self.place(&places, sharing: bands.count == 1)
    for tape in tapes.indices { tapes[tape].map.offset = places[maps.count + tape]?.offset ?? 0 }
    for buffer in maps.indices where maps[buffer] != nil {
      maps[buffer]?.offset = onTape[buffer].map { tapes[$0.tape].map.offset } ?? places[buffer]?.offset ?? 0
    }
    (self.maps, self.tapes, self.onTape) = (maps, tapes, onTape)
  }

  /// Whether a map is on a tape.
  package func isOnTape(_ buffer: Int) -> Bool { onTape[buffer] != nil }

  /// A map as it is in memory during a band; nil for a strip.
  package func map(_ buffer: Int, band: Int) -> Map? {
    guard var map = maps[buffer], let place = onTape[buffer] else { return maps[buffer] }
    let tape = tapes[place.tape], member = tape.members[place.member]
    let rows = member.windows[band]
    map.offset = tape.map.offset + tape.place(of: rows.lowerBound, member, band: band) * map.rowStride
    map.rows = rows.count
    return map
  }

  /// Rows of the result that a band has at most.
  package var resultRows: Int { bands.count > 1 ? min(bands.rows, input.h) * output.h / input.h : output.h }

  /// Rows of a map that are in memory during a band, from above its upper border to below its lower one.
  func window(of buffer: Placement.Buffer, _ map: Map, band: Int) -> Range<Int> {
    bands.count == 1 ? -map.border..<map.height + map.border : bands.window(of: buffer, band: band)
  }

  /// Rows and columns of a size in this plan.
  package func extent(_ size: Size) -> Extent { size.extent(Extent(input.h, input.w)) }

  static func commonMultiple(_ a: Int, _ b: Int) -> Int {
    var (x, y) = (a, b)
    while y != 0 { (x, y) = (y, x % y) }
    return a / x * b
  }

  /// Gives each map an offset so that no two that live at the same time overlap; returns the floats needed.
  ///
  /// Largest first, each at the lowest offset that is free during its life. With several bands all live from the first to the
  /// last.
  private static func place(_ maps: inout [Map?], sharing: Bool) -> Int {
    var placed: [Map] = []
    var total = 0
    let order = maps.indices.filter { maps[$0] != nil }
      .sorted { ((maps[$0]?.count ?? 0), $1) > ((maps[$1]?.count ?? 0), $0) }
    for index in order {
      guard var map = maps[index] else { continue }
      map.offset = 0
      for other in placed.sorted(by: { $0.offset < $1.offset })
      where (!sharing || other.life.overlaps(map.life)) && other.offset < map.offset + map.count {
        map.offset = max(map.offset, other.offset + other.count)
      }
      placed.append(map)
      maps[index] = map
      total = max(total, map.offset + map.count)
    }
    return total
  }
}

extension Graph {
  /// The shape of a node's map for a picture of this shape.
  package func shape(of node: Int, for input: Shape) -> Shape {
    let extent = nodes[node].size.extent(Extent(input.h, input.w))
    return Shape(c: nodes[node].channels, h: extent.h, w: extent.w)
  }
}
