import MSRNTensors

/// The cheap look at a result that keeps a wrong one from becoming a file.
package enum Plausibility {
  /// How far the mean of a part may move, of 255 levels, where its sides are ``smallestSide`` or more and it is smooth.
  package static let tolerance = 8.0
  /// Fewest LR pixels along one side of a part: below, what the network makes of its edges is no small share of its mean.
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
  /// into fewer than three by three, and below ``smallestSide`` the tolerance grows as the sides get shorter. It also grows
  /// by a quarter of the mean step from pixel to pixel: a level or two in a photograph, but a network may well make another
  /// grey of a dither or a chequer of single pixels, which nothing like it was trained on.
  package static func difference(of result: Tensor, from input: Tensor, range: Float) -> String? {
    let (low, high) = (input.map, result.map)
    let (rows, columns) = (parts(low.h), parts(low.w))
    let scale = high.h / low.h
    let smooth = tolerance * max(1, Double(smallestSide) / Double(min(low.h, low.w)))
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
          let step = roughness(input, c, y, x) * 255 / Double(range)
          guard levels <= smooth + step / 4 else {
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

  /// The mean absolute difference between a value and its neighbours to the right and below.
  private static func roughness(_ map: Tensor, _ c: Int, _ y: Range<Int>, _ x: Range<Int>) -> Double {
    let size = map.map
    var sum = 0.0
    for row in y {
      let start = (c * size.h + row) * size.w
      let below = row + 1 < size.h ? size.w : 0
      var line: Float = 0
      for i in start + x.lowerBound..<start + x.upperBound {
        let right = i + 1 < start + size.w ? 1 : 0
        line += abs(map.values[i + right] - map.values[i]) + abs(map.values[i + below] - map.values[i])
      }
      sum += Double(line)
    }
    return sum / Double(2 * y.count * x.count)
  }

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
