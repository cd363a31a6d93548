public import ArgumentParser
import MSRNEngine
public import MSRNImages
import MSRNKit
public import MSRNModels

/// Which weights are used, and how.
struct ModelOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The model: photo (x4) where a picture shows JPEG artefacts or noise, else light, full, … (default: the best there is for clean pictures).",
      valueName: "name"))
  var model: String?

  @Option(
    help: ArgumentHelp("A weights file: .safetensors, .pt or .pth.", valueName: "file"),
    completion: .file(extensions: ["safetensors", "pt", "pth"]))
  var weights: String?

  @Option(
    help: ArgumentHelp("How the weights are read.", valueName: "reading")
  )
  var variant = Variant.automatic

  mutating func validate() throws {
    if weights != nil, model != nil {
      throw ValidationError("--model and --weights exclude each other: a file holds one model")
    }
  }

  /// The weights file: the one that was named, or that of the model for a scale (`nil`: 4).
  func path(scale: Int?) throws -> String {
    try weights ?? WeightsLibrary.standard.path(scale: scale ?? 4, model: model)
  }

  /// The networks that may be on the way to a size.
  struct Networks: Sendable {
    /// What all of them are called.
    var name: String
    /// The scales there are, ascending.
    var scales: [Int]
    /// Gives the model of one of the scales.
    var read: @Sendable (Int) throws -> Model
  }

  /// Finds the networks for a size.
  ///
  /// A file that was named, or the file for a whole scale, is read now; others when they are needed.
  ///
  /// - Parameter target: the size; `nil`: the network's own scale.
  /// - Returns: the networks of one model, at least one.
  /// - Throws: as ``read(scale:)``.
  func networks(for target: TargetSize?) throws -> Networks {
    let library = WeightsLibrary.standard
    let whole = target == nil ? 4 : target?.wholeScale
    let isNamed = weights != nil || model == nil && library.override != nil
    if isNamed || whole.map({ (try? library.path(scale: $0, model: model)) != nil }) ?? false {
      let model = try read(scale: target?.wholeScale)
      return Networks(name: model.name, scales: [model.scale]) { _ in model }
    }
    let name = model ?? library.entries.first?.model
    let entries = library.entries.filter { $0.model == name }
    // Says what is wrong where there is nothing.
    guard let name, !entries.isEmpty else {
      _ = try library.path(scale: 4, model: model)
      preconditionFailure("a library without the model has no path to it")
    }
    let variant = variant
    return Networks(name: "msrn-" + name, scales: entries.map(\.scale)) { scale in
      let path = entries.first { $0.scale == scale }?.path ?? ""
      do { return try Model.read(path, variant: variant) } catch { throw SetUpError(underlying: error) }
    }
  }

  /// Finds and reads the weights.
  ///
  /// - Parameter scale: the scale asked for; `nil`: 4, or that of the file that was named.
  /// - Returns: the model, of the scale asked for.
  /// - Throws: `LibraryError`, `SetUpError`, or `UsageError` where a file that was named is for another scale.
  func read(scale: Int?) throws -> Model {
    let library = WeightsLibrary.standard
    let path = try path(scale: scale)
    let model: Model
    do { model = try Model.read(path, variant: variant) } catch { throw SetUpError(underlying: error) }
    if let scale, scale != model.scale {
      let scales = Set(library.entries.map(\.scale) + [model.scale]).sorted().map(String.init)
      throw UsageError(
        "\(path): these weights are for scale \(model.scale), not \(scale); "
          + "there are weights for scales \(scales.joined(separator: ", "))")
    }
    return model
  }
}

/// What of the machine is used.
struct RunOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Threads (default: all cores this process may use).", valueName: "n"))
  var threads: Int?

  @OptionGroup
  var kernelOptions: KernelOptions

  @Option(
    help: ArgumentHelp(
      "Memory the process may take, such as 800M or 2G; large pictures are done in bands, with the same result (default: what the machine has free).",
      valueName: "size"))
  var memory: ByteCount?

  mutating func validate() throws {
    if let threads, !(1...1024).contains(threads) {
      throw ValidationError("--threads is 1 to 1024, not \(threads)")
    }
  }

  /// The best instruction set of this machine up to the level asked for.
  var instructionSet: InstructionSet { get throws { try kernelOptions.instructionSet } }

  /// The same for an upscaler.
  var upscaler: Upscaler.Options {
    get throws {
      Upscaler.Options(
        threads: threads ?? Threads.available, instructionSet: try instructionSet,
        memory: memory?.bytes ?? Memory.available, precision: kernelOptions.precision)
    }
  }

  /// The same for the engine alone.
  var engine: EngineOptions {
    get throws { try kernelOptions.engine(threads: threads ?? Threads.available) }
  }
}

/// Which kernels are used, whatever the number of threads.
struct KernelOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The highest instruction set used: generic, neon, avx2, avx512 (default: $MSRN_CPU, else the machine's best).",
      valueName: "level"))
  var cpu: String?

  @Option(
    help: ArgumentHelp(
      "How accurately is computed: exact, precise, fast, half, auto (default: auto, the fastest whose pictures do not differ).",
      valueName: "level"))
  var precision = Precision.auto

  mutating func validate() throws { _ = try instructionSet }

  /// The best instruction set of this machine up to the level asked for.
  var instructionSet: InstructionSet {
    get throws {
      let environment = SystemFile.environment("MSRN_CPU")
      guard let name = cpu ?? environment else { return .best }
      let all = InstructionSet.allCases
      guard let level = InstructionSet(rawValue: name), let limit = all.firstIndex(of: level) else {
        throw ValidationError(
          "\(cpu == nil ? "MSRN_CPU" : "--cpu") is one of \(all.map(\.rawValue).joined(separator: ", ")), not \(name)"
        )
      }
      return InstructionSet.available.last { (all.firstIndex(of: $0) ?? 0) <= limit } ?? .generic
    }
  }

  /// The engine's options for so many threads.
  func engine(threads: Int) throws -> EngineOptions {
    EngineOptions(threads: threads, instructionSet: try instructionSet, precision: precision)
  }
}

