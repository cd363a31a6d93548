import MSRNKit
import Testing

@Suite struct ErrorMapTests {
  @Test("levels are the mean of three differences; alpha counts where it differs more")
  func levels() throws {
    let a = Image(width: 3, height: 1, color: .rgb, samples: .eight([10, 20, 30, 0, 0, 0, 9, 9, 9]))
    let b = Image(width: 3, height: 1, color: .rgb, samples: .eight([13, 20, 24, 0, 0, 0, 0, 0, 0]))
    let levels = try ErrorMap.levels(a, b)
    for (level, expected) in zip(levels, [3.0, 0, 9]) { #expect(abs(level - expected) < 1e-12) }
    let veiled = Image(width: 1, height: 1, color: .grey, hasAlpha: true, samples: .eight([7, 205]))
    let opaque = Image(width: 1, height: 1, color: .grey, samples: .sixteen([7 * 257]))
    #expect(try ErrorMap.levels(veiled, opaque) == [50])
    #expect(throws: QualityError.self) { try ErrorMap.levels(a, opaque) }
  }

  @Test("black is none, the lightest is the scale's end and beyond, and it grows lighter between")
  func colours() throws {
    let levels = (0...40).map { Double($0) / 2 }
    let picture = ErrorMap.picture(levels, width: 41, full: 16)
    guard case .eight(let values) = picture.samples else {
      Issue.record("8 bits")
      return
    }
    #expect(picture.width == 41 && picture.height == 1)
    #expect(values.prefix(3).elementsEqual([0, 0, 0]))
    #expect(
      values[32 * 3..<33 * 3].elementsEqual([252, 252, 175])
        && values.suffix(3).elementsEqual([252, 252, 175]))
    let luma = Luma(picture).values.prefix(33)
    for (darker, lighter) in zip(luma, luma.dropFirst()) { #expect(darker < lighter) }
  }
}
