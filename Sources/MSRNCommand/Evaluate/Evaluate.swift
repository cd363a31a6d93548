public import ArgumentParser
import MSRNImages
public import MSRNKit
import MSRNModels

/// Pictures of test sets against what methods make of them.
struct Evaluate: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Measure PSNR and SSIM on sets of pictures, as papers do.",
    usage: "msrn evaluate --hr <folder> ... --scale <n> [<options>]",
    discussion: """
      For each picture of --hr the LR picture (reduced by MATLAB's imresize, or from --lr) is enlarged by each method, and the \
      result compared with the original; --sr compares pictures that are there already. Files go together by their names \
      without extension; baby, babyx4 and baby_x4 are one. Grey pictures are taken as RGB. --hr (with --lr or --sr for each), \
      --model, --weights and --method may be repeated; without any of the last three, the best model and bicubic are measured.

      Protocols: msrn is Y, not rounded, without a border of the scale; selfexsr the same with Y rounded; rgb is all \
      channels; div2k the same with a border of scale + 6. CSV has a line for each picture and method; there and in JSON the \
      PSNR of equal pictures is "inf". --report has examples too, and measures bicubic.

      A picture that fails is told and counts in no mean; the exit code is the worst one: 1, 4, 75, 3, 0, in this order.

        msrn evaluate --hr Set5/HR --scale 4 --modcrop --pictures
      """)

  /// A method without weights.
  enum Resampling: String, CaseIterable, ExpressibleByArgument {
    case bicubic, lanczos, nearest

    var method: EvaluationMethod {
      switch self {
      case .bicubic: .bicubic
      case .lanczos: .lanczos
      case .nearest: .nearest
      }
    }
  }

  /// Somebody else's way, for figures that are compared with theirs.
  enum Compatibility: String, CaseIterable, ExpressibleByArgument { case edsrChop = "edsr-chop" }

  @Option(
    help: ArgumentHelp("The original pictures of a set, or one.", valueName: "folder"),
    completion: .directory)
  var hr: [String]

  @Option(
    help: ArgumentHelp("The LR pictures (default: made of the originals).", valueName: "folder"),
    completion: .directory)
  var lr: [String] = []

  @Option(
    help: ArgumentHelp("Results that are compared as they are.", valueName: "folder"),
    completion: .directory)
  var sr: [String] = []

  @Option(name: .shortAndLong, help: ArgumentHelp("How many times as wide and high.", valueName: "n"))
  var scale: Int

  @Option(
    name: .customLong("protocol"),
    help: ArgumentHelp("What is compared.", valueName: "name"))
  var measure = EvaluationProtocol.msrn

  @Flag(help: "Cut originals to multiples of the scale, at right and bottom.")
  var modcrop = false

  @Option(help: ArgumentHelp("A model: light, photo, full, …", valueName: "name"))
  var model: [String] = []

  @Option(
    help: ArgumentHelp("A weights file: .safetensors, .pt or .pth.", valueName: "file"),
    completion: .file(extensions: ["safetensors", "pt", "pth"]))
  var weights: [String] = []

  @Option(help: ArgumentHelp("How the weights are read.", valueName: "reading"))
  var variant = Variant.automatic

  @Option(help: ArgumentHelp("A method without weights.", valueName: "name"))
  var method: [Resampling] = []

  @Flag(help: "Average a model's results for 8 flips and turns.")
  var ensemble = false

  @Option(
    help: ArgumentHelp(
      "Do as others did: edsr-chop cuts pictures in quarters, as MSRN's authors had it.", valueName: "way"))
  var compat: Compatibility?

  @OptionGroup(title: "Machine")
  var runOptions: RunOptions

  @Flag(help: "One thing after the other, so that times are not disturbed.")
  var serial = false

  @Option(
    help: ArgumentHelp("Note what has been measured in a file, to go on there.", valueName: "file"),
    completion: .file())
  var log: String?

  @Flag(help: "Measure only what --log does not have.")
  var resume = false

  @Flag(help: "List every picture, not the means alone.")
  var pictures = false

  @OptionGroup(title: "Output")
  var output: ReportOptions

  mutating func validate() throws {
    if scale < 1 { throw ValidationError("--scale is a whole number from 1, not \(scale)") }
    if !lr.isEmpty, !sr.isEmpty { throw ValidationError("--lr and --sr exclude each other") }
    for (name, folders) in [("lr", lr), ("sr", sr)] where !folders.isEmpty && folders.count != hr.count {
      throw ValidationError("\(folders.count) --\(name) for \(hr.count) --hr; each set has its own")
    }
    if !sr.isEmpty, !(model.isEmpty && weights.isEmpty && method.isEmpty) || ensemble || compat != nil {
      throw ValidationError(
        "--sr is what a method made: --model, --weights, --method, --ensemble, --compat make others")
    }
    let hasNetwork = method.isEmpty || !model.isEmpty || !weights.isEmpty
    if ensemble, !hasNetwork { throw ValidationError("--ensemble is for models") }
    if compat != nil, !hasNetwork { throw ValidationError("--compat is for models") }
    if resume, log == nil { throw ValidationError("--resume needs the --log of an earlier run") }
  }

  func run() throws {
    let sets = try hr.enumerated().map { index, hr in
      try EvaluationSet(
        hr: hr, lr: lr.isEmpty ? nil : lr[index], sr: sr.isEmpty ? nil : sr[index], scale: scale)
    }
    let methods = try methods()
    let log: EvaluationLog?
    do throws(FileError) {
      log = try self.log.map { path throws(FileError) in try EvaluationLog(path, resume: resume) }
    } catch {
      throw SetUpError(underlying: error)
    }
    let page = try output.page()
    let settings = EvaluationRun.Settings(
      scale: scale, modcrop: modcrop, measure: measure,
      helpers: serial ? 0 : runOptions.threads ?? Threads.available,
      memory: try runOptions.upscaler.memory)
    let run = EvaluationRun(
      sets, methods: methods, settings: settings,
      report: try EvaluationReport(sets, methods: methods, command: self), log: log)
    let (report, worst) = run.run(progress: output.progressOptions.display(hr[0]))
    // A table of nothing says nothing; the errors have been said.
    let isEmpty = report.sets.allSatisfy(\.measured.isEmpty)
    if output.json || output.csv || !isEmpty {
      try output.print(report.text(pictures: pictures), csv: report.csv, json: try report.json)
    }
    if let page, !isEmpty {
      let examples = try Examples(report, sets: sets, methods: methods, settings: settings).make()
      let text = try ReportPage(
        report: report, examples: examples, arguments: Array(CommandLine.arguments.dropFirst())
      ).text
      try page.write(text)
    }
    if worst != .success { worst.leave() }
  }

  private func methods() throws -> [EvaluationMethod] {
    if !sr.isEmpty { return [] }
    func options(model: String?, weights: String?) -> ModelOptions {
      var options = ModelOptions()
      (options.model, options.weights, options.variant) = (model, weights, variant)
      return options
    }
    let isDefault = model.isEmpty && weights.isEmpty && method.isEmpty
    let files =
      isDefault
      ? [options(model: nil, weights: nil)]
      : model.map { options(model: $0, weights: nil) } + weights.map { options(model: nil, weights: $0) }
    var machine = try runOptions.upscaler
    machine.chops = compat == .edsrChop
    let models = try files.map {
      EvaluationMethod.model(
        try Upscaler(model: $0.read(scale: scale), options: machine), ensemble: ensemble)
    }
    let resampling = isDefault ? [.bicubic] : method
    // What a report counts gains from.
    let missing: [Resampling] = output.report != nil && !resampling.contains(.bicubic) ? [.bicubic] : []
    return models + (resampling + missing).map(\.method)
  }
}

extension EvaluationProtocol: ExpressibleByArgument {}
