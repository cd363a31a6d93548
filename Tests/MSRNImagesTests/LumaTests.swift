import MSRNImages
import Testing

@Suite struct LumaTests {
  static func pixel(_ values: [UInt8]) -> Image {
    Image(
      width: 1, height: 1, color: values.count < 3 ? .grey : .rgb, hasAlpha: values.count % 2 == 0,
      samples: .eight(values))
  }

  @Test("black is 16, white 235, and each colour has its share")
  func studio() {
    func luma(_ values: [UInt8]) -> Double { Luma(Self.pixel(values)).values[0] }
    #expect(luma([0, 0, 0]) == 16)
    #expect(abs(luma([255, 255, 255]) - 235) < 1e-9)
    #expect(abs(luma([255, 0, 0]) - 81.481) < 1e-9)
    #expect(abs(luma([0, 255, 0]) - 144.553) < 1e-9)
    #expect(abs(luma([0, 0, 255]) - 40.966) < 1e-9)
    #expect(abs(luma([100]) - luma([100, 100, 100])) < 1e-9)
    #expect(luma([10, 20, 30, 0]) == luma([10, 20, 30]))
  }

  @Test("16 bits mean the same as 8, and rounded luma is whole")
  func depths() {
    let eight = Self.pixel([10, 200, 77])
    let sixteen = Image(width: 1, height: 1, color: .rgb, samples: .sixteen([2570, 51_400, 19_789]))
    #expect(abs(Luma(eight).values[0] - Luma(sixteen).values[0]) < 1e-9)
    let rounded = Luma(eight, isRounded: true).values[0]
    #expect(rounded == Luma(eight).values[0].rounded() && rounded != Luma(eight).values[0])
  }
}
