import MSRNTensors

/// One run of a plan: its memory, and the steps as calls of kernels.
struct Executor {
  let program: Program
  let plan: Plan
  let memory: Storage<Float>
  let workers: Workers
  let input: KernelTable.Planes
  let output: KernelTable.Planes

  /// Runs all steps; `progress` gets the share of multiply-accumulates done and says whether to go on.
  func run(_ progress: (Double) -> Bool) throws(EngineError) {
    let total = Double(max(program.macs(for: plan.input), 1))
    var done = 0.0
    guard progress(0) else { throw .cancelled }
    for step in plan.steps {
      run(step)
      if case .conv(let node) = step { done += Double(program.macs(of: node, for: plan.input)) }
      guard progress(min(done / total, 1)) else { throw .cancelled }
    }
  }

  private func run(_ step: Plan.Step) {
    let graph = program.graph, kernels = program.kernels
    switch step {
    case .clearBorder(let buffer):
      kernels.clearBorder(plan.maps[buffer], in: memory)
    case .load(let node):
      guard case .input(let scale, let shift) = graph.nodes[node].operation else { return }
      inBlocks(of: node, kernels.load(input, scale: scale, shift: shift, target: view(node)))
    case .store(let node):
      inBlocks(of: node, kernels.store(view(node), output, channels: graph.nodes[node].channels))
    case .elementwise(let node):
      guard case .elementwise(let relu) = graph.nodes[node].operation else { return }
      let inputs = graph.nodes[node].inputs
      inBlocks(
        of: node,
        kernels.elementwise(
          view(inputs[0]), addend: inputs.count > 1 ? view(inputs[1]) : nil, relu: relu, target: view(node)))
    case .conv(let node):
      guard case .conv(let conv) = graph.nodes[node].operation, let packed = program.packed[node] else {
        return
      }
      let inputs = graph.nodes[node].inputs
      let target: KernelTable.Target =
        program.placement.places[node] == nil ? .planes(output) : .map(view(node))
      inBlocks(
        of: inputs[0],
        kernels.conv(
          conv, packed, input: view(inputs[0]), addend: inputs.count > 1 ? view(inputs[1]) : nil,
          target: target))
    }
  }

  /// Hands out blocks of the map of `node` to the workers.
  private func inBlocks(of node: Int, _ work: KernelTable.Work) {
    let factor = program.graph.nodes[node].factor
    let (height, width) = (plan.input.h * factor, plan.input.w * factor)
    let block =
      program.options.block ?? Self.block(height: height, width: width, threads: program.options.threads)
    let (down, across) = ((height + block.rows - 1) / block.rows, (width + block.columns - 1) / block.columns)
    workers.forEach(down * across) { index, _ in
      let (y, x) = (index / across * block.rows, index % across * block.columns)
      work.run(rows: y..<min(y + block.rows, height), columns: x..<min(x + block.columns, width))
    }
  }

  /// Blocks of 12 rows and about 72 columns, whose input stays in a core's L2 while its weights pass by; fewer rows where a
  /// small map would leave threads without work.
  private static func block(height: Int, width: Int, threads: Int) -> EngineOptions.Block {
    let across = max(1, (width + 36) / 72)
    let columns = (width + across - 1) / across
    var rows = 12
    while threads > 1, rows > 4, (height + rows - 1) / rows * across < 4 * threads { rows -= 4 }
    return EngineOptions.Block(rows: rows, columns: columns)
  }

  private func view(_ node: Int) -> KernelTable.View {
    guard let place = program.placement.places[node] else { preconditionFailure("node \(node) has no place") }
    return KernelTable.View(memory, plan.maps[place.buffer], place)
  }
}
