import ArgumentParser
import MSRNImages
import MSRNKit

/// How large the result is, and what makes it so.
struct GeometryOptions: ParsableArguments {
  /// What enlarges.
  enum Method: String, CaseIterable, ExpressibleByArgument {
    case network, bicubic, lanczos

    /// The filter that does without a network; `nil` for the network.
    var filter: ResamplingKernel? { ResamplingKernel(rawValue: rawValue) }
  }

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      "How many times as wide and high, such as 2 or 2.5 (default: 4, or that of --weights).", valueName: "n")
  )
  var scale: Double?

  @Option(help: ArgumentHelp("The result's width; with --height, the box it fits in.", valueName: "pixels"))
  var width: Int?

  @Option(help: ArgumentHelp("The result's height.", valueName: "pixels"))
  var height: Int?

  @Option(
    help: ArgumentHelp(
      "Fit the result in a box, as ImageMagick: ! distorts, ^ covers, > and < touch just larger or smaller pictures.",
      valueName: "WxH[!^<>]"))
  var size: String?

  @Option(help: ArgumentHelp("Million pixels of the result.", valueName: "n"))
  var megapixels: Double?

  @Option(help: ArgumentHelp("The result's longer side.", valueName: "pixels"))
  var maxSide: Int?

  @Option(
    help: ArgumentHelp(
      "What enlarges: the network, then Lanczos to sizes it has no scale for; or a filter alone.",
      valueName: "method"))
  var method = Method.network

  mutating func validate() throws {
    if let scale, !(scale > 0 && scale <= 100) {
      throw ValidationError("--scale is a number above 0, at most 100, not \(scale)")
    }
    if let megapixels, !(megapixels > 0 && megapixels <= 1e6) {
      throw ValidationError("--megapixels is a number above 0, at most 1000000, not \(megapixels)")
    }
    for (name, side) in [("width", width), ("height", height), ("max-side", maxSide)] {
      if let side, !TargetSize.sides.contains(side) {
        throw ValidationError("--\(name) is 1 to 1000000 pixels, not \(side)")
      }
    }
    if let size, TargetSize(geometry: size) == nil {
      throw ValidationError("--size is WxH, then ! or ^, then < or >, such as 800x600^, not \(size)")
    }
    let given = [
      ("--scale", scale != nil), ("--width and --height", width != nil || height != nil),
      ("--size", size != nil), ("--megapixels", megapixels != nil), ("--max-side", maxSide != nil),
    ].filter(\.1)
    if given.count > 1 { throw ValidationError("\(given[0].0) and \(given[1].0) exclude each other") }
  }

  /// What is asked for; `nil`: the network's own scale.
  var target: TargetSize? {
    if let scale { return .scale(scale) }
    if width != nil || height != nil { return .box(width: width, height: height) }
    if let size { return TargetSize(geometry: size) }
    return megapixels.map { .megapixels($0) } ?? maxSide.map { .maxSide($0) }
  }

  /// What brings pictures to the size.
  ///
  /// - Parameters:
  ///   - models: which weights.
  ///   - options: how the machine is used.
  /// - Returns: the enlarger; weights that are certainly needed have been read.
  /// - Throws: as `ModelOptions.networks(for:)`.
  func enlarger(_ models: ModelOptions, _ options: Upscaler.Options) throws -> Enlarger {
    if let filter = method.filter {
      return Enlarger(to: target ?? .scale(4), filter: filter, memory: options.memory)
    }
    let networks = try models.networks(for: target)
    return Enlarger(
      to: target ?? .scale(Double(networks.scales.first ?? 4)), scales: networks.scales, name: networks.name,
      memory: options.memory
    ) { scale in
      try Upscaler(model: try networks.read(scale), options: options)
    }
  }
}
