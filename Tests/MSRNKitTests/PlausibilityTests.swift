import MSRNKit
import Testing

@Suite struct PlausibilityTests {
  private func flat(_ side: Int, _ value: Float) -> Tensor {
    Tensor(shape: [3, side, side], repeating: value)
  }

  /// What is said of a result, the picture in bands of so many rows.
  private func difference(of result: Tensor, from input: Tensor, range: Float, rows: Int = .max) -> String? {
    look(result, input, range, rows).difference
  }

  private func look(_ result: Tensor, _ input: Tensor, _ range: Float, _ rows: Int) -> Plausibility {
    let scale = result.map.h / input.map.h
    var look = Plausibility(input: input.map, scale: scale, range: range)
    for start in stride(from: 0, to: input.map.h, by: min(rows, input.map.h)) {
      let band = start..<min(input.map.h, start + min(rows, input.map.h))
      look.see(input: slice(input, band))
      let out = band.lowerBound * scale..<band.upperBound * scale
      look.see(result: slice(result, out), from: out.lowerBound)
    }
    return look
  }

  private func slice(_ map: Tensor, _ rows: Range<Int>) -> Tensor {
    let size = map.map
    return Tensor(
      shape: [size.c, rows.count, size.w],
      values: (0..<size.c).flatMap { c in
        map.values[(c * size.h + rows.lowerBound) * size.w..<(c * size.h + rows.upperBound) * size.w]
      })
  }

  @Test func theSamePictureIsPlausible() {
    #expect(difference(of: flat(192, 100), from: flat(96, 100), range: 255) == nil)
    #expect(difference(of: flat(192, 107.9), from: flat(96, 100), range: 255) == nil)
    #expect(difference(of: flat(192, 0.42), from: flat(96, 0.4), range: 1) == nil)
  }

  /// A single ninth of a single channel that is off is enough.
  @Test(arguments: 0..<27) func eachNinthOfEachChannelCounts(index: Int) {
    var result = flat(192, 100)
    let (c, row, column) = (index / 9, index / 3 % 3, index % 3)
    for y in 0..<64 {
      for x in 0..<64 { result.values[(c * 192 + row * 64 + y) * 192 + column * 64 + x] = 109 }
    }
    let reason = difference(of: result, from: flat(96, 100), range: 255)
    #expect(
      reason
        == "the mean colour of its part \(index % 9 + 1) of 9 differs from the input's by 9 levels of 255")
  }

  @Test func blackIsNeverPlausible() {
    for side in [1, 5, 20, 96] {
      #expect(difference(of: flat(2 * side, 0), from: flat(side, 255), range: 255) != nil)
    }
  }

  @Test("what is said does not depend on the bands that the picture comes in", arguments: [1, 7, 32])
  func bands(rows: Int) {
    let low = Tensor(shape: [3, 70, 60], values: (0..<3 * 70 * 60).map { Float($0 * 7919 % 256) })
    for value in [Float(100), 127, 180] {
      let high = Tensor(shape: [3, 140, 120], repeating: value)
      #expect(
        difference(of: high, from: low, range: 255, rows: rows) == difference(of: high, from: low, range: 255)
      )
    }
    #expect(difference(of: Tensor(shape: [3, 140, 120], repeating: 180), from: low, range: 255) != nil)
  }

  @Test(arguments: [Float.nan, .infinity, -.infinity]) func unfiniteValuesAreCounted(value: Float) {
    var result = flat(8, 1)
    #expect(look(result, flat(4, 1), 255, 2).brokenness == nil)
    result.values[77] = value
    #expect(look(result, flat(4, 1), 255, 2).brokenness == "1 of its 192 values are not finite")
  }
}
