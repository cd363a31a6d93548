package import MSRNEngine
package import MSRNTensors

/// The network in quarters of a picture, as the published figures of EDSR and MSRN were made (`forward_chop`).
///
/// Each quarter has 10 pixels of its neighbours with it, which is less than the network sees: the result differs a little
/// from that of the whole picture along the cuts. A quarter that is still large is cut again.
/// Source: EDSR-PyTorch, `model/__init__.py`.
package enum Chop {
  /// Pixels of the neighbours that a quarter has with it.
  private static let margin = 10
  /// Pixels from which on a quarter is cut again.
  package static let limit = 160_000

  /// Runs a network on a picture's quarters and joins their results.
  ///
  /// - Parameters:
  ///   - input: the picture, `[C, H, W]`. A side of less than 20 pixels is seen whole by both of its halves.
  ///   - scale: how many times as wide and high a result is.
  ///   - limit: pixels from which on a quarter is cut again.
  ///   - share: from where to where of all the work this is.
  ///   - network: gives a part's result; gets the share of the work that the part is.
  /// - Returns: the result, `[C', scale H, scale W]`.
  /// - Throws: what `network` throws.
  package static func run(
    _ input: Tensor, scale: Int, limit: Int = Chop.limit, share: ClosedRange<Double> = 0...1,
    network: (Tensor, ClosedRange<Double>) throws(EngineError) -> Tensor
  ) throws(EngineError) -> Tensor {
    precondition(limit >= 500, "quarters of \(limit) pixels are not smaller than what they are cut from")
    let size = input.map
    let (rows, columns) = (Half.both(of: size.h), Half.both(of: size.w))
    var result: Tensor?
    for (number, (row, column)) in [(0, 0), (0, 1), (1, 0), (1, 1)].enumerated() {
      let part = input.part(rows: rows[row].seen, columns: columns[column].seen)
      let quarter = (share.upperBound - share.lowerBound) / 4
      let begin = share.lowerBound + Double(number) * quarter
      let enlarged =
        part.map.h * part.map.w < limit
        ? try network(part, begin...begin + quarter)
        : try run(part, scale: scale, limit: limit, share: begin...begin + quarter, network: network)
      var whole = result ?? Tensor(Shape(c: enlarged.map.c, h: size.h * scale, w: size.w * scale))
      result = nil  // so that the array is not copied
      whole.take(enlarged, rows: rows[row], columns: columns[column], scale: scale)
      result = whole
    }
    guard let result else { preconditionFailure("there are four quarters") }
    return result
  }

  /// One half of a side: what of it is seen, and what of the result is kept.
  fileprivate struct Half {
    let seen: Range<Int>
    let kept: Range<Int>

    static func both(of side: Int) -> [Half] {
      let half = side / 2, length = min(side, half + margin)
      return [
        Half(seen: 0..<length, kept: 0..<half), Half(seen: side - length..<side, kept: half..<side),
      ]
    }
  }
}

extension Tensor {
  /// A rectangle of a map, `[C, rows, columns]`.
  fileprivate func part(rows: Range<Int>, columns: Range<Int>) -> Tensor {
    let size = map
    var part = Tensor(Shape(c: size.c, h: rows.count, w: columns.count))
    var to = 0
    for c in 0..<size.c {
      for y in rows {
        let from = (c * size.h + y) * size.w + columns.lowerBound
        part.values.replaceSubrange(to..<to + columns.count, with: values[from..<from + columns.count])
        to += columns.count
      }
    }
    return part
  }

  /// Takes over what of a quarter's result is kept.
  fileprivate mutating func take(_ part: Tensor, rows: Chop.Half, columns: Chop.Half, scale: Int) {
    let (size, source) = (map, part.map)
    let count = columns.kept.count * scale
    for c in 0..<size.c {
      for y in rows.kept.lowerBound * scale..<rows.kept.upperBound * scale {
        let from =
          (c * source.h + y - rows.seen.lowerBound * scale) * source.w
          + (columns.kept.lowerBound - columns.seen.lowerBound) * scale
        let to = (c * size.h + y) * size.w + columns.kept.lowerBound * scale
        values.replaceSubrange(to..<to + count, with: part.values[from..<from + count])
      }
    }
  }
}
