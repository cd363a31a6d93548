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
    /// The kernel: instruction set and register tile, output channels x pixels; empty where there is nothing to choose.
    public let kernel: String
    /// Multiply-accumulates.
    public let macs: Int
    /// The number of the buffer that is written; nil where the caller's picture is.
    public let buffer: Int?
  }

  /// The instruction set's name.
  public let instructionSet: String
  /// The steps in order.
  public let steps: [Row]
  /// How often each fusion was applied.
  public let fusions: [String: Int]
  /// Bytes of each buffer; buffers that do not live at the same time share memory.
  public let buffers: [Int]
  /// Bytes of memory for all buffers.
  public let bufferBytes: Int
  /// Bytes of the packed weights.
  public let weightBytes: Int
  /// Bytes at the peak: weights, buffers, input and result.
  public let peakBytes: Int
  /// Multiply-accumulates of all steps.
  public let macs: Int
}

extension Program {
  /// Describes what `run` does for a picture of this shape.
  ///
  /// Costs no arithmetic.
  public func describe(for input: Shape) -> PlanDescription {
    let plan = Plan(graph, placement, input: input)
    return PlanDescription(
      instructionSet: kernels.name, steps: plan.steps.compactMap { row($0, plan) }, fusions: graph.fusions,
      buffers: plan.maps.map { 4 * $0.count }, bufferBytes: 4 * plan.memory,
      weightBytes: weightBytes, peakBytes: peakBytes(for: input), macs: macs(for: input))
  }

  private func row(_ step: Plan.Step, _ plan: Plan) -> PlanDescription.Row? {
    func row(_ node: Int, _ name: String, _ operation: [String], kernel: String = "") -> PlanDescription.Row {
      let n = graph.nodes[node]
      let shape = Shape(c: n.channels, h: plan.input.h * n.factor, w: plan.input.w * n.factor)
      return PlanDescription.Row(
        name: name, operation: operation.joined(separator: " + "), output: shape.description, kernel: kernel,
        macs: macs(of: node, for: plan.input), buffer: placement.places[node]?.buffer)
    }
    switch step {
    case .clearBorder: return nil
    case .load(let node): return row(node, "input", ["load"])
    case .store(let node):
      let n = graph.nodes[node]
      let shape = Shape(c: n.channels, h: plan.input.h * n.factor, w: plan.input.w * n.factor)
      return PlanDescription.Row(
        name: "output", operation: "store", output: shape.description, kernel: "", macs: 0, buffer: nil)
    case .elementwise(let node):
      guard case .elementwise(let relu) = graph.nodes[node].operation else { return nil }
      let sum = graph.nodes[node].inputs.count > 1
      let operation = (sum ? ["sum"] : []) + (relu ? ["relu"] : [])
      return row(node, "", operation.isEmpty ? ["copy"] : operation)
    case .conv(let node):
      guard case .conv(let conv) = graph.nodes[node].operation, let packed = packed[node] else { return nil }
      var operation = ["conv \(conv.kernel)x\(conv.kernel)"]
      if graph.nodes[node].inputs.count > 1 { operation.append("sum") }
      if conv.relu { operation.append("relu") }
      if conv.shuffle > 1 { operation.append("shuffle \(conv.shuffle)") }
      return row(
        node, conv.name, operation, kernel: "\(kernels.name) \(kernels.tile(group: Int(packed.groups[0])))")
    }
  }
}
