import MSRNKit
import Testing

@Suite struct DifferenceTests {
  private func picture(_ change: (inout [UInt8]) -> Void = { _ in }) -> Image {
    var values = (0..<12 * 13 * 3).map { UInt8($0 % 200) }
    change(&values)
    return Image(width: 12, height: 13, color: .rgb, samples: .eight(values))
  }

  @Test func equal() throws {
    let difference = try Difference(picture(), picture())
    #expect(difference.isNone && difference.psnr == .infinity && difference.pixels == 0)
    #expect(abs(try #require(difference.ssim) - 1) < 1e-12)
  }

  @Test("the largest difference, and where")
  func places() throws {
    let changed = picture {
      $0[(2 * 12 + 5) * 3] += 1
      $0[(7 * 12 + 3) * 3 + 2] += 10
      $0[(7 * 12 + 3) * 3 + 1] += 9
    }
    let difference = try Difference(changed, picture())
    let largest = try #require(difference.largest)
    #expect(largest.x == 3 && largest.y == 7)
    #expect(largest.channel == "blue" && largest.levels == 10)
    #expect(largest.first == largest.second + 10)
    #expect(difference.pixels == 2)
    // 182 is the sum of squares.
    let expected = Luma.psnr(meanSquaredError: 182.0 / Double(12 * 13 * 3))
    #expect(abs(difference.psnr - expected) < 1e-9)
    #expect(try #require(difference.ssim) < 1)
  }

  @Test("form does not count, values do: depth, grey, opaque alpha")
  func forms() throws {
    func grey(_ samples: Image.Samples, alpha: Bool = false) -> Image {
      Image(width: 2, height: 1, color: .grey, hasAlpha: alpha, samples: samples)
    }
    let eight = grey(.eight([3, 200]))
    #expect(try Difference(eight, grey(.sixteen([771, 51400]))).isNone)
    #expect(try Difference(eight, eight.inRGB()).isNone)
    #expect(try Difference(eight, grey(.eight([3, 255, 200, 255]), alpha: true)).isNone)
    #expect(try Difference(eight, eight).ssim == nil)
    let veiled = try Difference(eight, grey(.eight([3, 255, 200, 254]), alpha: true))
    #expect(veiled.largest?.channel == "alpha" && veiled.largest?.x == 1 && veiled.psnr == .infinity)
    let nearly = try Difference(eight, grey(.sixteen([772, 51400])))
    #expect(!nearly.isNone && abs((nearly.largest?.levels ?? 0) - 1.0 / 257) < 1e-12)
    #expect(throws: QualityError.self) { try Difference(eight, picture()) }
  }
}
