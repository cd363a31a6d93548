public import MSRNLayers
public import MSRNTensors

/// How a program may use the machine.
///
/// No option but the instruction set changes a result's bits.
public struct EngineOptions: Sendable {
  /// Threads that work on one layer.
  public var threads: Int
  /// Which kernels are used.
  public var instructionSet: InstructionSet
  /// The size of the pieces that threads are given; nil lets the engine choose.
  package var block: Block?
  /// Stands in for the instruction set's kernels in tests.
  package var kernels: KernelTable?

  /// A rectangle of a map.
  package struct Block: Hashable, Sendable {
    package var rows: Int
    package var columns: Int
    package init(rows: Int, columns: Int) {
      precondition(rows > 0 && columns > 0, "a block has pixels")
      (self.rows, self.columns) = (rows, columns)
    }
  }

  /// Options for so many threads, by default with the fastest kernels that the machine has.
  public init(threads: Int, instructionSet: InstructionSet = .best) {
    precondition(threads > 0, "the engine needs at least one thread, not \(threads)")
    (self.threads, self.instructionSet) = (threads, instructionSet)
  }
}

/// A network made ready to run: weights bound, operations fused, places assigned, weights packed for one instruction set.
///
/// Made once, then used for pictures of any size, from any thread.
public final class Program: Sendable {
  package let graph: Graph
  package let placement: Placement
  package let packed: [PackedConvolution?]
  package let kernels: KernelTable
  package let options: EngineOptions

  /// Prepares `network` for pictures of `inputs` channels.
  ///
  /// Throws where a tensor that the network names is missing or misshapen, or the machine lacks the instruction set.
  /// Costs a pass over the weights.
  public init(network: Layer, inputs: Int, weights: Weights, options: EngineOptions) throws(EngineError) {
    guard let kernels = options.kernels ?? KernelTable(options.instructionSet) else {
      throw .unknownInstructionSet(
        name: options.instructionSet.rawValue, known: InstructionSet.available.map(\.rawValue))
    }
    let graph = try Graph(network, inputs: inputs, weights: weights).fused
    let placement = Placement(graph)
    let segments = graph.segments
    packed = graph.nodes.enumerated().map { index, node in
      guard case .conv(let conv) = node.operation, let input = placement.places[node.inputs[0]] else {
        return nil
      }
      return PackedConvolution(conv, input: input, outputSegments: segments[index], kernels: kernels)
    }
    (self.graph, self.placement, self.kernels, self.options) = (graph, placement, kernels, options)
  }

  /// The shape of the result for a picture of this shape.
  public func shape(for input: Shape) -> Shape {
    let node = graph.nodes[graph.output]
    return Shape(c: node.channels, h: input.h * node.factor, w: input.w * node.factor)
  }

  /// Runs the network on one picture.
  ///
  /// - Parameters:
  ///   - input: `[C, H, W]`, in the units the weights were trained for.
  ///   - progress: Called between steps on the calling thread with the share of the work done, 0 to 1; answers whether to go
  ///     on.
  /// - Returns: `[C', H', W']`, the same bits for every thread count.
  /// - Throws: `cancelled`, or `outOfMemory` before anything is computed.
  public func run(
    _ input: Tensor, progress: (Double) -> Bool = { _ in true }
  ) throws(EngineError) -> Tensor {
    let plan = Plan(graph, placement, input: input.map)
    guard let memory = Storage<Float>(uninitialized: plan.memory) else {
      throw .outOfMemory(bytes: peakBytes(for: input.map))
    }
    var source = input.values
    var result = [Float](repeating: 0, count: plan.output.count)
    let (from, to) = (plan.input, plan.output)
    try unsafe source.withUnsafeMutableBufferPointer { source throws(EngineError) in
      try unsafe result.withUnsafeMutableBufferPointer { result throws(EngineError) in
        guard let input = source.baseAddress, let output = result.baseAddress else { return }
        let executor = unsafe Executor(
          program: self, plan: plan, memory: memory, workers: Workers(count: options.threads),
          input: KernelTable.Planes(input, height: from.h, width: from.w),
          output: KernelTable.Planes(output, height: to.h, width: to.w))
        try executor.run(progress)
      }
    }
    return Tensor(shape: [to.c, to.h, to.w], values: result)
  }

  /// Multiply-accumulates of one picture, as the network is written.
  public func macs(for input: Shape) -> Int {
    graph.nodes.indices.reduce(0) { $0 + macs(of: $1, for: input) }
  }

  /// Bytes of memory that a picture of this shape takes at most: weights, maps, input and result.
  public func peakBytes(for input: Shape) -> Int {
    let plan = Plan(graph, placement, input: input)
    return weightBytes + 4 * (plan.memory + 2 * plan.input.count + plan.output.count)
  }

  /// Bytes of the packed weights.
  var weightBytes: Int { packed.reduce(0) { $0 + ($1.map { 4 * ($0.weights.count + $0.bias.count) } ?? 0) } }

  /// The multiply-accumulates of one node.
  func macs(of node: Int, for input: Shape) -> Int {
    guard case .conv(let conv) = graph.nodes[node].operation else { return 0 }
    let factor = graph.nodes[graph.nodes[node].inputs[0]].factor
    return conv.outputs * conv.inputs * conv.kernel * conv.kernel * input.h * input.w * factor * factor
  }
}
