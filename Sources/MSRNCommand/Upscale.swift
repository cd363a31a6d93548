import ArgumentParser
import MSRNImages
import MSRNKit

#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// One picture in, one out.
struct Upscale: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Enlarge a picture.",
    discussion: """
      Reads PNG and JPEG, whatever the name says, and writes what the output's name says. 16 bits stay 16, grey stays \
      grey, transparency is kept. The EXIF orientation is applied to the pixels. The output appears when it is complete, \
      or not at all. "-" is standard input or output; "./-x" and "-- -x" name a file that begins with a dash.
      """)

  @Argument(
    help: "The picture, or - for standard input.", completion: .file(extensions: ["png", "jpg", "jpeg"]))
  var input: String

  @Argument(help: "The result, or - for standard output.", completion: .file())
  var output: String

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("How many times as wide and high (default: 4, or that of --weights).", valueName: "n"))
  var scale: Int?

  @OptionGroup(title: "Model")
  var modelOptions: ModelOptions

  @Flag(help: "Average the results for 8 flips and turns: a little better, 8 times the work.")
  var ensemble = false

  @OptionGroup(title: "Machine")
  var runOptions: RunOptions

  @OptionGroup(title: "Output")
  var outputOptions: OutputOptions

  @Option(help: ArgumentHelp("Refuse a larger input (default: 500 megapixels).", valueName: "n"))
  var maxPixels: Int?

  @Option(
    help: ArgumentHelp(
      "How progress is told (default: bar on a terminal, else none).", valueName: "style"))
  var progress: ProgressStyle?

  @Flag(help: "Print the result as one JSON object.")
  var json = false

  @Flag(help: "Say on standard error where the engine's time goes, layer by layer.")
  var profile = false

  @Flag(name: .shortAndLong, help: "Say on standard error what is done and how long each stage takes.")
  var verbose = false

  mutating func validate() throws {
    if let scale, scale < 1 { throw ValidationError("--scale is a whole number from 1, not \(scale)") }
    if let maxPixels, maxPixels < 1 {
      throw ValidationError("--max-pixels is a number from 1, not \(maxPixels)")
    }
    for (name, path) in [("input", input), ("output", output)] where path.isEmpty {
      throw ValidationError("the \(name)'s name is empty")
    }
    try outputOptions.check(for: try outputOptions.codec(for: PictureFile(output)))
    if profile, ensemble { throw ValidationError("--profile is for one run of the network, not for eight") }
    if json, output == "-" {
      throw ValidationError("--json and the output - cannot both go to standard output")
    }
    if output == "-", isatty(1) == 1 {
      throw ValidationError("a picture is not written to a terminal; use a file or a pipe")
    }
  }

  func run() throws {
    let (source, target) = (PictureFile(input), PictureFile(output))
    let codec = try outputOptions.codec(for: target)
    var stages = Stages()

    // Everything that can be known to fail is found before the network runs.
    try writing { () throws(FileError) in try target.checkWritable(replacing: outputOptions.force) }
    let bytes = try source.read()
    let limits = DecodeLimits(maximumPixels: maxPixels ?? DecodeLimits.default.maximumPixels)
    let sourceName = source.isStream ? "standard input" : input
    let header = try named(sourceName) { try Image.header(bytes, limits: limits) }
    if codec == .jpeg, header.hasAlpha, outputOptions.matte == nil {
      throw FileError(
        path: sourceName,
        underlying: ImageError.unencodable(
          format: codec.name,
          reason: "it has transparency, which JPEG has not; --matte COLOUR lays it over a colour"))
    }
    let model = try modelOptions.read(scale: scale)
    let largest = max(header.width, header.height) * model.scale
    if codec == .jpeg, largest > 65500 {
      throw FileError(
        path: sourceName,
        underlying: ImageError.unencodable(
          format: codec.name,
          reason: "the result would have a side of \(largest) pixels, and 65500 is the most"))
    }
    let upscaler = try Upscaler(model: model, options: try runOptions.upscaler)
    try named(sourceName) { try upscaler.checkMemory(for: header, ensemble: ensemble) }
    stages.end("weights")

    let image = try named(sourceName) { try decode(bytes, limits) }
    stages.end("decode")
    if verbose { say(describe(header, image, upscaler)) }

    let (result, trouble) = try named(sourceName) { try upscale(image, upscaler) }
    if verbose, let trouble { say("\(trouble): done again without tiles") }
    upscaler.releaseMemory()
    stages.end("network")

    for loss in result.losses(codec) {
      StandardError.write("msrn: \(target.isStream ? "standard output" : output): \(loss)\n")
    }
    let encoded = try named(target.isStream ? "standard output" : output) { () throws(ImageError) in
      try result.encode(
        codec, options: outputOptions.encoding(threads: runOptions.threads ?? Threads.available))
    }
    stages.end("encode")
    try writing { () throws(FileError) in try target.write(encoded, replacing: outputOptions.force) }
    stages.end("write")
    if verbose {
      let peak = PeakMemory.bytes.map { ", \(($0 + 1_048_575) / 1_048_576) MiB at most" } ?? ""
      say(stages.description + peak)
    }

    if json {
      try Report(
        input: input, output: output, format: codec.rawValue, model: model.name,
        sha256: model.digest.hexadecimal,
        scale: model.scale, ensemble: ensemble, machine: .init(upscaler, image, ensemble: ensemble, trouble),
        from: .init(image), to: .init(result), bytes: encoded.count,
        seconds: stages.total, stages: stages.seconds
      ).print()
    } else if !target.isStream {
      print(
        "\(output): \(result.width)x\(result.height), \(model.name) x\(model.scale), \(decimal(stages.total, 2)) s"
      )
    }
  }

  /// The picture upright, on its matte if there is one, with the metadata that is to be carried.
  private func decode(_ bytes: [UInt8], _ limits: DecodeLimits) throws(ImageError) -> Image {
    let decoded = try Image.decode(bytes, limits: limits)
    for note in decoded.notes {
      StandardError.write("msrn: \(input == "-" ? "standard input" : input): \(note)\n")
    }
    var image = decoded.image.oriented()
    image.metadata = image.metadata.filtered(outputOptions.metadata)
    return outputOptions.matte.map { image.flattened(matte: $0) } ?? image
  }

  /// The result, and why the engine had to begin anew without matrix tiles, if it had to.
  private func upscale(_ image: Image, _ upscaler: Upscaler) throws -> (Image, EngineError?) {
    let label = input.split(separator: "/").last.map(String.init) ?? input
    let display = ProgressDisplay(progress ?? .automatic, label: label)
    defer { display.end() }
    let times = Profile()
    var trouble: EngineError?
    let result = try upscaler.upscale(
      image, ensemble: ensemble, profile: profile ? times : nil,
      progress: { share in
        display.show(share)
        return true
      }, fallback: { trouble = $0 })
    if profile {
      display.end()
      StandardError.write(ProfileReport(times.rows).description + "\n")
    }
    return (result, trouble)
  }

  private func describe(_ header: ImageHeader, _ image: Image, _ upscaler: Upscaler) -> String {
    let memory = (upscaler.peakBytes(for: image, ensemble: ensemble) + 1_048_575) / 1_048_576
    let plan = upscaler.plan(width: image.width, height: image.height)
    let bands = plan.bands > 1 ? ", \(plan.bands) bands of \(plan.bandRows) rows" : ""
    return """
      \(header.codec.name), \(image.width)x\(image.height), \(header.kind)
      \(upscaler.model.path): \(upscaler.model.architecture.summary), SHA-256 \(upscaler.model.digest.hexadecimal)
      \(runOptions.threads ?? Threads.available) threads, \(plan.machine), \(upscaler.precision.rawValue)\(bands), at most \(memory) MiB
      """
  }

  private func say(_ lines: String) {
    for line in lines.split(separator: "\n") { StandardError.write("msrn: \(line)\n") }
  }

  /// Tells apart an output that is in the way, which is this picture's failure, from a place that takes no files.
  private func writing(_ body: () throws(FileError) -> Void) throws {
    do { try body() } catch {
      guard case AccessError.system = error.underlying else { throw error }
      throw SetUpError(underlying: error)
    }
  }

  /// Puts a file's name to the errors of the layers that do not know it.
  private func named<Result>(_ path: String, _ body: () throws -> Result) throws -> Result {
    do { return try body() } catch { throw FileError(path: path, underlying: error) }
  }
}

