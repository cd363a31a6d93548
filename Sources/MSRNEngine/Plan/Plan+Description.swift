import MSRNLayers
public import MSRNTensors

/// What will be done for a picture of one size: the steps, where they write, what they cost.
public struct PlanDescription: Codable, Hashable, Sendable {
  /// One step of a plan.
  public struct Row: Codable, Hashable, Sendable {
    /// The layer's name; for other steps what they do.
    public let name: String
    /// The operation with what is fused into it, such as `conv 3x3 + sum + relu`.
    public let operation: String
    /// The map that is written, `CxHxW`.
    public let output: String
    /// The stage that the step is done in: steps of one stage are done together, block by block.
    public let stage: Int
    /// The algorithm with its instruction set and register tile, output channels x pixels (or Winograd tiles); empty where there is
    /// nothing to choose.
    public let kernel: String
    /// Multiply-accumulates, as the network is written.
    public let macs: Int
    /// Multiply-accumulates that the algorithm needs for them, transforms and the margins of tiles not counted.
    public let products: Int
    /// The number of the buffer that is written in fp32; nil where none is.
    public let buffer: Int?
    /// The number of the buffer that is written in 16 bits; nil where none is.
    public let halfBuffer: Int?
  }

  /// The instruction set's name.
  public let instructionSet: String
  /// What convolutions on the processor's matrix tiles multiply, `fp16`, `bf16` or `fp16x3`; nil where none is.
  public let tiles: String?
  /// The instruction set with its tiles, for people.
  public var machine: String { instructionSet + (tiles.map { " with \($0) tiles" } ?? "") }
  /// The steps in order.
  public let steps: [Row]
  /// How often each fusion was applied.
  public let fusions: [String: Int]
  /// Bytes of each buffer, 0 for one that exists for a block at a time; buffers that do not live at the same time share memory.
  public let buffers: [Int]
  /// Bands that the picture is done in.
  public let bands: Int
  /// Rows of the picture in each band.
  public let bandRows: Int
  /// Bytes of memory for all buffers.
  public let bufferBytes: Int
  /// Bytes of each worker's scratch memory.
  public let scratchBytes: Int
  /// Bytes of the weights during a run: as they are packed, and as they are bound where they cannot be read again.
  public let weightBytes: Int
  /// Bytes at the peak: weights, buffers, scratch memory, rows of input and result, or weights while they are packed.
  public let peakBytes: Int
  /// Multiply-accumulates of all steps.
  public let macs: Int
}

extension Program {
  /// Describes what `run` does for a picture of this shape with so much memory.
  ///
  /// Costs no arithmetic.
  public func describe(for input: Shape, memory: Int? = nil) -> PlanDescription {
    let plan = plan(for: input, memory: memory)
    return PlanDescription(
      instructionSet: kernels.name, tiles: placement.tiles?.rawValue,
      steps: plan.stages.enumerated().flatMap { stage, content in
        content.steps.compactMap { row($0, stage, plan) }
      },
      fusions: graph.fusions, buffers: plan.maps.map { 4 * ($0?.count ?? 0) }, bands: plan.bands.count,
      bandRows: min(plan.bands.rows, input.h), bufferBytes: 4 * plan.memory, scratchBytes: 4 * scratch(plan),
      weightBytes: weightBytes(plan), peakBytes: peakBytes(plan), macs: macs(for: input))
  }

  /// One step of a plan for people; nil for what is no step of its own.
  func row(_ step: Stage.Step, _ stage: Int, _ plan: Plan) -> PlanDescription.Row? {
    func row(_ node: Int, _ name: String, _ operation: [String], kernel: String = "") -> PlanDescription.Row {
      let shape = graph.shape(of: node, for: plan.input)
      return PlanDescription.Row(
        name: name, operation: operation.joined(separator: " + "), output: shape.description, stage: stage,
        kernel: kernel, macs: macs(of: node, for: plan.input), products: products(of: node, plan),
        buffer: placement.places[node]?.buffer, halfBuffer: placement.halves[node]?.buffer)
    }
    switch step {
    case .load(let node): return row(node, "input", ["load"])
    case .store(_, let shuffle):
      return PlanDescription.Row(
        name: "output", operation: shuffle > 1 ? "store + shuffle \(shuffle)" : "store",
        output: plan.output.description, stage: stage, kernel: "", macs: 0, products: 0,
        buffer: nil, halfBuffer: nil)
    case .elementwise(let node):
      guard case .elementwise(let step) = graph.nodes[node].operation else { return nil }
      var operation = step.scale == nil ? [] : ["affine"]
      if graph.nodes[node].inputs.count > 1 { operation.append(step.multiplies ? "product" : "sum") }
      operation += step.activation.map { [Layer.activation($0).kind] } ?? []
      return row(node, "", operation.isEmpty ? ["copy"] : operation)
    case .map(let node):
      switch graph.nodes[node].operation {
      case .pool(.windows(let pool)): return row(node, "", [Layer.pool(pool).kind])
      case .pool(.regions): return row(node, "", [Layer.adaptiveAverage(graph.extent(of: node, plan)).kind])
      case .pool(.bilinear): return row(node, "", ["bilinear"])
      case .norm(let norm): return row(node, "", [Layer.localResponseNorm(norm).kind])
      default: return nil
      }
    case .conv(let node):
      guard case .conv(let conv) = graph.nodes[node].operation, let algorithm = plan.algorithms[node] else {
        return nil
      }
      var operation = [
        Layer.conv(
          Conv(name: conv.name, outputs: conv.outputs, window: conv.window, groups: conv.groups)
        ).kind
      ]
      if graph.nodes[node].inputs.count > 1 { operation.append("sum") }
      if conv.relu { operation.append("relu") }
      if conv.shuffle > 1 { operation.append("shuffle \(conv.shuffle)") }
      return row(node, conv.name, operation, kernel: kernel(conv, node, algorithm))
    }
  }

  private func kernel(_ conv: Convolution, _ node: Int, _ algorithm: Algorithm) -> String {
    if case .tiles(let mode) = algorithm { return kernels.name(mode) }
    let groups = kernels.groups(of: outputBlocks(of: node), algorithm: algorithm)
    let tile = kernels.tile(group: groups[0], algorithm: algorithm)
    return "\(kernels.name) \(algorithm.form(kernel: conv.kernel) ?? "direct") \(tile)"
  }
}

extension Graph {
  fileprivate func extent(of node: Int, _ plan: Plan) -> Extent { plan.extent(nodes[node].size) }
}
