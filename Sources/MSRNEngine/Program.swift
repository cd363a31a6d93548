public import MSRNLayers
public import MSRNTensors

/// A network made ready to run: weights bound, operations fused, stages and places assigned.
///
/// Made once, then used for pictures of any size, from any thread. Weights are packed when a picture first needs them.
public final class Program: Sendable {
  /// Fused, its convolutions without their weights.
  package let graph: Graph
  package let stages: [Stage]
  package let placement: Placement
  package let kernels: KernelTable
  package let options: EngineOptions
  /// The precision that is computed in: what was asked for, or what that comes to on this machine.
  public let precision: Precision
  /// The same network without matrix tiles; nil where there are none in use.
  ///
  /// For pictures whose values leave the range of 16 bits: what to run after ``EngineError/outOfRange(layer:)``.
  public let fallback: Program?
  package let weights: PackedWeights
  /// The fallback's too, so that the two do not hold memory beside each other.
  let arena: Arena

  /// Prepares `network` for pictures of `inputs` channels.
  ///
  /// Costs a pass over the weights. With `again` each convolution's own weights are let go of once its kernels' are packed, and read
  /// again for a picture whose size asks for another form of them.
  ///
  /// - Parameters:
  ///   - network: What is run.
  ///   - inputs: Channels of the pictures.
  ///   - size: Rows and columns of the pictures, for networks with a matrix that reads a map as large as they make it; without a
  ///     size such a map is square.
  ///   - weights: Every tensor that the network names.
  ///   - options: Threads, kernels, precision.
  ///   - again: Reads the same tensors again; nil: they stay in memory beside the packed ones.
  /// - Throws: `missingTensor`, `misshapenTensor`, or `unknownInstructionSet` where the machine lacks it.
  public convenience init(
    network: Layer, inputs: Int, size: Extent? = nil, weights: Weights, options: EngineOptions,
    again: (@Sendable () throws -> Weights)? = nil
  ) throws(EngineError) {
    guard var kernels = options.kernels ?? KernelTable(options.instructionSet) else {
      throw .unknownInstructionSet(
        name: options.instructionSet.rawValue, known: InstructionSet.available.map(\.rawValue))
    }
    kernels.tiles =
      options.tiles ?? (options.kernels == nil ? options.instructionSet.tiles(for: options.precision) : .none)
    let bind: @Sendable (Weights) throws(EngineError) -> Graph = { weights throws(EngineError) in
      try Graph(network, inputs: inputs, size: size, weights: weights).fused
    }
    let graph = try bind(weights)
    var source: BoundWeights.Source?
    if let again { source = { () throws(EngineError) in try bind(Self.read(again)) } }
    let bound = BoundWeights(graph, again: source)
    self.init(
      graph.withoutWeights, bound, kernels, options, Self.precision(options.precision, kernels.tiles.modes),
      Arena())
  }

  /// Tensors that are read again.
  private static func read(_ again: () throws -> Weights) throws(EngineError) -> Weights {
    do { return try again() } catch { throw .unreadableWeights(reason: "\(error)") }
  }

  private init(
    _ graph: Graph, _ bound: BoundWeights, _ kernels: KernelTable, _ options: EngineOptions,
    _ choice: (precision: Precision, tiles: TileMode?), _ arena: Arena
  ) {
    (self.arena, weights) = (arena, PackedWeights(bound))
    (self.graph, self.kernels, self.options, precision) = (graph, kernels, options, choice.precision)
    stages = graph.stages
    placement = Placement(graph, stages: stages, tiles: choice.tiles)
    fallback = choice.tiles.map { _ in
      Program(graph, bound, kernels, options, Self.precision(choice.precision, []), arena)
    }
  }

  private init(_ other: Program, threads: Int, _ arena: Arena) {
    precondition(threads > 0, "the engine needs at least one thread, not \(threads)")
    (graph, stages, placement, kernels) = (other.graph, other.stages, other.placement, other.kernels)
    (precision, weights, self.arena) = (other.precision, other.weights, arena)
    var options = other.options
    options.threads = threads
    self.options = options
    fallback = other.fallback.map { Program($0, threads: threads, arena) }
  }

  /// The same network on so many threads: with the same weights, and with memory of its own, so that the two run beside
  /// each other without waiting.
  public func limited(to threads: Int) -> Program { Program(self, threads: threads, Arena()) }

