import MSRNImages
import MSRNKit

/// What `msrn evaluate` found, for people and for machines.
struct EvaluationReport: Encodable, Sendable {
  /// One picture by one method.
  struct Result: Encodable, Hashable, Sendable {
    let psnr: Double
    let ssim: Double
    /// How long enlarging took; `nil` where the result was given.
    let seconds: Double?
  }

  /// A picture that was measured, or one that failed.
  struct Picture: Encodable, Sendable {
    let name: String
    var width: Int?
    var height: Int?
    /// In the order of the methods; empty where the picture failed.
    var results: [Result] = []
    /// The exit code that the picture alone would have given, and why.
    var exit: Int32?
    var error: String?
  }

  /// The weights of a network.
  struct Weights: Encodable, Sendable {
    let file: String
    let sha256: String
    let parameters: Int
    let ensemble: Bool
    let precision: String
  }

  /// What enlarges pictures.
  struct Method: Encodable, Sendable {
    let name: String
    let weights: Weights?
  }

  /// A method's means over the pictures of a set that no method failed at.
  struct Mean: Encodable, Sendable {
    let method: String
    let psnr: Double
    let ssim: Double
    /// Seconds a picture.
    let seconds: Double?
  }

  /// One test set.
  struct Set: Encodable, Sendable {
    let name: String
    let hr: String
    let lr: String
    let sr: String?
    /// Empty where no picture could be measured.
    var means: [Mean] = []
    /// In the set's order, once all are there.
    var pictures: [Picture?]
    /// What others have published for the set.
    var published: [PublishedResults.Row] = []

    /// The pictures that count.
    var measured: [Picture] { pictures.compactMap { $0 }.filter { $0.error == nil } }
  }

  /// What is compared.
  struct Measure: Encodable, Sendable {
    let name: String
    let compares: String
    let shave: Int
  }

  /// What it was measured on.
  struct Machine: Encodable, Sendable {
    let processor: String
    let threads: Int
    let instructionSet: String
  }

  let version = MSRN.version
  let machine: Machine
  let scale: Int
  let modcrop: Bool
  let `protocol`: Measure
  /// How networks take pictures: `whole`, or `edsr-chop`.
  let tiles: String
  let methods: [Method]
  private(set) var sets: [Set]
  /// Where published figures come from, if there are any for these sets.
  let publishedSource: String?
  var time = EvaluationRun.Time()

  /// A report without pictures yet.
  ///
  /// - Parameters:
  ///   - sets: the sets.
  ///   - methods: the methods; none where results are given.
  ///   - command: what was asked for.
  /// - Throws: `ValidationError` where the instruction set is none.
  init(_ sets: [EvaluationSet], methods: [EvaluationMethod], command: Evaluate) throws {
    machine = Machine(
      processor: machineName(), threads: command.runOptions.threads ?? Threads.available,
      instructionSet: try command.runOptions.instructionSet.rawValue)
    (scale, modcrop) = (command.scale, command.modcrop)
    let measure = command.measure
    `protocol` = Measure(
      name: measure.rawValue, compares: measure.summary, shave: measure.shave(scale: command.scale))
    tiles = command.compat?.rawValue ?? "whole"
    self.methods = Self.named(methods)
    let published = PublishedResults.msrn
    self.sets = sets.map { set in
      Set(
        name: set.name, hr: set.hr, lr: set.lrSource, sr: set.sr,
        pictures: [Picture?](repeating: nil, count: set.pictures.count),
        published: measure == .msrn ? published.rows(set: set.name, scale: command.scale) : [])
    }
    publishedSource = self.sets.contains { !$0.published.isEmpty } ? published.source : nil
  }

  /// The methods, those of one name numbered.
  private static func named(_ methods: [EvaluationMethod]) -> [Method] {
    if methods.isEmpty { return [Method(name: "given", weights: nil)] }
    var counts: [String: Int] = [:]
    return methods.map { method in
      counts[method.name, default: 0] += 1
      let count = counts[method.name] ?? 1
      return Method(name: count > 1 ? "\(method.name) (\(count))" : method.name, weights: Weights(method))
    }
  }

  /// Puts a picture in its place, and corrects the means.
  mutating func add(_ picture: Picture, at index: Int, toSet set: Int) {
    precondition(
      picture.error != nil || picture.results.count == methods.count,
      "\(picture.results.count) results for \(methods.count) methods")
    sets[set].pictures[index] = picture
    let measured = sets[set].measured
    sets[set].means =
      measured.isEmpty
      ? []
      : methods.enumerated().map { index, method in
        let results = measured.map { $0.results[index] }
        let mean = Score.mean(results.map { Score(psnr: $0.psnr, ssim: $0.ssim) })
        let seconds = results.compactMap(\.seconds)
        return Mean(
          method: method.name, psnr: mean.psnr, ssim: mean.ssim,
          seconds: seconds.isEmpty ? nil : seconds.reduce(0, +) / Double(seconds.count))
      }
  }

  var json: String { get throws { try JSONLine.text(self) } }
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
