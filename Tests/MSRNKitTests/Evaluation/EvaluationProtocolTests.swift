import Foundation
import MSRNKit
import MSRNTestSupport
import Testing

private func bicubic(
  _ hr: String, _ measure: EvaluationProtocol, _ scale: Int, source: TestPicture.Source = .reduced
) throws -> Score {
  let picture = try TestPicture(hr: hr, source: source, scale: scale, modcrop: true)
  let result = try EvaluationMethod.bicubic.enlarge(#require(picture.lr), scale: scale)
  return try measure.score(result, reference: picture.hr, scale: scale)
}

@Suite struct EvaluationProtocolTests {
  private static let sample = Repository.root + "/samples/parrots.png"

  /// Made by `Scripts/evaluation.py`, with NumPy.
  static let golden: [(measure: EvaluationProtocol, scale: Int, psnr: Double, ssim: Double)] = [
    (.msrn, 2, 33.25679965, 0.94079087),
    (.selfexsr, 2, 33.22672229, 0.93948270),
    (.rgb, 2, 31.22186167, 0.93656433),
    (.div2k, 2, 30.71311905, 0.93207444),
    (.msrn, 3, 30.46091230, 0.88677763),
    (.selfexsr, 3, 30.44584155, 0.88531810),
    (.rgb, 3, 28.27902863, 0.87480979),
    (.div2k, 3, 27.76149504, 0.86423134),
    (.msrn, 4, 28.76532885, 0.83232252),
    (.selfexsr, 4, 28.76004454, 0.83129910),
    (.rgb, 4, 26.45070520, 0.81154035),
    (.div2k, 4, 25.93398427, 0.79555631),
  ]

  @Test("bicubic of the sample scores what NumPy says", arguments: golden.indices)
  func sample(index: Int) throws {
    let expected = Self.golden[index]
    let score = try bicubic(Self.sample, expected.measure, expected.scale)
    #expect(abs(score.psnr - expected.psnr) < 1e-7, "\(score)")
    #expect(abs(score.ssim - expected.ssim) < 1e-7, "\(score)")
  }

  @Test("a picture is infinitely near to itself", arguments: EvaluationProtocol.allCases)
  func same(measure: EvaluationProtocol) throws {
    let picture = try TestPicture(hr: Self.sample, source: .sr(Self.sample), scale: 2, modcrop: false)
    let score = try measure.score(#require(picture.sr), reference: picture.hr, scale: 2)
    #expect(score.psnr == .infinity && abs(score.ssim - 1) < 1e-12)
    #expect(Score.mean([score, Score(psnr: 30, ssim: 0)]).psnr == .infinity)
  }

  @Test func means() {
    let mean = Score.mean([Score(psnr: 30, ssim: 0.5), Score(psnr: 34, ssim: 1)])
    #expect(mean == Score(psnr: 32, ssim: 0.75))
  }

  @Test("grey is three equal channels, in either picture")
  func grey() throws {
    let values = (0..<400).map { UInt8($0 * 7 % 256) }
    let grey = Image(width: 20, height: 20, color: .grey, samples: .eight(values))
    let coloured = Image(
      width: 20, height: 20, color: .rgb, samples: .eight(values.flatMap { [$0, $0, $0] }))
    #expect(grey.inRGB() == coloured)
    let brighter = Image(width: 20, height: 20, color: .grey, samples: .eight(values.map { $0 / 2 }))
    for measure in [EvaluationProtocol.msrn, .selfexsr, .rgb] {
      let score = try measure.score(brighter, reference: grey, scale: 1)
      #expect(score.psnr < 20)
      #expect(try measure.score(brighter, reference: coloured, scale: 1) == score)
    }
  }

  @Test("too little inside the border is an error with the sizes")
  func small() {
    let image = Image(
      width: 18, height: 40, color: .grey, samples: .eight([UInt8](repeating: 9, count: 720)))
    #expect(throws: QualityError.tooSmall(width: 18, height: 40, shave: 4, needed: 11)) {
      try EvaluationProtocol.msrn.score(image, reference: image, scale: 4)
    }
  }
}

/// Set5 is not part of the repository: its licence is not stated.
@Suite(.enabled(if: SharedData.folder != nil, "SKIPPED: the evaluation sets are not beside this checkout"))
struct Set5Tests {
  private static let names = ["baby", "bird", "butterfly", "head", "woman"]

  private func file(_ path: String) throws -> String {
    try #require(SharedData.folder).appending(path: "eval/Set5/\(path)").path
  }

  @Test(
    "bicubic scores what it does with MATLAB's resampling",
    arguments: [
      (.msrn, 2, [37.07810, 36.82096, 27.43652, 34.88172, 32.14976], 0.93029),
      (.selfexsr, 2, [37.02601, 36.77111, 27.42909, 34.83709, 32.13496], 0.92922),
      (.msrn, 3, [33.92466, 32.58447, 24.03849, 32.90260, 28.56634], 0.86891),
      (.msrn, 4, [31.78419, 30.18150, 22.09961, 31.61325, 26.46654], 0.81114),
    ] as [(EvaluationProtocol, Int, [Double], Double)])
  func golden(measure: EvaluationProtocol, scale: Int, decibels: [Double], similarity: Double) throws {
    var scores: [Score] = []
    for (name, expected) in zip(Self.names, decibels) {
      let score = try bicubic(file("HR/\(name).png"), measure, scale)
      #expect(abs(score.psnr - expected) < 1e-4, "\(name): \(score.psnr) dB")
      let lr = TestPicture.Source.lr(try file("LR_bicubic/X\(scale)/\(name)x\(scale).png"))
      #expect(try bicubic(file("HR/\(name).png"), measure, scale, source: lr) == score, "\(name)")
      scores.append(score)
    }
    #expect(abs(Score.mean(scores).ssim - similarity) < 1e-5)
  }

  @Test("means with luma rounded", arguments: [(3, 30.38504, 0.86779), (4, 28.41645, 0.81008)])
  func rounded(scale: Int, decibels: Double, similarity: Double) throws {
    let mean = Score.mean(try Self.names.map { try bicubic(file("HR/\($0).png"), .selfexsr, scale) })
    #expect(abs(mean.psnr - decibels) < 1e-4 && abs(mean.ssim - similarity) < 1e-5, "\(mean)")
  }

  @Test(
    "means of whole sets are those that are known",
    arguments: [("Set14", [30.32, 27.63, 26.09]), ("BSD100", [29.56, 27.21, 25.96])])
  func means(set: String, decibels: [Double]) throws {
    let folder = try PictureFolder(#require(SharedData.folder).appending(path: "eval/\(set)/HR").path)
    for (scale, expected) in zip(2...4, decibels) {
      let mean = Score.mean(try folder.entries.map { try bicubic($0.path, .msrn, scale) })
      #expect(abs(mean.psnr - expected) < 0.01, "\(set) x\(scale): \(mean.psnr) dB")
    }
  }

  @Test(
    "the shipped weights score what PyTorch's own run of them does",
    arguments: [("light", 2), ("light", 3), ("light", 4), ("photo", 4)])
  func torch(name: String, scale: Int) throws {
    let table = String(decoding: try Golden.bytes("set5.tsv"), as: UTF8.self)
    let model = try Model.read(Repository.weights(scale, model: name))
    let runs = table.split(separator: "#").map { $0.split(separator: "\n") }
    let run = try #require(
      runs.first { $0[0].hasSuffix(model.digest.hexadecimal) },
      "other weights: run Tests/Golden/set5.py again")
    let rows = run.dropFirst().map { $0.split(separator: "\t") }
    try #require(rows.count == 5 && rows.allSatisfy { $0[0] == "\(scale)" })
    let upscaler = try Upscaler(model: model, options: Upscaler.Options(threads: 2, precision: .exact))
    for row in rows {
      let hr = try file("HR/\(row[1]).png")
      let lr = TestPicture.Source.lr(try file("LR_bicubic/X\(scale)/\(row[1])x\(scale).png"))
      let picture = try TestPicture(hr: hr, source: lr, scale: scale, modcrop: true)
      let result = try upscaler.upscale(#require(picture.lr))
      let score = try EvaluationProtocol.msrn.score(result, reference: picture.hr, scale: scale)
      let (psnr, ssim) = (try #require(Double(row[2])), try #require(Double(row[3])))
      #expect(abs(score.psnr - psnr) < 1e-3 && abs(score.ssim - ssim) < 1e-5, "\(row): \(score)")
    }
  }
}
