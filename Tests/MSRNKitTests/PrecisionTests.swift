import CMSRNEmulatedTiles
import CMSRNKernels
import Foundation
import MSRNEngine
import MSRNKit
import MSRNTestSupport
import Testing

/// What each precision changes in pictures, matrix tiles emulated.
@Suite(.serialized) struct PrecisionTests {
  static let emulated = unsafe TileTables { mode in unsafe emulated_tiles(mode) }

  private static func upscaler(
    _ model: Model, _ precision: Precision, tiles: TileTables = emulated
  ) throws -> Upscaler {
    var options = Upscaler.Options(memory: nil, precision: precision)
    options.tiles = tiles
    return try Upscaler(model: model, options: options)
  }

  /// A rectangle of an RGB picture, with 16 bits.
  private static func part(of image: Image, x: Int, y: Int, width: Int, height: Int) -> Image {
    guard case .eight(let values) = image.samples else { preconditionFailure("Set5 has 8 bits") }
    var samples: [UInt16] = []
    for row in y..<y + height {
      let start = (row * image.width + x) * 3
      samples += values[start..<start + width * 3].map { UInt16($0) * 257 }
    }
    return Image(width: width, height: height, color: .rgb, samples: .sixteen(samples))
  }

  private static func samples(_ image: Image) -> [Double] {
    switch image.samples {
    case .eight(let values): values.map { Double($0) }
    case .sixteen(let values): values.map { Double($0) }
    }
  }

  /// The picture as it is with 8 bits.
  private static func eight(_ image: Image) -> Image {
    Image(
      width: image.width, height: image.height, color: image.color,
      samples: .eight(samples(image).map { UInt8(($0 / 257).rounded()) }))
  }

  @Test(
    "a picture whose values leave fp16's range is done again without tiles, and that is said",
    arguments: [false, true])
  func fallback(ensemble: Bool) throws {
    var weights = try Model.read(Repository.weights(2)).weights
    // What the first block adds is too large for fp16, and taken back before it is added.
    for (name, tensor) in weights.tensors {
      let gain: Float =
        name.hasSuffix("conv_3_1.weight") ? 1e6 : name.hasSuffix("confusion.weight") ? 1e-6 : 1
      weights.tensors[name] = Tensor(shape: tensor.shape, values: tensor.values.map { $0 * gain })
    }
    let model = try Model(path: "loud", bytes: weights.safetensors())
    let picture = Image(
      width: 14, height: 11, color: .rgb, samples: .eight((0..<14 * 11 * 3).map { UInt8($0 * 37 % 256) }))
    func run(_ model: Model, _ precision: Precision) throws -> (Image, [EngineError]) {
      var options = Upscaler.Options(threads: 2, memory: nil, precision: precision)
      options.tiles = Self.emulated
      var errors: [EngineError] = []
      let result = try Upscaler(model: model, options: options).upscale(
        picture, ensemble: ensemble, fallback: { errors.append($0) })
      return (result, errors)
    }
    let (loud, errors) = try run(model, .half)
    #expect(errors.count == 1, "\(errors)")
    // Among many pictures too, where each has a thread of its own.
    var said: [EngineError] = []
    let enlarger = Enlarger(to: .scale(2), scales: [2], name: "loud", memory: nil) { _ in
      var options = Upscaler.Options(threads: 2, memory: nil, precision: .half)
      options.tiles = Self.emulated
      return try Upscaler(model: model, options: options)
    }
    let lone = try enlarger.limited(to: 1).enlarge(picture, ensemble: ensemble, fallback: { said.append($0) })
    #expect(lone == loud && said == errors)
    let (fast, none) = try run(model, .fast)
    #expect(loud == fast && none.isEmpty)
  }

  /// A precision, and of how many pixels squared in the middle of each picture; nil: of all, as the rule asks for.
  private struct Candidate {
    let name: String
    let precision: Precision
    var tiles = emulated
    var side: Int?
  }

