import MSRNLayers
public import MSRNTensors

extension Program {
  /// The plan for a picture: in one band where its maps are small, else in the largest bands whose maps are, within `memory`
  /// bytes in all; where nothing is within them, in the smallest bands.
  package func plan(for input: Shape, memory: Int?) -> Plan {
    func plan(rows: Int?) -> Plan {
      Plan(graph, placement, stages: stages, input: input, precision: precision, rows: rows)
    }
    func fits(_ plan: Plan) -> Bool {
      (4 * plan.memory <= Self.mapBytes || plan.bands.rows <= Self.enoughRows)
        && peakBytes(plan) <= memory ?? .max
    }
    let whole = plan(rows: nil)
    if fits(whole) { return whole }
    var best = plan(rows: Self.bandRows[0])
    for rows in Self.bandRows.dropFirst() where rows < input.h {
      let larger = plan(rows: rows)
      guard fits(larger) else { break }
      best = larger
    }
    return peakBytes(whole) < peakBytes(best) ? whole : best
  }

  /// Bytes of maps beyond which a picture is done in bands: they cost no time, and memory that is touched for the first time does.
  private static var mapBytes: Int { 192 << 20 }
  /// Rows of a band that use the weights often enough once they have come from memory; fewer only where memory asks for it.
  private static var enoughRows: Int { 48 }
  /// Rows of bands, which a plan rounds up to whole tiles.
  private static var bandRows: [Int] { [8, 12, 24, 48, 96, 192] }

  /// Bytes of memory that a picture of this shape takes at most: weights, maps, scratch memory, rows of input and result.
  ///
  /// - Parameters:
  ///   - input: The picture's shape.
  ///   - memory: Bytes that the run may take; the answer is more than that where it cannot do with so little.
  /// - Returns: the bytes.
  public func peakBytes(for input: Shape, memory: Int? = nil) -> Int {
    peakBytes(plan(for: input, memory: memory))
  }

  func peakBytes(_ plan: Plan, pictures: Int = 1) -> Int {
    let each = plan.memory + 2 * rowFloats(plan)
    let scratch = options.threads * scratch(plan, pictures: pictures)
    return max(weightBytes(plan) + 4 * (scratch + pictures * each), packingBytes(plan))
  }

  /// Floats of the rows of input and result that are held during a band.
  private func rowFloats(_ plan: Plan) -> Int {
    min(plan.bands.rows, plan.input.h) * plan.input.w * plan.input.c + plan.resultRows * plan.output.w
      * plan.output.c
  }

  /// Bytes of the weights during a run: as the plan's kernels read them, and as they are bound where they stay so.
  func weightBytes(_ plan: Plan) -> Int { packedBytes(plan) + (weights.bound.stay ? boundBytes : 0) }

  /// Bytes of the weights as the plan's kernels read them.
  private func packedBytes(_ plan: Plan) -> Int {
    graph.nodes.indices.reduce(0) { $0 + 4 * packedFloats(of: $1, plan) }
  }

  /// Bytes of the weights at most before a run: as they are read, beside the bytes of their file, and as they are packed, the
  /// largest first.
  private func packingBytes(_ plan: Plan) -> Int {
    var held = boundBytes, most = 2 * held
    let sizes = graph.nodes.indices.compactMap { index -> (bound: Int, packed: Int)? in
      guard case .conv(let conv) = graph.nodes[index].operation else { return nil }
      return (4 * conv.weightCount, 4 * packedFloats(of: index, plan))
    }
    for size in sizes.sorted(by: { $0.bound > $1.bound }) {
      held += size.packed
      most = max(most, held)
      if !weights.bound.stay { held -= size.bound }
    }
    return most
  }

  /// Bytes of the weights as they are bound.
  private var boundBytes: Int {
    graph.nodes.reduce(0) { sum, node in
      if case .conv(let conv) = node.operation { sum + 4 * conv.weightCount } else { sum }
    }
  }

  /// Floats of a convolution's weights as its kernel reads them.
  func packedFloats(of index: Int, _ plan: Plan) -> Int {
    guard case .conv(let conv) = graph.nodes[index].operation, let algorithm = plan.algorithms[index] else {
      return 0
    }
    let inputs = inputBlocks(of: index), outputs = outputBlocks(of: index)
    let edges = edges(of: index, plan).count, area = conv.area
    switch algorithm {
    case .direct, .pointwise:
      let packing = Packing(
        conv, input: placement.input(of: index, graph), output: placement.output(of: index))
      return (1 + edges) * area * packing.inputsEach * outputs * 16
    case .winograd(let tile, let near):
      let positions = near ? area : kernels.positions(tile: tile, kernel: conv.kernel)
      return (positions + edges * area) * inputs * outputs * 256
    case .tiles(let mode):
      return (1 + edges)
        * KernelTable.tileWeights(mode, kernel: conv.kernel, inputBlocks: inputs, outputBlocks: outputs) / 2
    }
  }

  /// Floats of scratch memory of one worker: of the kernels, and of the largest stage's strips.
  func scratch(_ plan: Plan, pictures: Int = 1) -> Int {
    func strips(_ stage: Int, threads: Int) -> Int {
      let block = cut(of: stage, plan, threads: threads).block
      return self.strips(of: stage, plan, block: block).values.reduce(0) { $0 + $1.count }
    }
    // Of several pictures a thread may do one alone, in the blocks of a single thread.
    let stages = plan.stages.indices.map {
      max(strips($0, threads: options.threads), pictures > 1 ? strips($0, threads: 1) : 0)
    }
    return kernelScratch(plan) + (stages.max() ?? 0)
  }

  /// Floats of scratch memory of the plan's largest kernel, which come before the strips.
  func kernelScratch(_ plan: Plan) -> Int {
    plan.stages.flatMap(\.steps).map { scratch($0, plan) }.max() ?? 0
  }

  /// Floats of scratch memory that a step's kernel takes.
  func scratch(_ step: Stage.Step, _ plan: Plan) -> Int {
    guard case .conv(let node) = step, case .conv(let conv) = graph.nodes[node].operation,
      let algorithm = plan.algorithms[node], case .winograd = algorithm
    else { return 0 }
    let groups = kernels.groups(of: outputBlocks(of: node), algorithm: algorithm)
    let from = graph.shape(of: graph.nodes[node].inputs[0], for: plan.input)
    return kernels.scratch(
      algorithm, kernel: conv.kernel, map: conv.map(over: Extent(from.h, from.w)),
      inputBlocks: inputBlocks(of: node),
      groups: groups.map(Int32.init))
  }

  /// The strips of a stage by buffer, one after the other from offset 0.
  func strips(of stage: Int, _ plan: Plan, block: EngineOptions.Block) -> [Int: Plan.Map] {
    var strips: [Int: Plan.Map] = [:]
    var offset = 0
    for (index, buffer) in placement.buffers.enumerated() where buffer.isStrip && buffer.life.contains(stage)
    {
      var map = Plan.Map(
        blocks: buffer.blocks, height: block.rows, width: block.columns, border: 0, life: buffer.life)
      map.offset = offset
      offset += map.count
      strips[index] = map
    }
    return strips
  }
}
