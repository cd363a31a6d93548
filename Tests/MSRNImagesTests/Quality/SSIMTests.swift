import MSRNImages
import Testing

@Suite struct SSIMTests {
  static func wave(_ gain: Double) -> Luma {
    var values: [Double] = []
    for y in 0..<14 { for x in 0..<16 { values.append(100 + gain * Double((x * 7 + y * 5) % 13 - 6)) } }
    return Luma(width: 16, height: 14, values: values)
  }

  @Test("equal pictures have 1, flat ones what the formula's first term says")
  func closedForm() throws {
    #expect(abs(try Self.wave(3).ssim(to: Self.wave(3), shave: 0) - 1) < 1e-12)
    let c1 = (0.01 * 255) * (0.01 * 255)
    let expected = (2 * 100 * 120 + c1) / (100 * 100 + 120 * 120 + c1)
    let a = PSNRTests.flat(100, width: 12, height: 12), b = PSNRTests.flat(120, width: 12, height: 12)
    #expect(abs(try a.ssim(to: b, shave: 0) - expected) < 1e-9)
  }

  @Test("less contrast, the opposite and noise have less")
  func order() throws {
    let half = try Self.wave(3).ssim(to: Self.wave(1.5), shave: 0)
    let opposite = try Self.wave(3).ssim(to: Self.wave(-3), shave: 0)
    #expect(half < 1 && half > 0.5 && opposite < 0)
  }

  @Test("sizes that differ, and less than a window left, are errors")
  func sizes() {
    #expect(throws: QualityError.self) { try Self.wave(1).ssim(to: PSNRTests.flat(1), shave: 0) }
    #expect(throws: QualityError.self) { try Self.wave(1).ssim(to: Self.wave(1), shave: 2) }
  }
}