/// How the picture is stored.
struct OutputOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The format: png, jpeg, or keep, which is the input's (default: by the name).", valueName: "format"))
  var format: OutputFormat?

  @Option(help: ArgumentHelp("JPEG quality, 1 to 100 (default: 95).", valueName: "q"))
  var quality: Int?

  @Option(help: ArgumentHelp("JPEG colour resolution (default: 444).", valueName: "form"))
  var chroma: EncodeOptions.Chroma?

  @Option(help: ArgumentHelp("PNG effort, 0 to 9 (default: 5).", valueName: "level"))
  var compression: Int?

  @Option(
    help: ArgumentHelp(
      "What is carried beside the pixels; safe is all but place, serial numbers, maker notes and thumbnail.",
      valueName: "policy"))
  var metadata = MetadataPolicy.safe

  @Option(
    help: ArgumentHelp(
      "Lay the picture over a colour: #rrggbb or a name. JPEG needs it where there is transparency.",
      valueName: "colour"))
  var matte: Matte?

  @Flag(name: .shortAndLong, help: "Replace the output if it exists.")
  var force = false

  /// The format of the output; `nil`: the input's own.
  func codec(for output: PictureFile) throws -> Codec? {
    if !output.isStream, let named = output.codec {
      guard format == nil || format == .one(named) else {
        throw ValidationError("--format \(format?.description ?? "") contradicts the name \(output.path)")
      }
      return named
    }
    switch format {
    case .one(let codec): return codec
    case .keep: return nil
    case nil where output.isStream:
      throw ValidationError("standard output needs --format png, jpeg or keep")
    case nil:
      let extensions = Codec.allCases.flatMap(\.fileExtensions).map { "." + $0 }.joined(separator: ", ")
      throw ValidationError(
        "\(output.path) does not end in one of \(extensions); say --format png, jpeg or keep")
    }
  }

  /// Finds options that say nothing about the output's format, or are out of range.
  ///
  /// - Parameter codec: the format; `nil`: each picture has its own.
  /// - Throws: `ValidationError`.
  func check(for codec: Codec?) throws {
    if let quality, !(1...100).contains(quality) {
      throw ValidationError("--quality is 1 to 100, not \(quality)")
    }
    if let compression, !(0...9).contains(compression) {
      throw ValidationError("--compression is 0 to 9, not \(compression)")
    }
    if codec == .png, quality != nil { throw ValidationError("--quality is for JPEG; PNG keeps every value") }
    if codec == .png, chroma != nil { throw ValidationError("--chroma is for JPEG; PNG keeps every value") }
    if codec == .jpeg, compression != nil {
      throw ValidationError("--compression is for PNG; JPEG has --quality")
    }
  }

  /// The same for an encoder that works on so many threads.
  func encoding(threads: Int) -> EncodeOptions {
    EncodeOptions(
      quality: quality ?? 95, chroma: chroma ?? .full, compression: compression ?? 5, threads: threads)
  }
}

extension Variant: ExpressibleByArgument {}
extension Precision: ExpressibleByArgument {}

/// A number of bytes as people write it: `512M`, `1.5G`, `800MiB`, powers of 1024.
struct ByteCount: ExpressibleByArgument {
  let bytes: Int

  init?(argument: String) {
    let text = argument.lowercased()
    let digits = text.prefix { $0.isNumber || $0 == "." }
    guard let number = Double(digits), number > 0 else { return nil }
    let powers = ["": 0, "b": 0, "k": 1, "m": 2, "g": 3, "t": 4]
    var unit = String(text.dropFirst(digits.count))
    if unit.count > 1 {
      for ending in ["ib", "b"] where unit.hasSuffix(ending) { unit.removeLast(ending.count); break }
    }
    guard let power = powers[unit] else { return nil }
    let bytes = number * Double(1 << (10 * power))
    guard bytes >= 1, bytes < 1e18 else { return nil }
    self.bytes = Int(bytes)
  }
}
extension MetadataPolicy: ExpressibleByArgument {}

extension EncodeOptions.Chroma: ExpressibleByArgument {
  /// The form as `420` or `4:2:0`.
  public init?(argument: String) { self.init(rawValue: argument.filter { $0 != ":" }) }
}

/// What results are stored as.
enum OutputFormat: Hashable, ExpressibleByArgument, CustomStringConvertible {
  case one(Codec)
  /// What the input is.
  case keep

  /// The format by its name or one of its extensions, or `keep`.
  init?(argument: String) {
    if argument == "keep" {
      self = .keep
    } else if let codec = Codec(fileExtension: argument) {
      self = .one(codec)
    } else {
      return nil
    }
  }

  /// The one format of all results; `nil` where each has its own.
  var codec: Codec? { if case .one(let codec) = self { codec } else { nil } }

  var description: String { codec?.rawValue ?? "keep" }
}

extension Matte: ExpressibleByArgument {
  /// The colour, if the text is one.
  public init?(argument: String) {
    guard let matte = try? Matte(argument) else { return nil }
    self = matte
  }
}
