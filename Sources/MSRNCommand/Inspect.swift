import ArgumentParser
import MSRNEngine
import MSRNImages
import MSRNKit
import MSRNModels
import MSRNTensors

/// What a file is: a picture, or weights with the network that they make; or what a network is that is known by name.
struct Inspect: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show what a picture, a weights file or a known network is.",
    usage: "msrn inspect [<options>] <file or network>",
    discussion: """
      The content decides what a file is. Of weights, the network they make: its layers, its cost for a picture of a \
      given size, and the plan that the engine makes of it. What is no file is taken for a network's name, such as \
      resnet50, whose layers and cost are shown.
      """)

  @Argument(
    help: "A picture, a weights file (- for standard input), or a network's name.", completion: .file())
  var file: String

  @Flag(help: "List the network's layers.")
  var layers = false

  @Flag(help: "List the engine's steps, its buffers and its memory.")
  var plan = false

  @Option(
    help: ArgumentHelp(
      "The picture's size that cost and plan are for (default: 128x128; of a named network, its own).",
      valueName: "WxH"))
  var size: PixelSize?

  @Option(
    help: ArgumentHelp("How the weights are read.", valueName: "reading")
  )
  var variant = Variant.automatic

  @OptionGroup(title: "Machine")
  var runOptions: RunOptions

  @Flag(help: "Print one JSON object.")
  var json = false

  func run() throws {
    let source = PictureFile(file)
    if !source.isStream, SystemFile.kind(file) == nil {
      let network: NamedNetwork?
      do throws(ModelError) { network = try Zoo.network(named: file) } catch {
        // A name with a folder or an extension was meant for a file, and so is reading it the better complaint.
        if !file.contains(where: { $0 == "/" || $0 == "." }) {
          throw UsageError("no such file, and \(error)")
        }
        network = nil
      }
      if let network { return try show(NetworkReport(network, size: size)) }
    }
    let size = size ?? PixelSize(width: 128, height: 128)
    let bytes = try source.read()
    let name = source.isStream ? "standard input" : file
    if Codec.sniff(bytes) != nil {
      do throws(ImageError) {
        let decoded = try Image.decode(bytes)
        try? show(PictureReport(name, try Image.header(bytes), decoded, bytes: bytes.count))
      } catch {
        throw FileError(path: name, underlying: error)
      }
      return
    }
    let model: Model
    do throws(FileError) {
      // As upscaling does, so that it takes as much memory.
      model =
        SystemFile.kind(file)?.isRegular ?? false
        ? try Model.read(file, variant: variant) : try Model(path: name, bytes: bytes, variant: variant)
    } catch {
      if case ModelError.unrecognised = error.underlying, let report = try network(of: bytes, name) {
        return try show(report)
      }
      // What is no picture is taken for weights; what is neither is called so.
      guard case WeightsError.unknownFormat(let description) = error.underlying else { throw error }
      throw FileError(path: name, underlying: UnknownFile(reason: description))
    }
    let upscaler = try Upscaler(model: model, options: try runOptions.upscaler)
    try show(
      try WeightsReport(
        model, upscaler.plan(width: size.width, height: size.height), size: size, layers: layers, plan: plan,
        bytes: bytes.count))
  }

  /// What weights of a classification network are; nil where they are of none.
  private func network(of bytes: [UInt8], _ name: String) throws -> NetworkReport? {
    let weights = try Weights.read(bytes), networks = Zoo.networks(of: weights)
    guard let first = networks.first else { return nil }
    return try NetworkReport(
      first, size: size, file: name, classes: first.bind(weights).classes,
      alike: networks.dropFirst().map(\.name))
  }

  private func show(_ report: some Encodable & CustomStringConvertible) throws {
    StandardOutput.print(json ? try JSONLine.text(report) : report.description)
  }
}

/// A file that is neither picture nor weights.
struct UnknownFile: Error, CustomStringConvertible {
  let reason: String
  var description: String {
    "neither a PNG or JPEG picture nor weights in safetensors or PyTorch's form (\(reason))"
  }
}

/// A size as people write it, `640x480`.
struct PixelSize: ExpressibleByArgument, CustomStringConvertible, Encodable {
  var width: Int
  var height: Int

  init(width: Int, height: Int) { (self.width, self.height) = (width, height) }

  init?(argument: String) {
    let sides = argument.lowercased().split(separator: "x", omittingEmptySubsequences: false).map { Int($0) }
    guard sides.count == 2, let width = sides[0], let height = sides[1] else { return nil }
    guard (1...100_000).contains(width), (1...100_000).contains(height) else { return nil }
    self.init(width: width, height: height)
  }

  var description: String { "\(width)x\(height)" }
  var defaultValueDescription: String { description }
}
