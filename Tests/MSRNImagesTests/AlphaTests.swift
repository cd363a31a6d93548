import MSRNImages
import MSRNTestSupport
import Testing

@Suite("Alpha")
struct AlphaTests {
  /// A seeded picture; about a third of its pixels are transparent.
  static func random(
    _ width: Int, _ height: Int, color: Image.Color = .rgb, hasAlpha: Bool = true, isDeep: Bool = false,
    seed: UInt64 = 1
  ) -> Image {
    var random = SplitMix(seed: seed)
    let channels = color.channels + (hasAlpha ? 1 : 0)
    let values = (0..<width * height * channels).map { index -> UInt16 in
      if hasAlpha, index % channels == channels - 1, Int.random(in: 0..<3, using: &random) == 0 { return 0 }
      return UInt16.random(in: 1...(isDeep ? 65535 : 255), using: &random)
    }
    return Image(
      width: width, height: height, color: color, hasAlpha: hasAlpha,
      samples: isDeep ? .sixteen(values) : .eight(values.map { UInt8($0) }))
  }

  static func grey(_ width: Int, _ pixels: [(UInt8, UInt8)]) -> Image {
    Image(
      width: width, height: pixels.count / width, color: .grey, hasAlpha: true,
      samples: .eight(pixels.flatMap { [$0.0, $0.1] }))
  }

  @Test("constant alpha is found, varying alpha is not")
  func constant() {
    #expect(AlphaTests.grey(3, [(1, 7), (2, 7), (3, 7)]).alphaIsConstant == 7)
    #expect(AlphaTests.grey(3, [(1, 7), (7, 7), (3, 8)]).alphaIsConstant == nil)
    #expect(Image(width: 1, height: 1, color: .grey, samples: .eight([7])).alphaIsConstant == nil)
    let deep = Image(
      width: 1, height: 2, color: .rgb, hasAlpha: true, samples: .sixteen([1, 2, 3, 40_000, 5, 6, 7, 40_000]))
    #expect(deep.alphaIsConstant == 40_000)
  }

  @Test("split and joined are inverses", arguments: [Image.Color.grey, .rgb], [false, true])
  func splitAndJoined(color: Image.Color, isDeep: Bool) {
    var image = AlphaTests.random(5, 4, color: color, isDeep: isDeep)
    image.metadata.gamma = 45455
    let (colour, alpha) = image.splitAlpha()
    #expect(colour.color == color && !colour.hasAlpha && colour.metadata == image.metadata)
    #expect(
      alpha.color == .grey && !alpha.hasAlpha && alpha.depth == image.depth && alpha.metadata == Metadata())
    #expect(colour.joined(alpha: alpha) == image)
    #expect(image.droppingAlpha() == colour && colour.droppingAlpha() == colour)
  }

  @Test("split takes the samples apart by hand")
  func split() {
    let parts = AlphaTests.grey(2, [(1, 9), (2, 8)]).splitAlpha()
    #expect(parts.colour.samples == .eight([1, 2]) && parts.alpha.samples == .eight([9, 8]))
  }

  @Test("colours grow outward ring by ring, to the radius and no farther")
  func bleeding() {
    let row: [(UInt8, UInt8)] = [(90, 0), (90, 0), (10, 255), (90, 0), (21, 1), (90, 0), (90, 0), (90, 0)]
    func bled(_ radius: Int) -> Image { AlphaTests.grey(8, row).bleedingColour(radius: radius) }
    func expected(_ colours: [UInt8]) -> Image { AlphaTests.grey(8, Array(zip(colours, row.map(\.1)))) }
    #expect(bled(0) == AlphaTests.grey(8, row))
    #expect(bled(1) == expected([90, 10, 10, 16, 21, 21, 90, 90]))
    #expect(bled(2) == expected([10, 10, 10, 16, 21, 21, 21, 90]))
    #expect(bled(1000) == expected([10, 10, 10, 16, 21, 21, 21, 21]))
  }

  @Test("the mean is over all eight neighbours, and over those of the ring before alone")
  func bleedingMean() {
    var pixels = [(UInt8, UInt8)](repeating: (99, 0), count: 25)
    (pixels[6], pixels[7], pixels[8], pixels[13]) = ((10, 255), (20, 255), (30, 255), (60, 255))
    let image = AlphaTests.grey(5, pixels).bleedingColour(radius: 1)
    guard case .eight(let values) = image.samples else { return #expect(Bool(false), "8 bit stays 8 bit") }
    #expect(values[2 * 12] == 30, "centre: (10 + 20 + 30 + 60) / 4")
    #expect(values[0] == 10 && values[2 * 9] == 45 && values[2 * 24] == 99)
  }

  @Test(
    "bleeding leaves visible pixels, alpha and wholly transparent pictures alone", arguments: [false, true])
  func bleedingInvariants(isDeep: Bool) {
    let image = AlphaTests.random(23, 17, isDeep: isDeep, seed: 9)
    let bled = image.bleedingColour(radius: 3)
    #expect(bled != image)
    #expect(bled.splitAlpha().alpha == image.splitAlpha().alpha)
    func visible(_ image: Image) -> [Int] {
      let values: [Int] =
        switch image.samples {
        case .eight(let values): values.map { Int($0) }
        case .sixteen(let values): values.map { Int($0) }
        }
      return stride(from: 0, to: values.count, by: 4).flatMap {
        values[$0 + 3] == 0 ? [] : Array(values[$0..<$0 + 4])
      }
    }
    #expect(visible(bled) == visible(image))
    let none = AlphaTests.grey(2, [(5, 0), (6, 0)])
    #expect(none.bleedingColour(radius: 4) == none)
    let opaque = image.splitAlpha().colour
    #expect(opaque.bleedingColour(radius: 4) == opaque)
  }

  @Test("no halo: a disc of one colour over black stays one colour after bleeding")
  func noHalo() {
    let side = 64
    let pixels = (0..<side * side).map { index -> (UInt8, UInt8) in
      let (x, y) = (index % side - 32, index / side - 32)
      return x * x + y * y < 300 ? (200, 255) : (0, 0)
    }
    let bled = AlphaTests.grey(side, pixels).bleedingColour(radius: side)
    #expect(bled.splitAlpha().colour.samples == .eight([UInt8](repeating: 200, count: side * side)))
  }

  @Test("flattening mixes stored values, rounded to nearest")
  func flattened() throws {
    let image = AlphaTests.grey(4, [(100, 255), (100, 0), (100, 128), (7, 1)])
    #expect(image.flattened(matte: .white).samples == .eight([100, 255, 177, 254]))
    #expect(image.flattened(matte: .black).samples == .eight([100, 0, 50, 0]))
    let coloured = image.flattened(matte: try Matte("#ff8000"))
    #expect(coloured.color == .rgb && !coloured.hasAlpha)
    #expect(coloured.samples == .eight([100, 100, 100, 255, 128, 0, 177, 114, 50, 254, 128, 0]))
    let deep = Image(
      width: 1, height: 1, color: .rgb, hasAlpha: true, samples: .sixteen([0, 65535, 1000, 32768]))
    #expect(deep.flattened(matte: .white).samples == .sixteen([32767, 65535, 33267]))
    let opaque = Image(width: 1, height: 1, color: .grey, samples: .eight([3]))
    #expect(opaque.flattened(matte: .white) == opaque)
  }
}
