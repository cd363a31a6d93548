import MSRNTensors

/// The cheap look at a result that keeps a wrong one from becoming a file.
package enum Plausibility {
  /// How far the mean of a part may move, of 255 levels.
  package static let tolerance = 8.0
  /// Fewest LR pixels along one side of a part: below, what crosses its edges is no small share of its mean.
  package static let smallestSide = 16

  /// Why every value of a result cannot be right; `nil` if all are finite.
  package static func unfinite(_ result: Tensor) -> String? {
    // Zero times a finite value is zero, times any other it is not a number, and so is every sum with that.
    guard !result.values.reduce(0, { $0 + $1 * 0 }).isZero else { return nil }
    let bad = result.values.reduce(0) { $0 + ($1.isFinite ? 0 : 1) }
    return "\(bad) of its \(result.values.count) values are not finite"
  }

  /// Why a result is not the picture `input` enlarged; `nil` if the mean colour of each ninth is about the same.
  ///
  /// Both are `[C, H, W]`, 0...`range`; the result's sides are whole multiples of the input's. Small pictures are parted
  /// into fewer than three by three.
  package static func difference(of result: Tensor, from input: Tensor, range: Float) -> String? {
    let (low, high) = (input.map, result.map)
    let (rows, columns) = (parts(low.h), parts(low.w))
    let scale = high.h / low.h
    for c in 0..<low.c {
      for row in 0..<rows {
        for column in 0..<columns {
          let y = row * low.h / rows..<(row + 1) * low.h / rows
          let x = column * low.w / columns..<(column + 1) * low.w / columns
          let before = mean(input, c, y, x)
          let after = mean(
            result, c, y.lowerBound * scale..<y.upperBound * scale,
            x.lowerBound * scale..<x.upperBound * scale)
          let levels = abs(after - before) * 255 / Double(range)
          guard levels <= tolerance else {
            let place =
              rows * columns == 1 ? "it" : "its part \(row * columns + column + 1) of \(rows * columns)"
            return
              "the mean colour of \(place) differs from the input's by \(Int(levels.rounded())) levels of 255"
          }
        }
      }
    }
    return nil
  }

  private static func parts(_ side: Int) -> Int { min(3, max(1, side / smallestSide)) }

  private static func mean(_ map: Tensor, _ c: Int, _ y: Range<Int>, _ x: Range<Int>) -> Double {
    let size = map.map
    var sum = 0.0
    for row in y {
      let start = (c * size.h + row) * size.w
      var line: Float = 0
      for value in map.values[start + x.lowerBound..<start + x.upperBound] { line += value }
      sum += Double(line)
    }
    return sum / Double(y.count * x.count)
  }
}
