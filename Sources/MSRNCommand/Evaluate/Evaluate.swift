public import ArgumentParser
import MSRNImages
public import MSRNKit
import MSRNModels

/// Pictures of a test set against what methods make of them.
struct Evaluate: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Measure PSNR and SSIM on a set of pictures, as papers do.",
    usage: "msrn evaluate --hr <folder> --scale <n> [<options>]",
    discussion: """
      For each picture of --hr the LR picture (reduced by MATLAB's imresize, or from --lr) is enlarged by each method, and the \
      result compared with the original; --sr compares pictures that are there already. Files go together by their names \
      without extension; baby, babyx4 and baby_x4 are one. Grey pictures are taken as RGB. --model, --weights and --method may be \
      repeated; without any, the best model and bicubic are measured.

      Protocols: msrn is Y, not rounded, without a border of the scale; selfexsr the same with Y rounded; rgb is all \
      channels; div2k the same with a border of scale + 6. In JSON and CSV the PSNR of equal pictures is "inf".

        msrn evaluate --hr Set5/HR --scale 4 --modcrop --pictures
      """)

  /// A method without weights.
  enum Resampling: String, CaseIterable, ExpressibleByArgument { case bicubic, nearest }

  @Option(
    help: ArgumentHelp("The original pictures, or one.", valueName: "folder"), completion: .directory)
  var hr: String

  @Option(
    help: ArgumentHelp("The LR pictures (default: made of the originals).", valueName: "folder"),
    completion: .directory)
  var lr: String?

  @Option(
    help: ArgumentHelp("Results that are compared as they are.", valueName: "folder"),
    completion: .directory)
  var sr: String?

  @Option(name: .shortAndLong, help: ArgumentHelp("How many times as wide and high.", valueName: "n"))
  var scale: Int

  @Option(
    name: .customLong("protocol"),
    help: ArgumentHelp("What is compared.", valueName: "name"))
  var measure = EvaluationProtocol.msrn

  @Flag(help: "Cut originals to multiples of the scale, at right and bottom.")
  var modcrop = false

  @Option(help: ArgumentHelp("A model: light, full, …", valueName: "name"))
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

  @OptionGroup(title: "Machine")
  var runOptions: RunOptions

  @Flag(help: "List every picture, not the means alone.")
  var pictures = false

  @Flag(help: "Print comma-separated values, a line for each picture and method.")
  var csv = false

  @Flag(help: "Print the result as one JSON object.")
  var json = false

  @Option(
    help: ArgumentHelp(
      "How progress is told (default: bar on a terminal, else none).", valueName: "style"))
  var progress: ProgressStyle?

  mutating func validate() throws {
    if scale < 1 { throw ValidationError("--scale is a whole number from 1, not \(scale)") }
    if lr != nil, sr != nil { throw ValidationError("--lr and --sr exclude each other") }
    if sr != nil, !(model.isEmpty && weights.isEmpty && method.isEmpty) || ensemble {
      throw ValidationError(
        "--sr is what a method made: --model, --weights, --method, --ensemble make others")
    }
    if ensemble, !method.isEmpty, model.isEmpty, weights.isEmpty {
      throw ValidationError("--ensemble is for models")
    }
    if csv, json { throw ValidationError("--csv and --json cannot both go to standard output") }
  }

  func run() throws {
    let set = try sources()
    let methods = try methods()
    var report = EvaluationReport(
      self, methods: methods, lrSource: sr != nil ? .none : lr.map { .files($0) } ?? .reduced)
    let display = ProgressDisplay(progress ?? .automatic, label: hr)
    defer { display.end() }
    for (index, item) in set.enumerated() {
      let picture = try TestPicture(hr: item.hr.path, source: item.source, scale: scale, modcrop: modcrop)
      let results =
        try picture.sr.map {
          [try result(of: $0, seconds: nil, picture, item.hr)]
        }
        ?? methods.enumerated().map { number, method in
          let begun = Double(index) + Double(number) / Double(methods.count)
          return try result(of: method, picture, item.hr) { share in
            display.show((begun + share / Double(methods.count)) / Double(set.count))
          }
        }
      report.add(item.hr.stem, picture.hr, results)
      display.show(Double(index + 1) / Double(set.count))
    }
    display.end()
    print(csv ? report.csv : json ? try report.json : report.text(pictures: pictures))
  }

  /// The originals, each with where its other picture comes from; everything that names alone can tell to be wrong is found
  /// here.
  private func sources() throws -> [(hr: PictureFolder.Entry, source: TestPicture.Source)] {
    let originals = try PictureFolder(hr)
    if let lr {
      return try originals.paired(with: PictureFolder(lr), scale: scale).map { ($0, .lr($1.path)) }
    }
    if let sr {
      return try originals.paired(with: PictureFolder(sr), scale: scale).map { ($0, .sr($1.path)) }
    }
    return originals.entries.map { ($0, .reduced) }
  }

  private func methods() throws -> [EvaluationMethod] {
    if sr != nil { return [] }
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
    let models = try files.map {
      EvaluationMethod.model(
        try Upscaler(model: $0.read(scale: scale), options: runOptions.upscaler), ensemble: ensemble)
    }
    return models
      + (isDefault ? [.bicubic] : method.map { $0 == .bicubic ? .bicubic : .nearest })
  }

  private func result(
    of method: EvaluationMethod, _ picture: TestPicture, _ file: PictureFolder.Entry,
    progress: (Double) -> Void
  ) throws -> EvaluationReport.Result {
    guard let lr = picture.lr else { preconditionFailure("a method needs an LR picture") }
    let start = ContinuousClock.now
    let image: Image
    do throws(UpscaleError) {
      image = try method.enlarge(lr, scale: scale) {
        progress($0); return true
      }
    } catch {
      throw FileError(path: file.path, underlying: error)
    }
    return try result(of: image, seconds: (ContinuousClock.now - start).seconds, picture, file)
  }

  private func result(
    of image: Image, seconds: Double?, _ picture: TestPicture, _ file: PictureFolder.Entry
  ) throws -> EvaluationReport.Result {
    do throws(QualityError) {
      let score = try measure.score(image, reference: picture.hr, scale: scale)
      return EvaluationReport.Result(psnr: score.psnr, ssim: score.ssim, seconds: seconds)
    } catch {
      throw FileError(path: file.path, underlying: error)
    }
  }
}

extension EvaluationProtocol: ExpressibleByArgument {}
