import Foundation
import MSRNKit
import MSRNTestSupport
import Testing

/// What the shipped weights reach on pictures, through our own codecs: the figures of README and weights/README.
///
/// `make quality` prints the tables. The data are no part of the repository; where they are missing the tests skip.
@Suite(
  .serialized,
  .enabled(if: SharedData.folder != nil, "SKIPPED: the evaluation sets are not beside this checkout"))
struct QualityTests {
  struct Score { var psnr = 0.0, ssim = 0.0 }

  static let weights = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "weights")

  static func upscaler(_ name: String) throws -> Upscaler {
    try Upscaler(model: Model.read(weights.appending(path: name + ".safetensors").path))
  }

  static func read(_ url: URL) throws -> Image { try Image.decode([UInt8](Data(contentsOf: url))).image }

  /// The mean over pictures of PSNR and SSIM on Y, float, shave = scale.
  static func score(_ pairs: [(sr: Image, hr: Image)], scale: Int) throws -> Score {
    var score = Score()
    for (sr, hr) in pairs {
      // Through a file and back: what is measured is what a user holds.
      let stored = try Image.decode(sr.encode(.png)).image
      score.psnr += try Luma(stored).psnr(to: Luma(hr), shave: scale)
      score.ssim += try Luma(stored).ssim(to: Luma(hr), shave: scale)
    }
    return Score(psnr: score.psnr / Double(pairs.count), ssim: score.ssim / Double(pairs.count))
  }

  @Test("Set5 scores what weights/README.md says, within 0.01 dB, for every shipped file")
  func set5() throws {
    let readme = try String(contentsOf: Self.weights.appending(path: "README.md"), encoding: .utf8)
    for (model, scale) in [("light", 2), ("light", 3), ("light", 4), ("photo", 4)] {
      let name = "msrn-\(model)-x\(scale)"
      let upscaler = try Self.upscaler(name)
      let names = SharedData.files("eval/Set5/LR_bicubic/X\(scale)")
      try #require(names.count == 5)
      var ours: [(Image, Image)] = [], bicubic: [(Image, Image)] = []
      for (lrFile, hrFile) in zip(names, SharedData.files("eval/Set5/HR")) {
        let lr = try Self.read(lrFile), full = try Self.read(hrFile)
        let hr = full.cropped(width: lr.width * scale, height: lr.height * scale)
        ours.append((try upscaler.upscale(lr), hr))
        bicubic.append((lr.resized(by: Double(scale)), hr))
      }
      let score = try Self.score(ours, scale: scale), base = try Self.score(bicubic, scale: scale)
      print(
        "Set5 x\(scale): \(name) \(score.psnr) dB / \(score.ssim), bicubic \(base.psnr) dB / \(base.ssim)")
      let row = try #require(readme.split(separator: "\n").first { $0.hasPrefix("| `\(name)` |") })
      let stated = try #require(row.split(separator: " ").lazy.compactMap { Double($0) }.first)
      #expect(abs(score.psnr - stated) < 0.01, "\(name): \(score.psnr) where the README says \(stated)")
      #expect(score.psnr > base.psnr + 1.5 && score.ssim > base.ssim)
    }
  }

  @Test(
    "the other sets of weights/README.md",
    .enabled(
      if: ProcessInfo.processInfo.environment["MSRN_QUALITY"] != nil, "SKIPPED: make quality prints this"))
  func otherSets() throws {
    for set in ["Set14", "BSD100"] {
      let files = SharedData.files("eval/\(set)/HR")
      try #require(files.count >= 14)
      for (model, scale, gain) in [
        ("light", 2, 0.9), ("light", 3, 0.9), ("light", 4, 0.9), ("photo", 4, 0.5),
      ] {
        let upscaler = try Self.upscaler("msrn-\(model)-x\(scale)")
        var ours: [(Image, Image)] = [], bicubic: [(Image, Image)] = []
        for file in files {
          let full = try Self.read(file)
          let hr = full.cropped(width: full.width / scale * scale, height: full.height / scale * scale)
          let lr = hr.resized(by: 1 / Double(scale))
          ours.append((try upscaler.upscale(lr), hr))
          bicubic.append((lr.resized(by: Double(scale)), hr))
        }
        let score = try Self.score(ours, scale: scale), base = try Self.score(bicubic, scale: scale)
        print(
          "\(set) x\(scale): \(model) \(score.psnr) dB / \(score.ssim), bicubic \(base.psnr) dB / \(base.ssim)"
        )
        #expect(score.psnr > base.psnr + gain && score.ssim > base.ssim)
      }
    }
  }

  @Test(
    "what it does to JPEG artefacts and noise, on Kodak24 x4",
    .enabled(
      if: ProcessInfo.processInfo.environment["MSRN_QUALITY"] != nil, "SKIPPED: make quality prints this"))
  func degraded() throws {
    let light = try Self.upscaler("msrn-light-x4"), photo = try Self.upscaler("msrn-photo-x4")
    let files = SharedData.files("eval/Kodak24/HR")
    try #require(files.count == 24)
    let pictures = try files.map { file -> (lr: Image, hr: Image) in
      let hr = try Self.read(file)
      return (hr.resized(by: 0.25), hr)
    }
    func row(_ label: String, _ degrade: (Image, Int) throws -> Image) throws -> (
      light: Double, photo: Double, bicubic: Double
    ) {
      var lights: [(Image, Image)] = [], photos: [(Image, Image)] = [], bicubic: [(Image, Image)] = []
      for (index, picture) in pictures.enumerated() {
        let lr = try degrade(picture.lr, index)
        lights.append((try light.upscale(lr), picture.hr))
        photos.append((try photo.upscale(lr), picture.hr))
        bicubic.append((lr.resized(by: 4), picture.hr))
      }
      let scores = (
        light: try Self.score(lights, scale: 4).psnr, photo: try Self.score(photos, scale: 4).psnr,
        bicubic: try Self.score(bicubic, scale: 4).psnr
      )
      print(
        "Kodak24 x4, \(label): light \(scores.light) dB, photo \(scores.photo) dB, bicubic \(scores.bicubic) dB"
      )
      return scores
    }
    let clean = try row("clean") { lr, _ in lr }
    #expect(clean.photo > clean.bicubic + 0.5 && clean.light > clean.photo)
    for quality in [95, 75, 50, 30] {
      let scores = try row("JPEG quality \(quality)") { lr, _ in
        try Image.decode(lr.encode(.jpeg, options: EncodeOptions(quality: quality, chroma: .quarter))).image
      }
      #expect(scores.light < clean.light && scores.photo < clean.photo)
      if quality <= 75 { #expect(scores.photo > max(scores.light, scores.bicubic) + 0.3) }
    }
    for sigma in [2.0, 5, 10] {
      let scores = try row("noise of sigma \(Int(sigma))") { lr, index in
        guard case .eight(var values) = lr.samples else { return lr }
        var random = SplitMix(seed: UInt64(index))
        for i in values.indices {
          // Twelve uniform values less six: a normal deviate to the third decimal.
          let normal = (0..<12).reduce(0.0) { sum, _ in sum + Double(random.unit()) } / 2
          values[i] = UInt8(max(0, min(255, (Double(values[i]) + sigma * normal).rounded())))
        }
        return Image(width: lr.width, height: lr.height, color: lr.color, samples: .eight(values))
      }
      #expect(scores.light < clean.light && scores.photo < clean.photo)
      if sigma >= 10 { #expect(scores.photo > max(scores.light, scores.bicubic) + 0.3) }
    }
  }

  @Test(
    "the README's before and after: bicubic left, msrn right, of samples/parrots.png x4",
    .enabled(
      if: ProcessInfo.processInfo.environment["MSRN_QUALITY"] != nil, "SKIPPED: make quality writes it"))
  func beforeAndAfter() throws {
    let folder = Self.weights.deletingLastPathComponent().appending(path: "samples")
    let lr = try Self.read(folder.appending(path: "parrots.png"))
    let before = lr.resized(by: 4), after = try Self.upscaler("msrn-light-x4").upscale(lr)
    let side = 384, left = 80, top = 40
    guard case .eight(let a) = before.samples, case .eight(let b) = after.samples else { return }
    try #require(before.width >= left + side && before.height >= top + side && before.color == .rgb)
    var pixels: [UInt8] = []
    for y in top..<top + side {
      for picture in [a, b] {
        let row = (y * before.width + left) * 3
        pixels += picture[row..<row + 3 * side]
        if picture == a { pixels += [UInt8](repeating: 255, count: 3 * 8) }
      }
    }
    let both = Image(width: 2 * side + 8, height: side, color: .rgb, samples: .eight(pixels))
    try Data(both.encode(.png, options: EncodeOptions(compression: 9))).write(
      to: folder.appending(path: "before-after.png"))
    #expect(a != b)
  }
}