  /// What a precision comes to on a machine with these modes of matrix tiles, and the one that convolutions run in.
  ///
  /// `auto` is the fastest that changes no 8-bit value of Set5 by more than a level and its PSNR by less than 0.001 dB: fp16 does
  /// not, bf16 does.
  private static func precision(
    _ wanted: Precision, _ modes: Set<TileMode>
  ) -> (precision: Precision, tiles: TileMode?) {
    switch wanted {
    case .exact, .fast: (wanted, nil)
    case .auto: modes.isSuperset(of: [.fp16, .fp16x3]) ? (.half, .fp16) : (.fast, nil)
    case .precise: (.precise, modes.contains(.fp16x3) ? .fp16x3 : nil)
    case .half:
      if modes.isSuperset(of: [.fp16, .fp16x3]) {
        (.half, .fp16)
      } else if modes.contains(.bf16) {
        (.half, .bf16)
      } else {
        (.fast, nil)
      }
    }
  }

  /// The shape of the result for a picture of this shape.
  public func shape(for input: Shape) -> Shape {
    graph.shape(of: graph.output, for: input)
  }

  /// Runs the network on one picture.
  ///
  /// - Parameters:
  ///   - input: `[C, H, W]`, in the units the weights were trained for.
  ///   - memory: Bytes that the run may take beside input and result; nil: any number.
  ///   - progress: Called between steps on the calling thread with the share of the work done, 0 to 1; answers whether to go
  ///     on.
  /// - Returns: `[C', H', W']`, the same bits for every thread count and memory.
  /// - Throws: `cancelled`, or `outOfMemory` before anything is computed.
  public func run(
    _ input: Tensor, memory: Int? = nil, progress: (Double) -> Bool = { _ in true }
  ) throws(EngineError) -> Tensor {
    var result: Tensor?, done = 0.0
    try fallingBack { program throws(EngineError) in
      let before = done
      result = try program.runOnce(input, memory: memory) { share in
        done = before + (1 - before) * share
        return progress(done)
      }
    }
    guard let result else { preconditionFailure("an attempt has a result or throws") }
    return result
  }

  /// As `run(_:memory:progress:)`, but throws `outOfRange` instead of beginning anew.
  package func runOnce(
    _ input: Tensor, memory: Int?, profile: Profile? = nil, progress: (Double) -> Bool
  ) throws(EngineError) -> Tensor {
    var result = Tensor(Shape(c: 0, h: 0, w: 0))
    let shape = shape(for: input.map)
    try run(
      input.map, memory: memory, read: { input.rows($0) },
      write: { rows, part in
        if rows == 0..<shape.h {
          result = part
        } else {
          if rows.lowerBound == 0 { result = Tensor(shape) }
          result.replace(rows, with: part)
        }
      }, profile: profile, progress: progress)
    return result
  }

  /// Calls `attempt` with this program and, where values leave the range of 16 bits, once more with its fallback.
  ///
  /// - Parameter attempt: Begins anew with everything that it reads and writes.
  /// - Returns: the error that made it begin anew; nil where nothing did.
  /// - Throws: any other error of an attempt.
  @discardableResult
  public func fallingBack(
    _ attempt: (Program) throws(EngineError) -> Void
  ) throws(EngineError) -> EngineError? {
    do throws(EngineError) {
      try attempt(self)
      return nil
    } catch {
      guard case .outOfRange = error, let fallback else { throw error }
      try attempt(fallback)
      return error
    }
  }

  /// Runs the network on one picture that comes and goes in bands of rows, from the top.
  ///
  /// - Parameters:
  ///   - input: The picture's shape.
  ///   - memory: Bytes that the run may take (``peakBytes(for:memory:)`` says what it takes); nil: any number.
  ///   - read: Gives the asked rows of the picture, `[C, rows, W]`; each row is asked for once.
  ///   - write: Takes rows of the result, `[C', rows, W']`.
  ///   - profile: Collects where the time goes.
  ///   - progress: As for `run(_:memory:progress:)`.
  /// - Throws: `cancelled`; `outOfMemory` before anything is computed; `outOfRange`, and all that was written is void
  ///   (``fallingBack(_:_:)`` begins anew).
  public func run(
    _ input: Shape, memory: Int? = nil, read: (Range<Int>) -> Tensor, write: (Range<Int>, Tensor) -> Void,
    profile: Profile? = nil, progress: (Double) -> Bool = { _ in true }
  ) throws(EngineError) {
    let workers = Workers(count: options.threads)
    let key = Preparation.Key(self, input, memory: memory)
    let preparation = try preparation(key, workers)
    defer { arena.giveBack(preparation, for: key) }
    try Executor(program: self, preparation: preparation, workers: workers, profile: profile)
      .run(read: read, write: write, progress)
  }

  package func run(
    _ plan: Plan, read: (Range<Int>) -> Tensor, write: (Range<Int>, Tensor) -> Void, profile: Profile? = nil,
    progress: (Double) -> Bool = { _ in true }
  ) throws(EngineError) {
    let workers = Workers(count: options.threads)
    let preparation = try Preparation(self, plan, packed: packed(plan, workers))
    defer { arena.giveBack(preparation, for: nil) }
    try Executor(program: self, preparation: preparation, workers: workers, profile: profile)
      .run(read: read, write: write, progress)
  }

