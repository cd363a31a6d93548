import MSRNKit
import MSRNLayers
import MSRNModels
import MSRNTensors

/// What `msrn inspect` says of a network that is known by its name or by its weights.
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

  /// The weights file, where there is one.
  let file: String?
  let name: String
  /// Other networks with the same tensors.
  let alike: [String]
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
  ///
  /// Of weights, the file, as many classes as they have, and which networks else they could be of.
  init(
    _ network: NamedNetwork, size: PixelSize?, file: String? = nil, classes: Int? = nil, alike: [String] = []
  ) throws {
    var shape = network.input
    if let size { (shape.h, shape.w) = (size.height, size.width) }
    let rows = try network.layer(classes: classes).rows(for: shape)
    (self.file, self.alike) = (file, alike)
    func finite(_ value: Double) -> Double? { value.isFinite ? value : nil }
    (name, paper, input, self.classes) = (network.name, network.paper, "\(shape)", classes ?? network.classes)
    func count(_ tensors: [Parameter]) -> Int { tensors.reduce(0) { $0 + ($1.isTrained ? $1.count : 0) } }
    parameters = count(network.weights(classes: classes))
    storedParameters = parameters + count(network.unusedWeights(classes: classes))
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
    if let file { listing.add("file", file) }
    listing.add("network", "\(name), \(paper)")
    if !alike.isEmpty { listing.add("or", "\(alike.joined(separator: ", ")), which has the same tensors") }
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
