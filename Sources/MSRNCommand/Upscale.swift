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

/// One picture in, one out; or many, into a folder.
struct Upscale: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Enlarge a picture, or a folder of them.",
    usage: "msrn upscale [<options>] <input> ... <output>",
    discussion: """
      Reads PNG and JPEG, whatever the name says, and writes what the output's name says. 16 bits stay 16, grey stays \
      grey, transparency is kept. The EXIF orientation is applied to the pixels. The output appears when it is complete, \
      or not at all. "-" is standard input or output; "./-x" and "-- -x" name a file that begins with a dash.

      With a folder or several pictures the output is a folder. A picture that fails is reported and left out, and the \
      exit code is the worst one: 1, 4, 75, 3, 0, in this order.
      """)

  @Argument(
    help: ArgumentHelp(
      "The picture, - for standard input, or several and folders; last the result: a file, - for standard output, or a folder.",
      valueName: "input ... output"),
    completion: .file())
  var paths: [String] = []

  @OptionGroup(title: "Size")
  var geometry: GeometryOptions

  @OptionGroup(title: "Model")
  var modelOptions: ModelOptions

  @Flag(help: "Average the results for 8 flips and turns: a little better, 8 times the work.")
  var ensemble = false

  @OptionGroup(title: "Machine")
  var runOptions: RunOptions

  @OptionGroup(title: "Output")
  var outputOptions: OutputOptions

  @OptionGroup(title: "Many pictures")
  var batchOptions: BatchOptions

  @Option(help: ArgumentHelp("Refuse a larger input (default: 500 megapixels).", valueName: "n"))
  var maxPixels: Int?

  @OptionGroup
  var progressOptions: ProgressOptions

  @Flag(help: "Print the result as one JSON object; of many, their lines of the run log.")
  var json = false

  @Flag(help: "Say on standard error where the engine's time goes, layer by layer.")
  var profile = false

  @Flag(name: .shortAndLong, help: "Say on standard error what is done and how long each stage takes.")
  var verbose = false

  mutating func validate() throws {
    if let maxPixels, maxPixels < 1 {
      throw ValidationError("--max-pixels is a number from 1, not \(maxPixels)")
    }
    if geometry.method != .network, let option = networkOption {
      throw ValidationError("\(option) is for networks, not for --method \(geometry.method.rawValue)")
    }
    switch try route {
    case .one(let input, let output): try check(input, output)
    case .many(let inputs, let folder): try check(many: inputs, to: folder)
    }
  }

  /// An option that is given and says something about networks alone.
  private var networkOption: String? {
    let all = [
      ("--model", modelOptions.model != nil), ("--weights", modelOptions.weights != nil),
      ("--ensemble", ensemble), ("--profile", profile),
    ]
    return all.first { $0.1 }?.0
  }

  private func check(_ input: String, _ output: String) throws {
    try outputOptions.check(for: try outputOptions.codec(for: PictureFile(output)))
    if let option = batchOptions.used {
      throw ValidationError("\(option) is for folders and several pictures")
    }
    if profile, ensemble { throw ValidationError("--profile is for one run of the network, not for eight") }
    if json, output == "-" {
      throw ValidationError("--json and the output - cannot both go to standard output")
    }
    if output == "-", isatty(1) == 1 {
      throw ValidationError("a picture is not written to a terminal; use a file or a pipe")
    }
  }

  func run() throws {
    switch try route {
    case .one(let input, let output): try enlarge(input, to: output)
    case .many(let inputs, let folder): try enlarge(many: inputs, to: folder)
    }
  }

  private func enlarge(_ input: String, to output: String) throws {
    let target = PictureFile(output)
    let codec = try outputOptions.codec(for: target)
    var work = PictureWork(
      source: PictureFile(input), target: target, codec: codec ?? .png, settings: settings)
    var stages = Stages()
    // Tensors go back once they are packed: most are larger.
    Allocator.returnBlocks(from: 1 << 17)

    // Everything that can be known to fail is found before the network runs.
    try work.checkTarget()
    let bytes = try work.read()
    if codec == nil { work.codec = Codec.sniff(bytes) ?? .png }
    let header = try work.header(of: bytes)
    let enlarger = try geometry.enlarger(modelOptions, try runOptions.upscaler)
    try work.checkSides(header, enlarger)
    try work.checkMemory(header, enlarger, ensemble: ensemble)
    stages.end("weights")
    // What is packed by way of is smaller.
    Allocator.returnBlocks(from: 1 << 20)

    let image = try work.decode(bytes)
    stages.end("decode")
    let route = try work.namingSource { try enlarger.route(width: image.width, height: image.height) }
    let upscaler = try route.network.map(enlarger.upscaler)
    if verbose { say(try describe(header, image, enlarger, route)) }

    let (result, trouble) = try work.enlarging { try enlarge(image, enlarger, of: input) }
    if verbose, let trouble { say("\(trouble): done again without tiles") }
    enlarger.releaseMemory()
    stages.end("network")

    let encoded = try work.encode(result)
    stages.end("encode")
    try work.write(encoded)
    stages.end("write")
    if verbose {
      let peak = PeakMemory.bytes.map { ", \(($0 + 1_048_575) / 1_048_576) MiB at most" } ?? ""
      say(stages.description + peak)
    }

    if json {
      try UpscaleReport(
        input: input, output: output, format: work.codec.rawValue, model: upscaler?.model.name,
        sha256: upscaler?.model.digest.hexadecimal, scale: upscaler?.scale,
        resampler: route.resamples ? enlarger.filter.rawValue : nil, ensemble: ensemble,
        machine: upscaler.map { .init($0, image, ensemble: ensemble, trouble) },
        from: .init(image), to: .init(result), bytes: encoded.count,
        seconds: stages.total, stages: stages.seconds
      ).print()
    } else if !target.isStream {
      StandardOutput.print(
        "\(output): \(result.width)x\(result.height), \(enlarger.description(of: route)), \(decimal(stages.total, 2)) s"
      )
    }
  }

  /// What is asked for, beside the network.
  var settings: PictureWork.Settings {
    PictureWork.Settings(
      limits: DecodeLimits(maximumPixels: maxPixels ?? DecodeLimits.default.maximumPixels),
      metadata: outputOptions.metadata, matte: outputOptions.matte,
      encoding: outputOptions.encoding(threads: runOptions.threads ?? Threads.available),
      force: outputOptions.force)
  }

  /// The result, and why the engine had to begin anew without matrix tiles, if it had to.
  private func enlarge(
    _ image: Image, _ enlarger: Enlarger, of input: String
  ) throws -> (Image, EngineError?) {
    let label = input.split(separator: "/").last.map(String.init) ?? input
    let display = progressOptions.display(label)
    defer { display.end() }
    let times = Profile()
    var trouble: EngineError?
    let result = try enlarger.enlarge(
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

  private func describe(
    _ header: ImageHeader, _ image: Image, _ enlarger: Enlarger, _ route: Enlarger.Route
  ) throws -> String {
    let way =
      "to \(route.width)x\(route.height): \(enlarger.description(of: route))"
      + (route.resamples ? ", in stored values, not linear light" : "")
    let memory = (try enlarger.need(for: header, ensemble: ensemble).whole + 1_048_575) / 1_048_576
    guard let upscaler = try route.network.map(enlarger.upscaler) else {
      return """
        \(header.codec.name), \(image.width)x\(image.height), \(header.kind)
        \(way), at most \(memory) MiB
        """
    }
    let plan = upscaler.plan(width: image.width, height: image.height)
    let bands = plan.bands > 1 ? ", \(plan.bands) bands of \(plan.bandRows) rows" : ""
    return """
      \(header.codec.name), \(image.width)x\(image.height), \(header.kind)
      \(way)
      \(upscaler.model.path): \(upscaler.model.architecture.summary), SHA-256 \(upscaler.model.digest.hexadecimal)
      \(runOptions.threads ?? Threads.available) threads, \(plan.machine), \(upscaler.precision.rawValue)\(bands), at most \(memory) MiB
      """
  }

  private func say(_ lines: String) {
    for line in lines.split(separator: "\n") { StandardError.write("msrn: \(line)\n") }
  }
}
