import MSRNLayers
import MSRNTensors

/// How a stage is shared out among threads: in rectangles of its map, each in parts of its outputs or in slices of its tiles.
package struct Cut: Hashable, Sendable {
  package var block: EngineOptions.Block
  /// Parts of the outputs of a convolution with many weights for its map, so that no weight is read twice.
  package var parts = 1
  /// Equal parts of the tiles of a Winograd convolution of a small map.
  package var slices = 1
  /// Whether all pictures that are run together are done by one call, which reads weights once for all of them.
  package var takesAllPictures = false

  package init(block: EngineOptions.Block) { self.block = block }
}

extension Program {
  /// How a stage of a plan is shared out.
  ///
  /// Some 2,000 pixels of a large map, whose input stays in a core's L2 while its weights pass by. Small maps so that
  /// threads have equal work: by outputs where weights outweigh the map, else by tiles, else by rows.
  ///
  /// - Parameters:
  ///   - stage: Its number.
  ///   - plan: The plan.
  ///   - pictures: Pictures of which each is done whole before the next, where there are enough of them to keep threads busy; then
  ///     only weights that do not fit a cache are done in parts.
  ///   - threads: That share the work; nil: all that the program may use.
  /// - Returns: the cut, on which no bit of a result depends.
  func cut(of stage: Int, _ plan: Plan, pictures: Int = 1, threads: Int? = nil) -> Cut {
    let all = threads ?? options.threads, threads = pictures < all ? all : pictures > 1 ? 1 : all
    let extent = plan.extent(plan.stages[stage].size), isSmall = plan.stages[stage].size.factor == nil
    let unit = plan.units[stage]
    func whole(_ n: Int) -> Int { (n + unit - 1) / unit * unit }
    if let block = options.block {
      return Cut(block: EngineOptions.Block(rows: whole(block.rows), columns: whole(block.columns)))
    }
    guard isSmall else {
      return Cut(block: block(extent, height: rows(of: extent, plan), unit: unit, threads: threads))
    }
    if let node = loneConvolution(of: stage, plan), let algorithm = plan.algorithms[node] {
      var cut = Cut(block: EngineOptions.Block(rows: whole(extent.h), columns: whole(extent.w)))
      let tiles = cut.block.rows / unit * (cut.block.columns / unit)
      let groups = groups(of: node, algorithm)
      if case .winograd(_, near: true) = algorithm, pictures > 1, groups >= all {
        (cut.parts, cut.takesAllPictures) = (all, true)
        return cut
      }
      if algorithm == .direct, pictures > 1, extent == 1, isMatrix(node, plan), groups >= all {
        (cut.parts, cut.takesAllPictures) = (min(groups, 4 * all), true)
        return cut
      }
      if outweighs(node, plan) {
        cut.parts = min(threads, groups)
        if pictures > 1 {
          let most = algorithm == .direct ? Self.partFloats : Self.transformedPartFloats
          cut.parts = min(groups, max(cut.parts, packedFloats(of: node, plan) / most))
        }
        if cut.parts >= threads || tiles == 1 { return cut }
        cut.parts = 1
      }
      if case .winograd = algorithm {
        let each = threads * KernelTable.tilesAtOnce(algorithm, map: extent)
        cut.slices = threads == 1 ? 1 : min(tiles, (tiles + each - 1) / each * threads)
        return cut
      }
    }
    // The rows of tiles a block that keep the busiest thread least busy; of those the most.
    let lines = (extent.h + unit - 1) / unit
    func busiest(_ rows: Int) -> Int { ((lines + rows - 1) / rows + threads - 1) / threads * rows }
    let rows = (1...max(1, 12 / unit)).min { (busiest($0), -$0) < (busiest($1), -$1) } ?? 1
    return Cut(block: EngineOptions.Block(rows: rows * unit, columns: whole(extent.w)))
  }

  /// Weights of a part that stay near while pictures pass by: in L2, or, where each part transforms the whole map, in L3.
  private static var partFloats: Int { 256 << 10 }
  private static var transformedPartFloats: Int { 4 << 20 }

  /// Rows of a map that a band does.
  private func rows(of extent: Extent, _ plan: Plan) -> Int {
    plan.bands.count > 1 ? min(plan.bands.rows * extent.h / plan.input.h, extent.h) : extent.h
  }

