import MSRNImages
import MSRNKit

/// Which method a report is about, what it is compared with, and the pictures that show most about both.
struct Examples {
  private let report: EvaluationReport
  private let sets: [EvaluationSet]
  private let methods: [EvaluationMethod]
  private let settings: EvaluationRun.Settings

  /// Pictures of the largest gain, and as many of the largest loss.
  private static let count = 3
  /// Methods that are shown of one picture.
  private static let methodCount = 5

  init(
    _ report: EvaluationReport, sets: [EvaluationSet], methods: [EvaluationMethod],
    settings: EvaluationRun.Settings
  ) {
    (self.report, self.sets, self.methods, self.settings) = (report, sets, methods, settings)
  }

  /// Makes them, which runs the methods once more on the few pictures that are shown.
  ///
  /// - Throws: `FileError` or `UpscaleError`, though all of this has been done before without one.
  func make() throws -> [Example] {
    guard let subject = report.subject else { return [] }
    let baseline = report.baseline
    let ranked = report.sets.enumerated().flatMap { number, set in
      set.pictures.enumerated().compactMap { index, picture -> (set: Int, picture: Int, rank: Double)? in
        guard let picture, picture.error == nil else { return nil }
        let psnr = picture.results[subject].psnr
        let rank = baseline.map { psnr - picture.results[$0].psnr } ?? -psnr
        return rank.isFinite ? (number, index, rank) : nil
      }
    }.sorted { $0.rank > $1.rank }
    let gains = ranked.prefix(min(Self.count, (ranked.count + 1) / 2))
    let losses = ranked.dropFirst(gains.count).suffix(Self.count).reversed()
    return try gains.map { try example($0.set, $0.picture, subject, baseline, isGain: true) }
      + losses.map { try example($0.set, $0.picture, subject, baseline, isGain: baseline == nil) }
  }

  private func example(
    _ set: Int, _ index: Int, _ subject: Int, _ baseline: Int?, isGain: Bool
  ) throws -> Example {
    let file = sets[set].pictures[index]
    let picture = try TestPicture(
      hr: file.path, source: file.source, scale: settings.scale, modcrop: settings.modcrop)
    guard let scores = report.sets[set].pictures[index]?.results else {
      preconditionFailure("a picture that was not measured is shown")
    }
    let memory = EvaluationMemory(methods, limit: settings.memory)
    let others = report.methods.indices.filter { $0 != subject && $0 != baseline }
    let shown = ([baseline, subject].compactMap { $0 } + others).prefix(Self.methodCount)
    let results = try shown.map { number -> (String, EvaluationReport.Result, Image) in
      let image: Image
      if let sr = picture.sr {
        image = sr
      } else {
        guard let lr = picture.lr else { preconditionFailure("a method needs an LR picture") }
        let method = memory.method(number, for: lr, scale: settings.scale)
        image = try method.enlarge(lr, scale: settings.scale)
        method.releaseMemory()
      }
      return (report.methods[number].name, scores[number], image)
    }
    do throws(QualityError) {
      return try Example(
        set: report.sets[set].name, picture: file.name, hr: picture.hr, results: results, isGain: isGain)
    } catch {
      throw FileError(path: file.path, underlying: error)
    }
  }
}

extension EvaluationReport {
  /// What gains are counted from: bicubic, if it was measured.
  var baseline: Int? { methods.firstIndex { $0.name == "bicubic" } }

  /// The number of a method's colour: the baseline has the quiet one, 1.
  func series(_ index: Int) -> Int {
    guard let baseline else { return index == 0 ? 0 : index + 1 }
    if index == baseline { return 1 }
    let number = index - (index > baseline ? 1 : 0)
    return number == 0 ? 0 : number + 1
  }

  /// The method that the report is about: the network with the best mean, or what else there is beside the baseline.
  var subject: Int? {
    let candidates = methods.indices.filter { methods[$0].weights != nil }
    let others = methods.indices.filter { $0 != baseline }
    func mean(_ index: Int) -> Double {
      let means = sets.filter { !$0.means.isEmpty }.map { $0.means[index].psnr }
      return means.reduce(0, +) / Double(max(1, means.count))
    }
    return (candidates.isEmpty ? others : candidates).max { mean($0) < mean($1) }
  }
}