/// How long each stage took.
private struct Stages: CustomStringConvertible {
  private(set) var seconds: [(name: String, seconds: Double)] = []
  private let start = ContinuousClock.now
  private var last = ContinuousClock.now

  mutating func end(_ name: String) {
    let now = ContinuousClock.now
    seconds.append((name, (now - last).seconds))
    last = now
  }

  var total: Double { (last - start).seconds }
  var description: String {
    seconds.map { "\($0.name) \(decimal($0.seconds, 3)) s" }.joined(separator: ", ")
      + ", total \(decimal(total, 3)) s"
  }
}

/// What `--json` prints.
private struct Report: Encodable {
  struct Form: Encodable {
    let width: Int
    let height: Int
    let depth: Int
    let color: String
    let alpha: Bool

    init(_ image: Image) {
      (width, height, depth) = (image.width, image.height, image.depth)
      (color, alpha) = (image.color == .grey ? "grey" : "rgb", image.hasAlpha)
    }
  }

  /// What the engine did.
  struct Machine: Encodable {
    let instructionSet: String
    let tiles: String?
    let precision: String
    /// Why it was done again without tiles.
    let fallback: String?
    let bands: Int
    let bandRows: Int
    /// Bytes that the process was predicted to take at most.
    let memory: Int

    init(_ upscaler: Upscaler, _ image: Image, ensemble: Bool, _ trouble: EngineError?) {
      let plan = upscaler.plan(width: image.width, height: image.height)
      (instructionSet, tiles) = (plan.instructionSet, plan.tiles)
      (precision, fallback) = (upscaler.precision.rawValue, trouble?.description)
      (bands, bandRows) = (plan.bands, plan.bandRows)
      memory = upscaler.peakBytes(for: image, ensemble: ensemble)
    }
  }

  let input: String
  let output: String
  let format: String
  let model: String
  let sha256: String
  let scale: Int
  let ensemble: Bool
  let machine: Machine
  let from: Form
  let to: Form
  let bytes: Int
  let seconds: Double
  let stages: [String: Double]
  /// Bytes that the process has held at most; left out where the system does not tell.
  let peak = PeakMemory.bytes

  init(
    input: String, output: String, format: String, model: String, sha256: String, scale: Int, ensemble: Bool,
    machine: Machine, from: Form, to: Form, bytes: Int, seconds: Double,
    stages: [(name: String, seconds: Double)]
  ) {
    (self.input, self.output, self.format, self.model, self.sha256) = (input, output, format, model, sha256)
    (self.scale, self.ensemble, self.from, self.to, self.bytes) = (scale, ensemble, from, to, bytes)
    (self.machine, self.seconds) = (machine, seconds)
    self.stages = Dictionary(stages.map { ($0.name, $0.seconds) }) { $0 + $1 }
  }

  func print() throws { Swift.print(try JSONLine.text(self)) }
}
