import MSRNEngine
import MSRNKit
import MSRNLayers
import MSRNModels
import MSRNTensors

/// What `msrn inspect` says of weights and the network they make.
struct WeightsReport: Encodable, CustomStringConvertible {
  struct Row: Encodable {
    let path: String
    let kind: String
    let input: String
    let output: String
    let parameters: Int
    let macs: Int
    let depth: Int
  }

  let file: String
  let bytes: Int
  let architecture: String
  let summary: String
  let variant: [String]
  let scale: Int
  let inputRange: Int
  let parameters: Int
  let tensors: Int
  let reach: Double
  let size: PixelSize
  let gmacs: Double
  let peakBytes: Int
  let sha256: String
  let shipped: Bool
  let metadata: [String: String]
  let layers: [Row]?
  let plan: PlanDescription?

  init(
    _ model: Model, _ plan: PlanDescription, size: PixelSize, layers: Bool, plan withPlan: Bool, bytes: Int
  ) throws {
    let architecture = model.architecture
    let shape = Shape(c: architecture.inputChannels, h: size.height, w: size.width)
    (file, self.bytes, self.size) = (model.path, bytes, size)
    (self.architecture, summary, variant) = (model.architectureName, architecture.summary, architecture.notes)
    (scale, inputRange, parameters) = (model.scale, architecture.inputRange, architecture.parameters)
    let weights = try model.weights
    (tensors, reach) = (weights.tensors.count, architecture.network.reach)
    gmacs = Double(try architecture.network.macs(for: shape)) / 1e9
    (peakBytes, self.plan) = (plan.peakBytes, withPlan ? plan : nil)
    (sha256, shipped, metadata) = (model.digest.hexadecimal, model.isShipped, weights.metadata)
    self.layers =
      layers
      ? try architecture.network.rows(for: shape).map {
        Row(
          path: $0.path, kind: $0.kind, input: $0.input.description, output: $0.output.description,
          parameters: $0.parameters, macs: $0.macs, depth: $0.depth)
      } : nil
  }

  var description: String {
    var listing = Listing()
    listing.add(
      "file", "\(file), \(grouped(bytes)) bytes\(shipped ? ", shipped with msrn \(MSRN.version)" : "")")
    listing.add("network", "\(architecture), \(summary)")
    for note in variant { listing.add("variant", note) }
    listing.add("parameters", "\(grouped(parameters)) in \(tensors) tensors")
    listing.add("reach", "\(decimal(reach, 2)) pixels of the input to each side")
    listing.add("cost", "\(decimal(gmacs, 3)) GMAC for \(size) pixels")
    listing.add("memory", "\(decimal(Double(peakBytes) / 1_048_576, 1)) MiB at most for \(size) pixels")
    listing.add("SHA-256", sha256)
    for (name, text) in metadata.sorted(by: { $0.key < $1.key }) {
      listing.add("metadata", "\(name) = \(text)")
    }
    return
      ([listing.description] + (layers.map { [Self.table($0)] } ?? []) + (plan.map { [Self.text($0)] } ?? []))
      .joined(separator: "\n\n")
  }

  private static func table(_ rows: [Row]) -> String {
    var table = Table(["layer", "kind", "in", "out", "parameters", "MMAC"], numbers: [4, 5])
    for row in rows {
      let path = String(repeating: " ", count: row.depth) + row.path
      table.add([
        path, row.kind, row.input, row.output, row.parameters > 0 ? grouped(row.parameters) : "",
        row.macs > 0 ? decimal(Double(row.macs) / 1e6, 2) : "",
      ])
    }
    return table.description
  }

  private static func text(_ plan: PlanDescription) -> String {
    var table = Table(["step", "operation", "out", "buffer", "kernel", "MMAC"], numbers: [3, 5])
    for step in plan.steps {
      table.add([
        step.name, step.operation, step.output,
        [step.buffer.map(String.init), step.halfBuffer.map { "\($0)h" }].compactMap { $0 }.joined(
          separator: ","),
        step.kernel,
        step.macs > 0 ? decimal(Double(step.macs) / 1e6, 2) : "",
      ])
    }
    func mebibytes(_ bytes: Int) -> String { decimal(Double(bytes) / 1_048_576, 1) + " MiB" }
    var listing = Listing()
    listing.add("instruction set", plan.machine)
    if plan.tiles != nil { listing.add("h", "a buffer of 16-bit values") }
    let fusions = plan.fusions.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
    listing.add("fusions", fusions.isEmpty ? "none" : fusions.joined(separator: ", "))
    listing.add("buffers", "\(plan.buffers.count), \(mebibytes(plan.bufferBytes)) together")
    listing.add("weights", mebibytes(plan.weightBytes))
    listing.add("peak", mebibytes(plan.peakBytes))
    return table.description + "\n\n" + listing.description
  }
}
