import MSRNTensors

/// The eight flips and turns of a picture, whose results are averaged for a better one.
///
/// "Geometric self-ensemble": Lim et al., *Enhanced Deep Residual Networks for Single Image Super-Resolution* (EDSR),
/// CVPR Workshops 2017, in the order of the authors' code: the picture, then copies with the columns reversed, then
/// copies of those with the rows reversed, then copies of all four with rows and columns exchanged.
package enum Ensemble {
  /// How many members there are.
  package static let count = 8

  /// Member `index` of the ensemble of a map.
  package static func member(_ index: Int, of map: Tensor) -> Tensor {
    var map = map
    if index % 2 == 1 { map = map.columnsReversed }
    if index / 2 % 2 == 1 { map = map.rowsReversed }
    return index / 4 == 1 ? map.transposed : map
  }

  /// Undoes ``member(_:of:)``.
  package static func restored(_ map: Tensor, from index: Int) -> Tensor {
    var map = index / 4 == 1 ? map.transposed : map
    if index / 2 % 2 == 1 { map = map.rowsReversed }
    return index % 2 == 1 ? map.columnsReversed : map
  }
}

extension Tensor {
  /// A map with its columns in reverse order.
  fileprivate var columnsReversed: Tensor {
    let size = map
    return rearranged(h: size.h, w: size.w) { y, x in (y, size.w - 1 - x) }
  }

  /// A map with its rows in reverse order.
  fileprivate var rowsReversed: Tensor {
    let size = map
    return rearranged(h: size.h, w: size.w) { y, x in (size.h - 1 - y, x) }
  }

  /// A map with rows and columns exchanged.
  fileprivate var transposed: Tensor {
    let size = map
    return rearranged(h: size.w, w: size.h) { y, x in (x, y) }
  }

  @inline(__always)
  private func rearranged(h: Int, w: Int, from place: (Int, Int) -> (y: Int, x: Int)) -> Tensor {
    let size = map
    var result = Tensor(Shape(c: size.c, h: h, w: w))
    for c in 0..<size.c {
      for y in 0..<h {
        for x in 0..<w {
          let source = place(y, x)
          result.values[(c * h + y) * w + x] = values[(c * size.h + source.y) * size.w + source.x]
        }
      }
    }
    return result
  }
}
