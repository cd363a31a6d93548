import MSRNKit
import Testing

@Suite struct ImageTensorTests {
  @Test(arguments: [Float(255), 1]) func everyValueOfEightBitsComesBack(range: Float) {
    let image = Image(width: 16, height: 16, color: .grey, samples: .eight((0...255).map { UInt8($0) }))
    let map = image.tensor(range: range)
    #expect(map.shape == [3, 16, 16])
    #expect(map.values.max() == range && map.values.min() == 0)
    #expect(Image(map, range: range, color: .grey, depth: 8, metadata: Metadata()) == image)
  }

  @Test(arguments: [Float(255), 1]) func everyValueOfSixteenBitsComesBack(range: Float) {
    let image = Image(
      width: 256, height: 256, color: .grey, samples: .sixteen((0...65535).map { UInt16($0) }))
    let map = image.tensor(range: range)
    #expect(Image(map, range: range, color: .grey, depth: 16, metadata: Metadata()) == image)
  }

  @Test func coloursKeepTheirOrderAndAlphaIsLeftOut() {
    let image = Image(
      width: 1, height: 2, color: .rgb, hasAlpha: true, samples: .eight([1, 2, 3, 9, 4, 5, 6, 9]))
    let map = image.tensor(range: 255)
    #expect(map.values == [1, 4, 2, 5, 3, 6])
    let back = Image(map, range: 255, color: .rgb, depth: 8, metadata: Metadata())
    #expect(back == image.droppingAlpha())
  }

  @Test func valuesAreCutOffAndRoundedOnce() {
    let map = Tensor(shape: [3, 1, 2], values: [-7, 300, 0.5, 254.5, 1.49, 2.5])
    let image = Image(map, range: 255, color: .rgb, depth: 8, metadata: Metadata())
    #expect(image.samples == .eight([0, 1, 1, 255, 255, 3]))
  }
}
