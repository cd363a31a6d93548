import MSRNLayers
import MSRNTensors

/// One stage of a plan as calls of kernels: what is done with each of its pieces.
struct Calls: Sendable {
  /// What is done with a block, or with what of it lies in a region of the map.
  struct Call: Sendable {
    let step: Stage.Step
    var work: KernelTable.Work
    var rows: Range<Int>?
    var columns: Range<Int>?
    /// Rows and columns per row and column of the block.
    var factor = 1
  }

  /// Where maps and the caller's planes lie.
  struct Memory {
    let maps: Storage<Float>
    let source: Storage<Float>
    let target: Storage<Float>
  }

  private(set) var calls: [Call] = []
  private let cut: Cut
  /// Where a worker's strips begin in its scratch memory.
  private let stripStart: Int
  /// Rows and columns of the map that is cut.
  private let height: Range<Int>
  private let width: Int
  /// Rows of the result that are stored; nil where none are.
  private(set) var result: Range<Int>?

  private var across: Int { (width + cut.block.columns - 1) / cut.block.columns }
  private var down: Int { (height.count + cut.block.rows - 1) / cut.block.rows }
  /// Parts of its outputs.
  var parts: Int { cut.parts }
  /// Pictures that are done by one call, of so many that are run together.
  let together: Int
  /// Pieces of each part of one picture.
  var pieces: Int { down * across * cut.slices }

  /// The calls of a stage in a band of a plan, for so many threads; nil: all of the program.
  init(
    _ program: Program, _ plan: Plan, _ packed: [PackedWeights.Key: PackedConvolution], _ memory: Memory,
    stage index: Int, band: Int = 0, pictures: Int = 1, threads: Int? = nil
  ) {
    let stage = plan.stages[index], graph = program.graph, kernels = program.kernels
    let isWhole = plan.bands.count == 1, places = program.placement
    let rows = plan.bands.work(stage: index, band: band)
    cut = program.cut(of: index, plan, pictures: threads == nil ? pictures : 1, threads: threads)
    together = cut.takesAllPictures ? pictures : 1
    stripStart = program.kernelScratch(plan)
    let extent = plan.extent(stage.size)
    width = extent.w
    height = isWhole ? 0..<extent.h : rows.times(extent.h / plan.input.h)
    var strips = program.strips(of: index, plan, block: cut.block)
    for buffer in strips.keys { strips[buffer]?.offset += stripStart }

    func view(_ place: Placement.Place) -> KernelTable.View {
      if let strip = strips[place.buffer] { return KernelTable.View(strip: strip, place) }
      guard let map = plan.map(place.buffer, band: band) else {
        preconditionFailure("a map is in memory or a strip")
      }
      return KernelTable.View(
        memory.maps, map, place,
        top: plan.window(of: places.buffers[place.buffer], map, band: band).lowerBound)
    }
    func view(_ node: Int) -> KernelTable.View {
      guard let place = places.places[node] else { preconditionFailure("node \(node) has no place") }
      return view(place)
    }
    /// A step that writes fp32, and the rounding of what it has written where 16 bits are read.
    func add(_ step: Stage.Step, _ work: KernelTable.Work) { calls.append(Call(step: step, work: work)) }
    func narrow(_ step: Stage.Step, factor: Int = 1) {
      guard let node = step.node, let half = places.halves[node], let mode = places.rounding(of: node, graph)
      else { return }
      calls.append(
        Call(step: step, work: kernels.narrow(view(node), mode, target: view(half)), factor: factor))
    }
    for step in stage.steps {
      switch step {
      case .load(let node):
        guard case .input(let scale, let shift) = graph.nodes[node].operation else { continue }
        let planes = KernelTable.Planes(memory.source, rows: rows, width: plan.input.w)
        add(step, kernels.load(planes, scale: scale, shift: shift, target: view(node)))
        narrow(step)
      case .store(let node, let shuffle):
        let result = isWhole ? 0..<plan.output.h : rows.times(plan.output.h / plan.input.h)
        self.result = result
        add(
          step,
          kernels.store(
            view(node), KernelTable.Planes(memory.target, rows: result, width: plan.output.w),
            channels: graph.nodes[node].channels, shuffle: shuffle))
      case .elementwise(let node):
        guard case .elementwise(let what) = graph.nodes[node].operation else { continue }
        let inputs = graph.nodes[node].inputs
        let other = inputs.count > 1 ? view(inputs[1]) : nil
        add(step, kernels.elementwise(what, view(inputs[0]), other, target: view(node)))
        narrow(step)
      case .map(let node):
        let input = view(graph.nodes[node].inputs[0])
        switch graph.nodes[node].operation {
        case .pool(let pooling): add(step, kernels.pool(pooling, input, target: view(node)))
        case .norm(let norm): add(step, kernels.norm(norm, input, target: view(node)))
        default: preconditionFailure("node \(node) is a pooling or a normalisation")
        }
        narrow(step)
      case .conv(let node):
        guard case .conv(let conv) = graph.nodes[node].operation, let algorithm = plan.algorithms[node] else {
          preconditionFailure("node \(node) is a convolution")
        }
        let inputs = graph.nodes[node].inputs
        let input = view(places.input(of: node, graph))
        func work(_ algorithm: Algorithm, _ edge: Folded.Edge) -> KernelTable.Work {
          guard let packed = packed[.init(node: node, algorithm: algorithm, edge: edge)] else {
            preconditionFailure("the weights of node \(node) at \(edge) are packed")
          }
          let addend = inputs.count > 1 ? view(inputs[1]) : nil
          guard case .tiles(let mode) = algorithm else {
            return kernels.conv(conv, packed, input: input, addend: addend, target: view(node))
          }
          return kernels.conv(
            conv, packed, mode, input: input, addend: addend, target: places.places[node].map(view),
            half: places.rounding(of: node, graph) == nil ? places.halves[node].map(view) : nil)
        }
        add(step, work(algorithm, .none))
        for edge in program.edges(of: node, plan) {
          let region = edge.region(height: input.map.height, width: input.map.width)
          calls.append(
            Call(
              step: step, work: work(algorithm.atEdges, edge), rows: region.rows, columns: region.columns))
        }
        narrow(step, factor: conv.shuffle)
      }
    }
    if pictures > 1 {
      for call in calls.indices {
        let isLoad = if case .load = calls[call].step { true } else { false }
        calls[call].work.apart = (
          plan.memory, isLoad ? plan.input.count : plan.output.count
        )
      }
    }
  }

