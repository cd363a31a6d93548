import MSRNTensors

/// The cheap look at a result that keeps a wrong one from becoming a file.
///
/// It looks on while picture and result go by in bands of rows, from the top, and what it says does not depend on the bands.
package struct Plausibility: Sendable {
  /// How far the mean of a part may move, of 255 levels, where its sides are ``smallestSide`` or more and it is smooth.
  package static let tolerance = 8.0
  /// Fewest LR pixels along one side of a part: below, what the network makes of its edges is no small share of its mean.
  package static let smallestSide = 16

  private let input: Shape
  private let scale: Int
  private let range: Float
  private var before: Parts
  private var after: Parts
  /// The sum of absolute differences between values and their neighbours to the right and below.
  private var steps: Parts
  /// The last row of the picture that has gone by, of each channel.
  private var lastRow: [Float] = []
  private var rowsSeen = 0
  private var unfinite = 0
  private var values = 0

  /// A look at a picture of this shape that is enlarged by `scale`, both 0...`range`.
  package init(input: Shape, scale: Int, range: Float) {
    (self.input, self.scale, self.range) = (input, scale, range)
    before = Parts(input)
    after = Parts(Shape(c: input.c, h: input.h * scale, w: input.w * scale), like: before)
    steps = before
  }

  /// Sees the next rows of the picture, `[C, rows, W]`.
  package mutating func see(input rows: Tensor) {
    let size = rows.map
    var last = [Float](repeating: 0, count: size.c * size.w)
    for c in 0..<size.c {
      for row in 0..<size.h {
        let start = (c * size.h + row) * size.w
        before.add(c, rowsSeen + row) { x in
          var line: Float = 0
          for value in rows.values[start + x.lowerBound..<start + x.upperBound] { line += value }
          return line
        }
        steps.add(c, rowsSeen + row) { x in
          var line: Float = 0
          for i in x where i + 1 < size.w { line += abs(rows.values[start + i + 1] - rows.values[start + i]) }
          return line
        }
        // The step down is the upper row's.
        if row > 0 {
          steps.add(c, rowsSeen + row - 1) { x in
            x.reduce(Float(0)) { $0 + abs(rows.values[start + $1] - rows.values[start - size.w + $1]) }
          }
        } else if rowsSeen > 0 {
          steps.add(c, rowsSeen - 1) { x in
            x.reduce(Float(0)) { $0 + abs(rows.values[start + $1] - lastRow[c * size.w + $1]) }
          }
        }
      }
      let start = (c * size.h + size.h - 1) * size.w
      last.replaceSubrange(c * size.w..<(c + 1) * size.w, with: rows.values[start..<start + size.w])
    }
    lastRow = last
    rowsSeen += size.h
  }

  /// Sees rows of the result from `first` on, `[C, rows, W]`.
  package mutating func see(result rows: Tensor, from first: Int) {
    let size = rows.map
    // Zero times a finite value is zero, times any other it is not a number, and so is every sum with that.
    if !rows.values.reduce(0, { $0 + $1 * 0 }).isZero {
      unfinite += rows.values.reduce(0) { $0 + ($1.isFinite ? 0 : 1) }
    }
    values += rows.values.count
    for c in 0..<size.c {
      for row in 0..<size.h {
        let start = (c * size.h + row) * size.w
        after.add(c, first + row) { x in
          var line: Float = 0
          for value in rows.values[start + x.lowerBound..<start + x.upperBound] { line += value }
          return line
        }
      }
    }
  }

  /// Why the result cannot be right whatever the network is; `nil` if all values are finite.
  package var brokenness: String? {
    unfinite == 0 ? nil : "\(unfinite) of its \(values) values are not finite"
  }

  /// Why the result is not the picture enlarged; `nil` if the mean colour of each ninth is about the same.
  ///
  /// Small pictures are parted into fewer than three by three, and below ``smallestSide`` the tolerance grows as the sides
  /// get shorter. It also grows by a quarter of the mean step from pixel to pixel: a level or two in a photograph, but a
  /// network may well make another grey of a dither or a chequer of single pixels, which nothing like it was trained on.
  package var difference: String? {
    let smooth = Self.tolerance * max(1, Double(Self.smallestSide) / Double(min(input.h, input.w)))
    let levels = 255 / Double(range)
    for c in 0..<input.c {
      for part in 0..<before.count {
        let apart = abs(after.mean(c, part) - before.mean(c, part)) * levels
        guard apart <= smooth + steps.mean(c, part) / 2 * levels / 4 else {
          let place = before.count == 1 ? "it" : "its part \(part + 1) of \(before.count)"
          return
            "the mean colour of \(place) differs from the input's by \(Int(apart.rounded())) levels of 255"
        }
      }
    }
    return nil
  }

  /// Sums over up to three by three parts of each channel of a map.
  private struct Parts: Sendable {
    let rows: Int
    let columns: Int
    let map: Shape
    private var sums: [Double]

    init(_ map: Shape) {
      self.init(map, rows: Self.parts(map.h), columns: Self.parts(map.w))
    }

    init(_ map: Shape, like other: Parts) { self.init(map, rows: other.rows, columns: other.columns) }

    private init(_ map: Shape, rows: Int, columns: Int) {
      (self.map, self.rows, self.columns) = (map, rows, columns)
      sums = [Double](repeating: 0, count: map.c * rows * columns)
    }

    var count: Int { rows * columns }

    /// Adds to the parts that a row crosses what `sum` says of their columns.
    mutating func add(_ channel: Int, _ y: Int, _ sum: (Range<Int>) -> Float) {
      let row = (0..<rows).first { y < ($0 + 1) * map.h / rows } ?? rows - 1
      for column in 0..<columns {
        sums[(channel * rows + row) * columns + column] += Double(sum(range(column, columns, map.w)))
      }
    }

    func mean(_ channel: Int, _ part: Int) -> Double {
      let area = range(part / columns, rows, map.h).count * range(part % columns, columns, map.w).count
      return sums[channel * count + part] / Double(area)
    }

    private func range(_ index: Int, _ count: Int, _ side: Int) -> Range<Int> {
      index * side / count..<(index + 1) * side / count
    }

    private static func parts(_ side: Int) -> Int { min(3, max(1, side / smallestSide)) }
  }
}