  /// The blocks of a large map.
  private func block(_ extent: Extent, height: Int, unit: Int, threads: Int) -> EngineOptions.Block {
    var block =
      unit == 1
      ? untiled(extent.w, height: height, threads: threads)
      : tiled(extent.w, height: height, unit: unit, threads: threads)
    if placement.tiles != nil {
      // Matrix tiles take 16 columns at a time.
      let columns = Plan.commonMultiple(unit, 16)
      block.columns = (block.columns + columns - 1) / columns * columns
    }
    return block
  }

  /// The blocks of a large map without Winograd's tiles; smaller where there would be too few for the threads.
  private func untiled(_ width: Int, height: Int, threads: Int) -> EngineOptions.Block {
    let across = max(1, (width + 36) / 72)
    var block = EngineOptions.Block(rows: 12, columns: (width + across - 1) / across)
    func count() -> Int {
      ((height + block.rows - 1) / block.rows) * ((width + block.columns - 1) / block.columns)
    }
    while threads > 1, count() < 4 * threads {
      if block.rows > 4 {
        block.rows = max(4, block.rows / 2)
      } else if block.columns > 24 {
        block.columns = max(24, block.columns / 2)
      } else {
        break
      }
    }
    return block
  }

  /// The blocks of a large map that is done in Winograd's tiles: those with which threads end first.
  ///
  /// At most as many tiles as go through a worker's scratch memory together. A block costs its tiles, and the time of some more for the
  /// weights that pass by.
  private func tiled(_ width: Int, height: Int, unit: Int, threads: Int) -> EngineOptions.Block {
    let weights = 4.0, each = max(1, unit * unit / 64)
    let (down, across) = ((height + unit - 1) / unit, (width + unit - 1) / unit)
    var best = (block: EngineOptions.Block(rows: unit, columns: unit), time: Double.infinity)
    for rows in min(2, down)...min(4, down) {
      for columns in 1...min(across, max(1, KernelTable.tilesAtOnce / (rows * each))) {
        let blocks = ((down + rows - 1) / rows) * ((across + columns - 1) / columns)
        let largest = Double(rows * columns * each) + weights
        let all = Double(down * across * each) + weights * Double(blocks)
        // Two bounds of what threads need that take one block after the other.
        let time = min(
          Double((blocks + threads - 1) / threads) * largest,
          (all + largest * Double(threads - 1)) / Double(threads))
        if time < best.time {
          best = (EngineOptions.Block(rows: rows * unit, columns: columns * unit), time)
        }
      }
    }
    return best.block
  }

  /// The convolution that a stage consists of, in fp32 and with the same weights for every pixel; nil where it is anything else.
  private func loneConvolution(of stage: Int, _ plan: Plan) -> Int? {
    let steps = plan.stages[stage].steps
    guard steps.count == 1, case .conv(let node) = steps[0],
      case .conv(let conv) = graph.nodes[node].operation,
      conv.folded == nil, placement.tiles == nil
    else { return nil }
    return node
  }

  /// Whether a convolution has more weights than its map has values, by far.
  private func outweighs(_ node: Int, _ plan: Plan) -> Bool {
    guard case .conv(let conv) = graph.nodes[node].operation else { return false }
    return conv.weightCount > 4 * graph.shape(of: graph.nodes[node].inputs[0], for: plan.input).count
  }

  /// Whether pictures that are run together can be the pixels of one map for a convolution whose results are single pixels: nothing is
  /// added, and 32 bits tell how far they lie apart.
  private func isMatrix(_ node: Int, _ plan: Plan) -> Bool {
    graph.nodes[node].inputs.count == 1 && plan.memory % 16 == 0 && plan.memory < Int(Int32.max) / 64
  }

  /// Groups of outputs that a convolution's kernel computes one after the other.
  private func groups(of node: Int, _ algorithm: Algorithm) -> Int {
    guard case .conv(let conv) = graph.nodes[node].operation else { return 0 }
    let packing = Packing(conv, input: placement.input(of: node, graph), output: placement.output(of: node))
    return packing.runs.reduce(0) {
      $0 + kernels.groups(of: $1.blocks, algorithm: algorithm).count
    }
  }
}
