import MSRNImages
import MSRNKit

/// What `msrn evaluate` found, for people and for machines.
struct EvaluationReport: Encodable {
  /// One picture by one method.
  struct Result: Encodable {
    let psnr: Double
    let ssim: Double
    /// How long enlarging took; `nil` where the result was given.
    let seconds: Double?
  }

  struct Picture: Encodable {
    let name: String
    let width: Int
    let height: Int
    /// In the order of the methods.
    let results: [Result]
  }

  struct Weights: Encodable {
    let file: String
    let sha256: String
    let parameters: Int
    let ensemble: Bool
    let precision: String
  }

  /// A method with its means.
  struct Method: Encodable {
    let name: String
    let weights: Weights?
    var psnr = 0.0
    var ssim = 0.0
    /// Seconds for all pictures.
    var seconds: Double?
  }

  struct Measure: Encodable {
    let name: String
    let compares: String
    let shave: Int
  }

  struct Machine: Encodable {
    let processor: String
    let threads: Int
    let instructionSet: String
  }

  /// Where the LR pictures come from; `none`: the results were given.
  enum LRSource: Encodable, CustomStringConvertible {
    case reduced
    case files(String)
    case none

    var description: String {
      switch self {
      case .reduced: "made of HR by imresize bicubic, as MATLAB's"
      case .files(let path): path
      case .none: "none, SR is given"
      }
    }

    func encode(to encoder: any Encoder) throws {
      var container = encoder.singleValueContainer()
      try container.encode(description)
    }
  }

  let version: String
  let machine: Machine
  let hr: String
  let sr: String?
  let lrSource: LRSource
  let scale: Int
  let modcrop: Bool
  let `protocol`: Measure
  private(set) var methods: [Method]
  private(set) var pictures: [Picture] = []

  /// A report without pictures yet; no methods means that the results were given.
  init(_ command: Evaluate, methods: [EvaluationMethod], lrSource: LRSource) {
    version = MSRN.version
    machine = Machine(
      processor: machineName(), threads: command.runOptions.threads ?? Threads.available,
      instructionSet: ((try? command.runOptions.instructionSet) ?? .best).rawValue)
    (hr, sr, scale, modcrop) = (command.hr, command.sr, command.scale, command.modcrop)
    self.lrSource = lrSource
    `protocol` = Measure(
      name: command.measure.rawValue, compares: command.measure.summary,
      shave: command.measure.shave(scale: command.scale))
    self.methods =
      methods.isEmpty
      ? [Method(name: "given", weights: nil)]
      : methods.map { Method(name: $0.name, weights: Weights($0)) }
  }

  /// Adds a picture, with a result for each method, and corrects the means.
  mutating func add(_ name: String, _ hr: Image, _ results: [Result]) {
    precondition(results.count == methods.count, "\(results.count) results for \(methods.count) methods")
    pictures.append(Picture(name: name, width: hr.width, height: hr.height, results: results))
    for index in methods.indices {
      let all = pictures.map { $0.results[index] }
      let mean = Score.mean(all.map { Score(psnr: $0.psnr, ssim: $0.ssim) })
      (methods[index].psnr, methods[index].ssim) = (mean.psnr, mean.ssim)
      let seconds = all.compactMap(\.seconds)
      methods[index].seconds = seconds.isEmpty ? nil : seconds.reduce(0, +)
    }
  }

  var json: String { get throws { try JSONLine.text(self) } }

  /// A line for each picture and method, after one of headings.
  var csv: String {
    func quoted(_ text: String) -> String {
      guard text.contains(where: { ",\"\n\r".contains($0) }) else { return text }
      return "\"" + text.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"")
        + "\""
    }
    var lines = ["picture,width,height,method,protocol,shave,scale,psnr,ssim,seconds"]
    for picture in pictures {
      for (method, result) in zip(methods, picture.results) {
        lines.append(
          [
            quoted(picture.name), "\(picture.width)", "\(picture.height)", quoted(method.name),
            `protocol`.name, "\(`protocol`.shave)", "\(scale)", decimal(result.psnr, 5),
            decimal(result.ssim, 6), result.seconds.map { decimal($0, 4) } ?? "",
          ].joined(separator: ","))
      }
    }
    return lines.joined(separator: "\n")
  }

  /// Tables of at most 80 columns.
  func text(pictures withPictures: Bool) -> String {
    var listing = Listing()
    listing.add("protocol", "\(`protocol`.name): \(`protocol`.compares), border \(`protocol`.shave)")
    listing.add("HR", "\(hr), \(pictures.count) \(pictures.count == 1 ? "picture" : "pictures"), x\(scale)")
    listing.add("LR", lrSource.description)
    if let sr { listing.add("SR", sr) }
    for weights in methods.compactMap(\.weights) {
      listing.add("weights", "\(weights.file), \(grouped(weights.parameters)) parameters")
    }
    listing.add("machine", machine.processor)
    listing.add("", "\(machine.threads) threads, \(machine.instructionSet)")

    var means = Table(["mean of", "PSNR", "SSIM", "s a picture"], numbers: [1, 2, 3])
    for method in methods {
      means.add([
        shortened(method.name, to: 40), decimal(method.psnr, 3), decimal(method.ssim, 5),
        method.seconds.map { decimal($0 / Double(pictures.count), 3) } ?? "",
      ])
    }
    var parts = [listing.description]
    if withPictures { parts.append(table) }
    return (parts + [means.description]).joined(separator: "\n\n")
  }

  private var table: String {
    var table = Table(["picture", "size", "method", "PSNR", "SSIM", "s"], numbers: [3, 4, 5])
    for picture in pictures {
      for (method, result) in zip(methods, picture.results) {
        table.add([
          shortened(picture.name, to: 20), "\(picture.width)x\(picture.height)",
          shortened(method.name, to: 16),
          decimal(result.psnr, 3), decimal(result.ssim, 5), result.seconds.map { decimal($0, 3) } ?? "",
        ])
      }
    }
    return table.description
  }

  /// The end of a text that is too long for its column.
  private func shortened(_ text: String, to width: Int) -> String {
    text.count > width ? "…" + text.suffix(width - 1) : text
  }
}

extension EvaluationReport.Weights {
  /// Which weights a method uses; `nil` where none.
  fileprivate init?(_ method: EvaluationMethod) {
    guard case .model(let upscaler, let ensemble) = method else { return nil }
    let model = upscaler.model
    self.init(
      file: model.path, sha256: model.digest.hexadecimal, parameters: model.architecture.parameters,
      ensemble: ensemble, precision: upscaler.precision.rawValue)
  }
}