  /// What the last run has left where it was for such pictures too, or made anew.
  func preparation(_ key: Preparation.Key, _ workers: Workers) throws(EngineError) -> Preparation {
    if let found = arena.take(key) { return found }
    let plan = plan(for: key.input, memory: key.memory)
    return try Preparation(self, plan, pictures: key.pictures, packed: packed(plan, workers))
  }

  private func packed(
    _ plan: Plan, _ workers: Workers
  ) throws(EngineError) -> [PackedWeights.Key: PackedConvolution] {
    try weights.prepare(Set(keys(plan)), workers: workers, make: pack)
  }

  /// Gives the system back what the last run has left for the next one.
  public func releaseMemory() { arena.clear() }

  /// Multiply-accumulates of one picture, as the network is written.
  public func macs(for input: Shape) -> Int {
    graph.nodes.indices.reduce(0) { $0 + macs(of: $1, for: input) }
  }

  /// Blocks of a convolution's padded inputs, as its kernel reads them.
  func inputBlocks(of node: Int) -> Int {
    placement.input(of: node, graph).blocks
  }

  /// Blocks of a convolution's padded outputs.
  func outputBlocks(of node: Int) -> Int {
    guard case .conv(let conv) = graph.nodes[node].operation else { return 0 }
    return PackedConvolution.outputBlocks(conv, placement.output(of: node))
  }

  private func keys(_ plan: Plan) -> [PackedWeights.Key] {
    plan.algorithms.enumerated().flatMap { node, algorithm -> [PackedWeights.Key] in
      guard let algorithm else { return [] }
      return [PackedWeights.Key(node: node, algorithm: algorithm)]
        + edges(of: node, plan).map {
          PackedWeights.Key(node: node, algorithm: algorithm.atEdges, edge: $0)
        }
    }
  }

  /// The edges of a folded convolution that a picture of the plan's size has.
  func edges(of node: Int, _ plan: Plan) -> [Folded.Edge] {
    guard case .conv(let conv) = graph.nodes[node].operation, conv.folded != nil else { return [] }
    let from = graph.shape(of: graph.nodes[node].inputs[0], for: plan.input)
    return Folded.Edge.all.filter { edge in
      let region = edge.region(height: from.h, width: from.w)
      return edge != .none && !region.rows.isEmpty && !region.columns.isEmpty
    }
  }

  private func pack(_ key: PackedWeights.Key, _ conv: Convolution, _ workers: Workers) -> PackedConvolution {
    PackedConvolution(
      conv, input: placement.input(of: key.node, graph), output: placement.output(of: key.node),
      kernels: kernels, algorithm: key.algorithm, edge: key.edge, workers: workers)
  }

  /// The multiply-accumulates of one node; of folded convolutions, those that they stand for.
  func macs(of node: Int, for input: Shape) -> Int {
    guard case .conv(let conv) = graph.nodes[node].operation else { return 0 }
    let size = graph.nodes[graph.nodes[node].inputs[0]].size.windows(conv.window)
    let windows = size.extent(Extent(input.h, input.w))
    return (conv.folded?.macs.separate ?? conv.outputs * conv.taps) * windows.h * windows.w
  }

  /// Multiply-accumulates that a plan's algorithm for a node needs.
  func products(of node: Int, _ plan: Plan) -> Int {
    guard case .conv(let conv) = graph.nodes[node].operation, let algorithm = plan.algorithms[node] else {
      return 0
    }
    let extent = graph.shape(of: graph.nodes[node].inputs[0], for: plan.input)
    let direct = conv.folded.map { $0.macs.folded * extent.h * extent.w } ?? macs(of: node, for: plan.input)
    return Int(Double(direct) * algorithm.products(kernel: conv.kernel))
  }
}

extension Tensor {
  /// Rows of a map, `[C, rows, W]`.
  package func rows(_ rows: Range<Int>) -> Tensor {
    let size = map
    if rows == 0..<size.h { return self }
    var part = Tensor(Shape(c: size.c, h: rows.count, w: size.w))
    for c in 0..<size.c {
      let from = (c * size.h + rows.lowerBound) * size.w, count = rows.count * size.w
      part.values.replaceSubrange(c * count..<(c + 1) * count, with: values[from..<from + count])
    }
    return part
  }

  /// Puts rows of a map in their place.
  fileprivate mutating func replace(_ rows: Range<Int>, with part: Tensor) {
    let size = map
    let count = rows.count * size.w
    for c in 0..<size.c {
      let to = (c * size.h + rows.lowerBound) * size.w
      values.replaceSubrange(to..<to + count, with: part.values[c * count..<(c + 1) * count])
    }
  }
}
