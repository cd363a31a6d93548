import MSRNKit
import MSRNLayers
import MSRNModels
import MSRNTensors

/// What `msrn inspect` says of a network that is known by its name.
struct NetworkReport: Encodable, CustomStringConvertible {
  struct Row: Encodable {
    let path: String
    let kind: String
    let input: String
    let output: String
    let parameters: Int
    let macs: Int
    let activations: Int
    /// Nil for the whole picture.
    let receptiveField: Double?
    let depth: Int
  }

  let name: String
  let paper: String
  let input: String
  let classes: Int
  let parameters: Int
  let storedParameters: Int
  let gmacs: Double
  let megaActivations: Double
  let receptiveField: Double?
  let layers: [Row]

  /// A network and what it costs for an input of `size`, by default the one it was made for.
  init(_ network: NamedNetwork, size: PixelSize?) throws {
    var shape = network.input
    if let size { (shape.h, shape.w) = (size.height, size.width) }
    let rows = try network.layer().rows(for: shape)
    func finite(_ value: Double) -> Double? { value.isFinite ? value : nil }
    (name, paper, input, classes) = (network.name, network.paper, "\(shape)", network.classes)
    (parameters, storedParameters) = (network.parameters, network.storedParameters)
    gmacs = Double(rows.reduce(0) { $0 + $1.macs }) / 1e9
    megaActivations = Double(rows.reduce(0) { $0 + $1.activations }) / 1e6
    receptiveField = rows.compactMap { finite($0.receptiveField) }.max()
    layers = rows.map {
      Row(
        path: $0.path, kind: $0.kind, input: "\($0.input)", output: "\($0.output)", parameters: $0.parameters,
        macs: $0.macs, activations: $0.activations, receptiveField: finite($0.receptiveField), depth: $0.depth
      )
    }
  }

  var description: String {
    var listing = Listing()
    listing.add("network", "\(name), \(paper)")
    listing.add("input", input)
    listing.add("classes", "\(classes)")
    let more = storedParameters - parameters
    listing.add(
      "parameters",
      grouped(parameters) + (more > 0 ? ", and \(grouped(more)) in checkpoints that are not run" : ""))
    listing.add("cost", "\(decimal(gmacs, 3)) GMAC: convolutions and matrices")
    listing.add("activations", "\(decimal(megaActivations, 2)) M: what those give")
    if let receptiveField {
      listing.add("field", "\(decimal(receptiveField, 0)) pixels at most before the whole picture is read")
    }
    var table = Table(
      ["layer", "kind", "in", "out", "parameters", "MMAC", "field"], numbers: [4, 5, 6])
    for row in layers {
      table.add([
        String(repeating: " ", count: row.depth) + row.path, row.kind, row.input, row.output,
        row.parameters > 0 ? grouped(row.parameters) : "",
        row.macs > 0 ? decimal(Double(row.macs) / 1e6, 2) : "",
        row.receptiveField.map { decimal($0, 0) } ?? "all",
      ])
    }
    return table.description + "\n\n" + listing.description
  }
}
