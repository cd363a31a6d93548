import MSRNLayers
import MSRNTensors
import Synchronization

/// One run of a plan: its memory, and the steps as calls of kernels.
struct Executor {
  let program: Program
  let plan: Plan
  let packed: [PackedWeights.Key: PackedConvolution]
  let workers: Workers
  let profile: Profile?
  private let memory: Storage<Float>
  private let scratch: Storage<Float>
  /// Rows of the caller's planes, as many as a band has at most.
  private let source: Storage<Float>
  private let target: Storage<Float>
  private let scratchEach: Int
  /// Where strips begin in a worker's scratch memory.
  private let stripStart: Int

  /// Takes the memory of the run.
  init(
    program: Program, plan: Plan, packed: [PackedWeights.Key: PackedConvolution], workers: Workers,
    profile: Profile?
  ) throws(EngineError) {
    (self.program, self.plan, self.packed, self.workers) = (program, plan, packed, workers)
    self.profile = profile
    scratchEach = (program.scratch(plan) + 15) / 16 * 16
    stripStart = program.kernelScratch(plan)
    let rows = min(plan.bands.rows, plan.input.h)
    guard let memory = program.arena.take(plan.memory),
      let scratch = program.arena.take(workers.count * scratchEach),
      let source = program.arena.take(plan.input.c * rows * plan.input.w),
      let target = program.arena.take(plan.output.c * plan.resultRows * plan.output.w)
    else { throw .outOfMemory(bytes: program.peakBytes(plan)) }
    (self.memory, self.scratch, self.source, self.target) = (memory, scratch, source, target)
  }

  /// Leaves the memory of the run to the next one.
  func giveBack() { program.arena.giveBack([memory, scratch, source, target]) }

  /// Runs all stages of all bands; `progress` gets the share of multiply-accumulates done and says whether to go on.
  func run(
    read: (Range<Int>) -> Tensor, write: (Range<Int>, Tensor) -> Void, _ progress: (Double) -> Bool
  ) throws(EngineError) {
    let costs = plan.stages.map { stage in
      stage.steps.reduce(0) { sum, step in
        if case .conv(let node) = step { sum + Double(program.macs(of: node, for: plan.input)) } else { sum }
      }
    }
    let total = max(costs.reduce(0, +), 1) * Double(plan.input.h)
    var done = 0.0
    guard progress(0) else { throw .cancelled }
    for band in 0..<plan.bands.count {
      for stage in plan.stages.indices {
        if plan.bands.count == 1 || stage == 0 { begin(band: band, stage: stage) }
        let rows = plan.bands.work(stage: stage, band: band)
        if rows.isEmpty { continue }
        try run(stage, band: band, rows: rows, read: read, write: write)
        done += costs[stage] * Double(rows.count)
        guard progress(min(done / total, 1)) else { throw .cancelled }
      }
    }
  }

  /// Rows of a map that are in memory during a band, from above its upper border to below its lower one.
  private func window(of buffer: Placement.Buffer, _ map: Plan.Map, band: Int) -> Range<Int> {
    plan.bands.count == 1
      ? -map.border..<map.height + map.border : plan.bands.window(of: buffer, band: band)
  }

  /// Makes maps ready: with one band, those whose first stage it is; with several, moves on the rows that all of them hold.
  private func begin(band: Int, stage: Int) {
    let kernels = program.kernels
    for (index, buffer) in program.placement.buffers.enumerated() {
      guard let map = plan.maps[index], plan.bands.count > 1 || buffer.life.lowerBound == stage else {
        continue
      }
      let below = map.height..<map.height + map.border
      let window = window(of: buffer, map, band: band)
      if band == 0 {
        if map.border == 0 { continue }
        kernels.clearBorder(map, in: memory, rows: [0..<map.border])
      } else {
        let before = self.window(of: buffer, map, band: band - 1)
        let kept = window.lowerBound..<max(window.lowerBound, before.upperBound)
        if window.lowerBound > before.lowerBound, !kept.isEmpty {
          kernels.keep(
            map, in: memory,
            rows: kept.lowerBound - before.lowerBound..<kept.upperBound - before.lowerBound)
        }
      }
      if window.upperBound > map.height, map.border > 0 {
        kernels.clear(
          map, in: memory, rows: below.lowerBound - window.lowerBound..<below.upperBound - window.lowerBound)
      }
    }
  }