  /// Prints a table, in a few minutes: most of the time goes into the emulation.
  @Test(
    "what may be chosen by itself changes no pixel of Set5 by more than a level, and its PSNR by less than 0.001 dB",
    .enabled(
      if: SharedData.folder != nil && ProcessInfo.processInfo.environment["MSRN_QUALITY"] != nil,
      "SKIPPED: make quality prints this"))
  func set5() throws {
    let bf16 = unsafe TileTables { $0 == MSRN_TILE_BF16 ? unsafe emulated_tiles($0) : nil }
    let candidates = [
      Candidate(name: "fast", precision: .fast), Candidate(name: "fp16", precision: .half),
      Candidate(name: "fp16x3", precision: .precise, side: 32),
      Candidate(name: "bf16", precision: .half, tiles: bf16, side: 32),
    ]
    print(
      "difference to exact in levels of 255, rms and largest; share of 8-bit values that differ; PSNR in dB")
    for (name, scale) in [("light", 2), ("light", 3), ("light", 4), ("photo", 4)] {
      let model = try Model.read(Repository.weights(scale, model: name))
      let exact = try Self.upscaler(model, .exact)
      let files = SharedData.files("eval/Set5/LR_bicubic/X\(scale)")
      try #require(files.count == 5)
      for candidate in candidates {
        let upscaler = try Self.upscaler(model, candidate.precision, tiles: candidate.tiles)
        var psnr = 0.0
        for (lrFile, hrFile) in zip(files, SharedData.files("eval/Set5/HR")) {
          let (lr, hr) = try Self.middle(
            try QualityTests.read(lrFile), try QualityTests.read(hrFile), scale: scale, side: candidate.side)
          let expected = try exact.upscale(lr), result = try upscaler.upscale(lr)
          let differences = zip(Self.samples(result), Self.samples(expected)).map { abs($0 - $1) / 257 }
          let rms = (differences.reduce(0) { $0 + $1 * $1 } / Double(differences.count)).squareRoot()
          let (small, smallExpected) = (Self.eight(result), Self.eight(expected))
          let levels = zip(Self.samples(small), Self.samples(smallExpected)).map { abs($0 - $1) }
          let changed = Double(levels.count { $0 > 0 }) / Double(levels.count)
          let change =
            try Luma(small).psnr(to: Luma(hr), shave: scale)
            - Luma(smallExpected).psnr(to: Luma(hr), shave: scale)
          psnr += change / Double(files.count)
          print(
            "\(name) x\(scale) \(candidate.name) \(lrFile.lastPathComponent) \(lr.width)x\(lr.height):", rms,
            differences.max() ?? 0, changed, change)
          if candidate.precision == .fast {
            #expect(rms < 2e-3, "\(lrFile.lastPathComponent) \(name) x\(scale)")
          }
          if candidate.side == nil {
            #expect(
              (levels.max() ?? 0) <= 1, "\(lrFile.lastPathComponent) \(name) x\(scale), \(candidate.name)")
          }
        }
        print("\(name) x\(scale) \(candidate.name) mean:", psnr)
        let allowed = candidate.precision == .fast ? 1e-4 : 1e-3
        if candidate.side == nil { #expect(abs(psnr) < allowed, "\(name) x\(scale), \(candidate.name)") }
      }
    }
  }

  /// The middle of a picture and of its original, or all of them.
  private static func middle(
    _ lr: Image, _ hr: Image, scale: Int, side: Int?
  ) throws -> (lr: Image, hr: Image) {
    let width = side ?? lr.width, height = side ?? lr.height
    let (x, y) = ((lr.width - width) / 2, (lr.height - height) / 2)
    return (
      part(of: lr, x: x, y: y, width: width, height: height),
      part(of: hr, x: x * scale, y: y * scale, width: width * scale, height: height * scale)
    )
  }
}
