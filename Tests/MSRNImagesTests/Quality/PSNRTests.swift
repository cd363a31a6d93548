import MSRNImages
import Testing

@Suite struct PSNRTests {
  static func flat(_ value: Double, width: Int = 4, height: Int = 3) -> Luma {
    Luma(width: width, height: height, values: [Double](repeating: value, count: width * height))
  }

  @Test("a difference of one level everywhere is 48.13 dB, of ten 28.13 dB, none is infinite")
  func closedForm() throws {
    #expect(abs(try Self.flat(100).psnr(to: Self.flat(101), shave: 0) - 48.1308036) < 1e-6)
    #expect(abs(try Self.flat(100).psnr(to: Self.flat(90), shave: 0) - 28.1308036) < 1e-6)
    #expect(try Self.flat(100).psnr(to: Self.flat(100), shave: 0) == .infinity)
  }

  @Test("the shaved border does not count")
  func shave() throws {
    var edge = Self.flat(100, width: 5, height: 5).values
    for i in edge.indices where i / 5 == 0 || i / 5 == 4 || i % 5 == 0 || i % 5 == 4 { edge[i] = 0 }
    let other = Luma(width: 5, height: 5, values: edge)
    #expect(try Self.flat(100, width: 5, height: 5).psnr(to: other, shave: 1) == .infinity)
    #expect(try Self.flat(100, width: 5, height: 5).psnr(to: other, shave: 0) < 20)
  }

  @Test("sizes that differ, and nothing left, are errors")
  func sizes() {
    #expect(throws: QualityError.self) { try Self.flat(1).psnr(to: Self.flat(1, width: 5), shave: 0) }
    #expect(throws: QualityError.self) { try Self.flat(1).psnr(to: Self.flat(1), shave: 2) }
  }
}
