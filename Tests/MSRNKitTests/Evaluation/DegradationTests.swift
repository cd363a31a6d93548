import MSRNKit
import Testing

@Suite struct DegradationTests {
  private func flat(_ value: UInt8, side: Int = 300) -> Image {
    Image(
      width: side, height: side, color: .grey,
      samples: .eight([UInt8](repeating: value, count: side * side)))
  }

  @Test("blur is the Gaussian's formula at every third pixel, from the middle one")
  func bd() throws {
    // One white pixel: what is left of it is the window itself, of which pixels 1, 4 and 7 are kept.
    var samples = [UInt8](repeating: 0, count: 81)
    samples[4 * 9 + 3] = 255
    let picture = Image(width: 9, height: 9, color: .grey, samples: .eight(samples))
    let weights = [1.0, 0.8225776, 0.4578334, 0.1724217]  // exp(-n² / 5.12)
    let sum = weights[0] + 2 * (weights[1] + weights[2] + weights[3])
    func expected(_ x: Int, _ y: Int) -> UInt8 {
      guard x < 4, y < 4 else { return 0 }
      return UInt8((255 * weights[x] * weights[y] / (sum * sum)).rounded())
    }
    let result = try Degradation.bd.apply(to: picture, scale: 3)
    let places = [1, 4, 7].flatMap { y in [1, 4, 7].map { x in expected(abs(x - 3), abs(y - 4)) } }
    #expect(result.samples == .eight(places))
    #expect(
      try Degradation.bd.apply(to: flat(77), scale: 3).samples == .eight([UInt8](repeating: 77, count: 10000))
    )
  }

  @Test("noise has mean 0 and sigma 30, and is always the same")
  func dn() throws {
    let result = try Degradation.dn.apply(to: flat(128), scale: 2)
    guard case .eight(let values) = result.samples else {
      Issue.record("8 bits")
      return
    }
    let count = Double(values.count)
    let mean = values.reduce(0) { $0 + Double($1) } / count
    let variance = values.reduce(0) { $0 + (Double($1) - mean) * (Double($1) - mean) } / count
    // 22500 deviates: the mean has a standard error of 0.2, the deviation one of 0.14.
    #expect(abs(mean - 128) < 1 && abs(variance.squareRoot() - 30) < 0.7, "\(mean), \(variance)")
    #expect(try Degradation.dn.apply(to: flat(128), scale: 2) == result)
  }

  @Test("JPEG of the quality that is asked for, after bicubic")
  func jpeg() throws {
    // A restless pattern, which JPEG cannot keep.
    var values: [UInt8] = []
    for y in 0..<96 {
      for x in 0..<96 { values.append(UInt8((x * 37 + y * 91 + x * y * 13) % 256)) }
    }
    let picture = Image(width: 96, height: 96, color: .grey, samples: .eight(values))
    let small = picture.resized(by: 0.5)
    func error(_ quality: Int) throws -> Int {
      let result = try Degradation.jpeg.apply(to: picture, scale: 2, quality: quality)
      guard case .eight(let a) = result.samples, case .eight(let b) = small.samples else { return -1 }
      var sum = 0
      for (one, other) in zip(a, b) { sum += abs(Int(one) - Int(other)) }
      return sum
    }
    let (fine, coarse) = (try error(98), try error(20))
    #expect(0 < fine && fine < coarse / 4, "\(fine), \(coarse)")
    #expect(
      try Degradation.jpeg.apply(to: picture, scale: 2)
        == Degradation.jpeg.apply(to: picture, scale: 2, quality: 75))
    let clear = Image(
      width: 2, height: 2, color: .grey, hasAlpha: true, samples: .eight([9, 0, 9, 255, 9, 9, 9, 9]))
    #expect(throws: ImageError.self) { try Degradation.jpeg.apply(to: clear, scale: 1) }
  }

  @Test("bicubic is the resampler's, and sizes are checked")
  func errors() throws {
    #expect(try Degradation.bicubic.apply(to: flat(9), scale: 4) == flat(9).resized(by: 0.25))
    #expect(throws: EvaluationError.notMultiple(width: 300, height: 300, scale: 7)) {
      try Degradation.bicubic.apply(to: flat(9), scale: 7)
    }
    #expect(throws: EvaluationError.undefined(kind: .bd, scale: 2)) {
      try Degradation.bd.apply(to: flat(9), scale: 2)
    }
  }
}
