import MSRNKit
import Testing

@Suite struct PlausibilityTests {
  private func flat(_ side: Int, _ value: Float) -> Tensor {
    Tensor(shape: [3, side, side], repeating: value)
  }

  @Test func theSamePictureIsPlausible() {
    #expect(Plausibility.difference(of: flat(192, 100), from: flat(96, 100), range: 255) == nil)
    #expect(Plausibility.difference(of: flat(192, 107.9), from: flat(96, 100), range: 255) == nil)
    #expect(Plausibility.difference(of: flat(192, 0.42), from: flat(96, 0.4), range: 1) == nil)
  }

  /// A single ninth of a single channel that is off is enough.
  @Test(arguments: 0..<27) func eachNinthOfEachChannelCounts(index: Int) {
    var result = flat(192, 100)
    let (c, row, column) = (index / 9, index / 3 % 3, index % 3)
    for y in 0..<64 {
      for x in 0..<64 { result.values[(c * 192 + row * 64 + y) * 192 + column * 64 + x] = 109 }
    }
    let reason = Plausibility.difference(of: result, from: flat(96, 100), range: 255)
    #expect(
      reason
        == "the mean colour of its part \(index % 9 + 1) of 9 differs from the input's by 9 levels of 255")
  }

  @Test func blackIsNeverPlausible() {
    for side in [1, 5, 20, 96] {
      #expect(Plausibility.difference(of: flat(2 * side, 0), from: flat(side, 255), range: 255) != nil)
    }
  }

  @Test(arguments: [Float.nan, .infinity, -.infinity]) func unfiniteValuesAreCounted(value: Float) {
    var result = flat(8, 1)
    #expect(Plausibility.unfinite(result) == nil)
    result.values[77] = value
    #expect(Plausibility.unfinite(result) == "1 of its 192 values are not finite")
  }
}
