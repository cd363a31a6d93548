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

  /// The samples of a square within an RGB picture, as 16 bits.
  private static func square(_ image: Image, x: Int, y: Int, side: Int) -> Image {
    guard case .eight(let values) = image.samples else { preconditionFailure("Set5 has 8 bits") }
    var samples: [UInt16] = []
    for row in y..<y + side {
      let start = (row * image.width + x) * 3
      samples += values[start..<start + side * 3].map { UInt16($0) * 257 }
    }
    return Image(width: side, height: side, color: .rgb, samples: .sixteen(samples))
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

  /// Prints a table; the middle of each picture of Set5, because the emulation takes half a minute for each scale.
  @Test(
    "precisions that may be chosen by themselves change no pixel of Set5 by more than a level, and PSNR by less than 0.001 dB",
    .enabled(
      if: SharedData.folder != nil && ProcessInfo.processInfo.environment["MSRN_QUALITY"] != nil,
      "SKIPPED: make quality prints this"))
  func set5() throws {
    let bf16 = unsafe TileTables { $0 == MSRN_TILE_BF16 ? unsafe emulated_tiles($0) : nil }
    let side = Int(ProcessInfo.processInfo.environment["MSRN_QUALITY_SIDE"] ?? "") ?? 32
    print(
      "scale picture precision: rms, largest difference in levels of 255; pixels changed; PSNR change in dB")
    for scale in [2, 3, 4] {
      let model = try Model.read(
        QualityTests.weights.appending(path: "msrn-light-x\(scale).safetensors").path)
      let exact = try Self.upscaler(model, .exact)
      let candidates: [(name: String, upscaler: Upscaler, chosen: Bool)] = [
        ("fast", try Self.upscaler(model, .fast), true), ("fp16", try Self.upscaler(model, .half), true),
        ("fp16x3", try Self.upscaler(model, .precise), true),
        ("bf16", try Self.upscaler(model, .half, tiles: bf16), false),
      ]
      let files = SharedData.files("eval/Set5/LR_bicubic/X\(scale)")
      try #require(files.count == 5)
      for (lrFile, hrFile) in zip(files, SharedData.files("eval/Set5/HR")) {
        let whole = try QualityTests.read(lrFile), full = try QualityTests.read(hrFile)
        let side = min(side, whole.width, whole.height)
        let (x, y) = ((whole.width - side) / 2, (whole.height - side) / 2)
        let lr = Self.square(whole, x: x, y: y, side: side)
        let hr = Luma(Self.square(full, x: x * scale, y: y * scale, side: side * scale))
        let expected = try exact.upscale(lr)
        let expectedPSNR = try Luma(Self.eight(expected)).psnr(to: hr, shave: scale)
        for (name, upscaler, chosen) in candidates {
          let result = try upscaler.upscale(lr)
          let differences = zip(Self.samples(result), Self.samples(expected)).map { abs($0 - $1) / 257 }
          let rms = (differences.reduce(0) { $0 + $1 * $1 } / Double(differences.count)).squareRoot()
          let levels = zip(Self.samples(Self.eight(result)), Self.samples(Self.eight(expected))).map {
            abs($0 - $1)
          }
          let changed = Double(levels.count { $0 > 0 }) / Double(levels.count)
          let psnr = try Luma(Self.eight(result)).psnr(to: hr, shave: scale) - expectedPSNR
          print(
            "x\(scale)", lrFile.lastPathComponent, "\(name):", rms, differences.max() ?? 0, changed, psnr)
          if chosen {
            #expect((levels.max() ?? 0) <= 1 && abs(psnr) < 0.001, "\(lrFile.lastPathComponent) in \(name)")
          }
        }
      }
    }
  }
}