  /// Runs the steps of a stage on some rows of the picture, block by block.
  ///
  /// Throws `outOfRange` before anything of the stage is handed out.
  private func run(
    _ index: Int, band: Int, rows: Range<Int>, read: (Range<Int>) -> Tensor,
    write: (Range<Int>, Tensor) -> Void
  ) throws(EngineError) {
    let stage = plan.stages[index]
    let block = program.block(of: index, plan)
    var strips = program.strips(of: index, plan, block: block)
    for buffer in strips.keys { strips[buffer]?.offset += stripStart }

    func view(_ place: Placement.Place) -> KernelTable.View {
      if let strip = strips[place.buffer] { return KernelTable.View(strip: strip, place) }
      guard let map = plan.maps[place.buffer] else { preconditionFailure("a map is in memory or a strip") }
      return KernelTable.View(
        memory, map, place,
        top: window(of: program.placement.buffers[place.buffer], map, band: band).lowerBound)
    }
    func view(_ node: Int) -> KernelTable.View {
      guard let place = program.placement.places[node] else {
        preconditionFailure("node \(node) has no place")
      }
      return view(place)
    }

    let isWhole = plan.bands.count == 1, factor = plan.output.h / plan.input.h
    let result = isWhole ? 0..<plan.output.h : rows.times(factor)
    var stores = false

    let graph = program.graph, kernels = program.kernels
    /// What is done with a block, or with what of it lies in a region of the map.
    struct Task: Sendable {
      let step: Stage.Step
      let work: KernelTable.Work
      var rows: Range<Int>?
      var columns: Range<Int>?
      /// Rows and columns per row and column of the block.
      var factor = 1
    }
    var tasks: [Task] = []
    /// A step that writes fp32, and the rounding of what it has written where 16 bits are read.
    func add(_ step: Stage.Step, _ work: KernelTable.Work) { tasks.append(Task(step: step, work: work)) }
    func narrow(_ step: Stage.Step, factor: Int = 1) {
      guard let node = step.node, let half = program.placement.halves[node],
        let mode = program.placement.rounding(of: node, program.graph)
      else { return }
      tasks.append(
        Task(step: step, work: kernels.narrow(view(node), mode, target: view(half)), factor: factor))
    }
    for step in stage.steps {
      if let profile, let row = program.row(step, index, plan) {
        profile.begin(step, row, share: Double(rows.count) / Double(plan.input.h))
      }
      switch step {
      case .load(let node):
        guard case .input(let scale, let shift) = graph.nodes[node].operation else { continue }
        let part = read(rows)
        precondition(
          part.values.count == plan.input.c * rows.count * plan.input.w, "the rows asked for have come")
        source.write(part.values, at: 0)
        add(
          step,
          kernels.load(
            KernelTable.Planes(source, rows: rows, width: plan.input.w), scale: scale, shift: shift,
            target: view(node)))
        narrow(step)
      case .store(let node, let shuffle):
        stores = true
        add(
          step,
          kernels.store(
            view(node), KernelTable.Planes(target, rows: result, width: plan.output.w),
            channels: graph.nodes[node].channels, shuffle: shuffle))
      case .elementwise(let node):
        guard case .elementwise(let what) = graph.nodes[node].operation else { continue }
        let inputs = graph.nodes[node].inputs
        add(
          step,
          kernels.elementwise(
            what, view(inputs[0]), inputs.count > 1 ? view(inputs[1]) : nil, target: view(node)))
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
        let inputs = graph.nodes[node].inputs, places = program.placement
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
          tasks.append(
            Task(
              step: step, work: work(algorithm.atEdges, edge), rows: region.rows, columns: region.columns))
        }
        narrow(step, factor: conv.shuffle)
      }
    }

    let extent = plan.extent(stage.size), width = extent.w
    let height = isWhole ? 0..<extent.h : rows.times(extent.h / plan.input.h)
    let down = (height.count + block.rows - 1) / block.rows,
      across = (width + block.columns - 1) / block.columns
    let (scratch, each, todo, profile) = (scratch, scratchEach, tasks, profile)
    let firstBad = Atomic(tasks.count)
    let parts = program.parts(of: index, plan)
    workers.forEach(down * across * parts) { item, worker in
      let index = item / parts
      let y = height.lowerBound + index / across * block.rows, x = index % across * block.columns
      let rows = y..<min(y + block.rows, height.upperBound), columns = x..<min(x + block.columns, width)
      let space = KernelTable.Scratch(scratch, offset: worker * each, row: y, column: x)
      for (number, task) in todo.enumerated() {
        let rows = task.rows.map(rows.clamped) ?? rows.times(task.factor)
        let columns = task.columns.map(columns.clamped) ?? columns.times(task.factor)
        if rows.isEmpty || columns.isEmpty { continue }
        let start = profile.map { _ in processorTime() }
        let good = task.work.run(rows: rows, columns: columns, scratch: space, part: (item % parts, parts))
        if !good { firstBad.min(number, ordering: .relaxed) }
        if let profile, let start { profile.add(task.step, seconds: processorTime() - start) }
      }
    }
    let bad = firstBad.load(ordering: .relaxed)
    if bad < tasks.count {
      throw .outOfRange(layer: program.row(tasks[bad].step, index, plan)?.name ?? "a layer")
    }
    if stores {
      let count = plan.output.c * result.count * plan.output.w
      write(
        result, Tensor(shape: [plan.output.c, result.count, plan.output.w], values: target.contents(count)))
    }
  }
}

extension Range<Int> {
  /// The same at a larger size.
  fileprivate func times(_ factor: Int) -> Range<Int> { lowerBound * factor..<upperBound * factor }
}
