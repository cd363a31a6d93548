import MSRNImages
import MSRNTensors
import MSRNTestSupport
import Testing

/// Resizing beside Pillow's, which `Tests/Golden/classification.py` made.
@Suite struct ResizeTests {
  /// The picture of noise that the script resizes: 45 x 37.
  static let noise = Image(
    width: 45, height: 37, color: .rgb,
    samples: .eight(CounterWeights.bytes("picture", 45 * 37 * 3)))

  @Test("8-bit pictures are Pillow's, bit for bit", arguments: PillowFilter.allCases)
  func pillow(filter: PillowFilter) throws {
    let file = try Weights.read(Golden.bytes("classification.safetensors")).tensors
    for (width, height) in [(20, 16), (61, 50), (45, 12), (9, 37)] {
      let expected = try #require(file["\(filter.rawValue)/\(width)x\(height)"])
      let result = Self.noise.resized(width: width, height: height, filter: filter)
      #expect(result.width == width && result.height == height)
      #expect(result.samples == .eight(expected.values.map { UInt8($0) }), "\(width)x\(height)")
    }
  }

  @Test("of 16 bits the upper byte counts, alpha is a channel, one size is the picture itself")
  func depths() {
    let deep = Image(
      width: 2, height: 1, color: .grey, hasAlpha: true, samples: .sixteen([0x12FF, 0xFF00, 0x3400, 0]))
    #expect(deep.resized(width: 2, height: 1, filter: .bicubic).samples == .eight([0x12, 0xFF, 0x34, 0]))
    #expect(deep.resized(width: 1, height: 1, filter: .bilinear).samples == .eight([0x23, 0x80]))
    #expect(Self.noise.resized(width: 45, height: 37, filter: .bilinear) == Self.noise)
  }

  @Test("the middle, half a pixel to the even side")
  func centre() {
    let row = Image(width: 7, height: 1, color: .grey, samples: .eight([0, 1, 2, 3, 4, 5, 6]))
    func crop(_ width: Int) -> Image.Samples { row.croppedToCentre(width: width, height: 1).samples }
    #expect(crop(7) == row.samples)
    #expect(crop(6) == .eight([0, 1, 2, 3, 4, 5]))  // 0.5 to 0
    #expect(crop(5) == .eight([1, 2, 3, 4, 5]))
    #expect(crop(4) == .eight([2, 3, 4, 5]))  // 1.5 to 2
    #expect(crop(1) == .eight([3]))
  }
}