  /// Does one piece of one part of a picture.
  ///
  /// - Returns: the number of the first call that has rounded a value beyond the range of 16 bits; nil where none has.
  func run(
    part: Int, piece: Int, picture: Int, scratch: Storage<Float>, at offset: Int, profile: Profile?
  ) -> Int? {
    let block = piece / cut.slices
    let y = height.lowerBound + block / across * cut.block.rows, x = block % across * cut.block.columns
    let rows = y..<min(y + cut.block.rows, height.upperBound), columns = x..<min(x + cut.block.columns, width)
    let space = KernelTable.Scratch(scratch, offset: offset, row: y, column: x)
    let portion = KernelTable.Portion(
      part: part, of: cut.parts, slice: piece % cut.slices, of: cut.slices)
    var firstBad: Int?
    for (number, call) in calls.enumerated() {
      let rows = call.rows.map(rows.clamped) ?? rows.times(call.factor)
      let columns = call.columns.map(columns.clamped) ?? columns.times(call.factor)
      if rows.isEmpty || columns.isEmpty { continue }
      let start = profile.map { _ in processorTime() }
      let good = call.work.run(
        rows: rows, columns: columns, scratch: space, portion: portion, picture: picture, pictures: together)
      if !good, firstBad == nil { firstBad = number }
      if let profile, let start { profile.add(call.step, seconds: processorTime() - start) }
    }
    return firstBad
  }
}

extension Range<Int> {
  /// The same at a larger size.
  fileprivate func times(_ factor: Int) -> Range<Int> { lowerBound * factor..<upperBound * factor }
}
