import Foundation
import MSRNImages
import MSRNTestSupport
import Testing

/// Set5 is not part of the repository: its licence is not stated.
private let set5 = SharedData.folder?.appending(path: "eval/Set5")

private func picture(_ path: String) throws -> Image {
  try Image.decode([UInt8](Data(contentsOf: #require(set5).appending(path: path)))).image
}

/// The whole of Set5, PSNR per picture and mean SSIM with unrounded luma.
@Suite(
  "Bicubic on Set5",
  .enabled(if: set5 != nil, "SKIPPED: needs ../shared/data/eval/Set5"))
struct BicubicTests {
  @Test(
    "samples and decibels are MATLAB's",
    arguments: [
      (2, [37.07810, 36.82096, 27.43652, 34.88172, 32.14976], 0.93029),
      (3, [33.92466, 32.58447, 24.03849, 32.90260, 28.56634], 0.86891),
      (4, [31.78419, 30.18150, 22.09961, 31.61325, 26.46654], 0.81114),
    ])
  func golden(scale: Int, decibels: [Double], similarity: Double) throws {
    var similarities = 0.0
    for (name, expected) in zip(["baby", "bird", "butterfly", "head", "woman"], decibels) {
      let whole = try picture("HR/\(name).png")
      let (width, height) = (whole.width / scale * scale, whole.height / scale * scale)
      guard case .eight(let samples) = whole.samples, whole.color == .rgb, !whole.hasAlpha else {
        Issue.record("\(name) is 8-bit RGB")
        continue
      }
      let rows = (0..<height).flatMap { samples[$0 * whole.width * 3..<($0 * whole.width + width) * 3] }
      let high = Image(width: width, height: height, color: .rgb, samples: .eight(rows))
      let low = high.resized(by: 1 / Double(scale))
      #expect(low.samples == (try picture("LR_bicubic/X\(scale)/\(name)x\(scale).png")).samples, "\(name)")
      let (result, reference) = (Luma(low.resized(by: Double(scale))), Luma(high))
      let psnr = try result.psnr(to: reference, shave: scale)
      #expect(abs(psnr - expected) < 1e-4, "\(name): \(psnr) dB")
      similarities += try result.ssim(to: reference, shave: scale)
    }
    #expect(abs(similarities / 5 - similarity) < 1e-5)
  }
}

/// A picture that a formula draws, against MATLAB's algorithm in `Scripts/resample.py`.
@Suite("Bicubic, every kind of picture") struct ResampleTests {
  static func picture(_ w: Int, _ h: Int, _ channels: Int, _ maximum: Int) -> Image {
    var values: [Int] = []
    for y in 0..<h {
      for x in 0..<w {
        for c in 0..<channels {
          let value = x * x * 37 + y * 91 + x * y * 13 + c * 57 + (x / 7 + y / 5) % 2 * 120
          values.append(value % 256 * (maximum / 255))
        }
      }
    }
    return Image(
      width: w, height: h, color: channels < 3 ? .grey : .rgb, hasAlpha: channels % 2 == 0,
      samples: maximum == 255 ? .eight(values.map { UInt8($0) }) : .sixteen(values.map { UInt16($0) }))
  }

  static func hash(_ image: Image) -> UInt64 {
    func fnv(_ values: [some UnsignedInteger]) -> UInt64 {
      values.reduce(0xCBF2_9CE4_8422_2325) { hash, value in
        let low = (hash ^ UInt64(value & 255)) &* 0x100_0000_01B3
        return (low ^ (UInt64(value) >> 8)) &* 0x100_0000_01B3
      }
    }
    switch image.samples {
    case .eight(let values): return fnv(values)
    case .sixteen(let values): return fnv(values)
    }
  }

  static let expected: [(channels: Int, maximum: Int, scale: Double, width: Int, height: Int, hash: UInt64)] =
    [
      (1, 255, 0.5, 31, 22, 0xC12A1B23D5D65D6D),
      (1, 255, 1.0 / 3, 21, 15, 0xBE3F0613A8F92242),
      (1, 255, 0.25, 16, 11, 0xA0546FAE88A14AC0),
      (1, 255, 2, 122, 86, 0xEB720EC1E7197347),
      (1, 255, 3, 183, 129, 0x87826F46FD5368D5),
      (1, 255, 4, 244, 172, 0x26FD65FE29EAA6E4),
      (1, 65535, 0.5, 31, 22, 0x8C4A785BD7091151),
      (1, 65535, 1.0 / 3, 21, 15, 0x25D140EE3AE2F947),
      (1, 65535, 0.25, 16, 11, 0x7EC56AB3652D9FB2),
      (1, 65535, 2, 122, 86, 0xE4A9BF0F67DB7734),
      (1, 65535, 3, 183, 129, 0x99B994976A618E73),
      (1, 65535, 4, 244, 172, 0xBEF8D6404ACFA4D7),
      (2, 255, 0.5, 31, 22, 0x515A23A75167F936),
      (2, 255, 1.0 / 3, 21, 15, 0xCACB112FF21D6369),
      (2, 255, 0.25, 16, 11, 0x33A31B8B8ABD4420),
      (2, 255, 2, 122, 86, 0xA4B313AE9125DA81),
      (2, 255, 3, 183, 129, 0xA20C1F2DB8937CAA),
      (2, 255, 4, 244, 172, 0xC13A3320EAA1A06C),
      (2, 65535, 0.5, 31, 22, 0xDCFCF3BD67A8B367),
      (2, 65535, 1.0 / 3, 21, 15, 0xBEE6DEC6D80AAB60),
      (2, 65535, 0.25, 16, 11, 0x6BA9A4496D9875A6),
      (2, 65535, 2, 122, 86, 0xA012D435D1E8D736),
      (2, 65535, 3, 183, 129, 0x1D21851E1E900815),
      (2, 65535, 4, 244, 172, 0xCF61077323C0DD9A),
      (3, 255, 0.5, 31, 22, 0x64F4F5399BBF2D35),
      (3, 255, 1.0 / 3, 21, 15, 0x7968E5CA4938FA7A),
      (3, 255, 0.25, 16, 11, 0x13C1D4229ED6F9D9),
      (3, 255, 2, 122, 86, 0x8FE64545E6514ECB),
      (3, 255, 3, 183, 129, 0x00393D8ADBD10740),
      (3, 255, 4, 244, 172, 0xF0B18D47B75BA881),
      (3, 65535, 0.5, 31, 22, 0xA65A1DDC14D783E5),
      (3, 65535, 1.0 / 3, 21, 15, 0x511A2C391745772F),
      (3, 65535, 0.25, 16, 11, 0xF4204EE5D4487CB4),
      (3, 65535, 2, 122, 86, 0xDA33F89B3E1E5134),
      (3, 65535, 3, 183, 129, 0x54235ACDE5A86AA9),
      (3, 65535, 4, 244, 172, 0x9C0C71E598A9B68F),
      (4, 255, 0.5, 31, 22, 0xEA35F952FB386F93),
      (4, 255, 1.0 / 3, 21, 15, 0xB91371C4AD9494EE),
      (4, 255, 0.25, 16, 11, 0x26B3C84CAACDD23F),
      (4, 255, 2, 122, 86, 0x24912231DC71C388),
      (4, 255, 3, 183, 129, 0x1B099CB14D17B258),
      (4, 255, 4, 244, 172, 0xD2B632E5DF043D5F),
      (4, 65535, 0.5, 31, 22, 0xB714F76927B27D8E),
      (4, 65535, 1.0 / 3, 21, 15, 0x7423FA5E2B1BF810),
      (4, 65535, 0.25, 16, 11, 0xFBC666181F1D524A),
      (4, 65535, 2, 122, 86, 0x0CCEAB4093EBAED8),
      (4, 65535, 3, 183, 129, 0x857CCE5CB36EEAC1),
      (4, 65535, 4, 244, 172, 0x2FCC776FD68CDE1C),
    ]

  static let expectedLanczos =
    [
      (3, 255, 1.0 / 3, 21, 15, 0x7DB9D20F985EBAA9),
      (3, 255, 0.25, 16, 11, 0x0BFD12DC9687DE40),
      (3, 255, 2, 122, 86, 0xB13120406DF5167F),
      (3, 255, 4, 244, 172, 0x24838CDD7B7D7F7B),
      (4, 65535, 1.0 / 3, 21, 15, 0x6B8844EFB961DF1D),
      (4, 65535, 0.25, 16, 11, 0x137BBAA481DF780B),
      (4, 65535, 2, 122, 86, 0x53D1CCEDDE3FA813),
      (4, 65535, 4, 244, 172, 0xA8F161C43DEC7690),
    ] as [(channels: Int, maximum: Int, scale: Double, width: Int, height: Int, hash: UInt64)]

  @Test("samples are MATLAB's: grey, RGB, alpha, 8 and 16 bits, up and down", arguments: expected.indices)
  func matlab(index: Int) {
    let e = Self.expected[index]
    let result = Self.picture(61, 43, e.channels, e.maximum).resized(by: e.scale)
    #expect(result.width == e.width && result.height == e.height)
    #expect(Self.hash(result) == e.hash, "\(e.channels) channels, maximum \(e.maximum), scale \(e.scale)")
  }

  @Test("lanczos is the formula's", arguments: expectedLanczos.indices)
  func lanczos(index: Int) {
    let e = Self.expectedLanczos[index]
    let result = Self.picture(61, 43, e.channels, e.maximum).resized(by: e.scale, kernel: .lanczos)
    #expect(result.width == e.width && result.height == e.height)
    #expect(Self.hash(result) == e.hash, "\(e.channels) channels, maximum \(e.maximum), scale \(e.scale)")
  }

  @Test("to the size that a scale gives, it is the scale's picture")
  func size() {
    let picture = Self.picture(60, 44, 3, 255)
    #expect(picture.resized(width: 15, height: 11) == picture.resized(by: 0.25))
    #expect(picture.resized(width: 120, height: 88) == picture.resized(by: 2))
    #expect(picture.resized(width: 60, height: 44) == picture)
    let odd = picture.resized(width: 7, height: 100)
    #expect(odd.width == 7 && odd.height == 100)
  }

  /// The formula, directly: a row of 16-bit samples, its border mirrored, the kernel widened where it is reduced.
  @Test("Lanczos is its formula", arguments: [9, 20, 33, 50])
  func lanczos(width: Int) {
    let source = Self.picture(20, 1, 1, 65535)
    guard case .sixteen(let values) = source.samples else { return }
    let scale = Double(width) / 20, stretch = max(1, 1 / scale)
    func sinc(_ x: Double) -> Double { x == 0 ? 1 : sin(.pi * x) / (.pi * x) }
    let expected = (0..<width).map { position -> UInt16 in
      let centre = (Double(position) + 0.5) / scale - 0.5
      var (sum, weights) = (0.0, 0.0)
      for index in -20..<40 {
        let x = (Double(index) - centre) / stretch
        let weight = abs(x) < 3 ? sinc(x) * sinc(x / 3) : 0
        let mirrored = index < 0 ? -1 - index : index > 19 ? 39 - index : index
        (sum, weights) = (sum + weight * Double(values[mirrored]), weights + weight)
      }
      return UInt16(min(max((sum / weights + 0.5).rounded(.down), 0), 65535))
    }
    #expect(source.resized(width: width, height: 1, kernel: .lanczos).samples == .sixteen(expected))
  }

  @Test("a picture of one value stays it")
  func constant() {
    let grey = Image(
      width: 5, height: 9, color: .grey, samples: .sixteen([UInt16](repeating: 40_000, count: 45)))
    let large = grey.resized(by: 3)
    #expect(large.samples == .sixteen([UInt16](repeating: 40_000, count: 405)))
    let small = grey.resized(width: 3, height: 40, kernel: .lanczos)
    #expect(small.samples == .sixteen([UInt16](repeating: 40_000, count: 120)))
  }
}
