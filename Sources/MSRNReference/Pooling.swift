import MSRNLayers
import MSRNTensors

/// The largest or the mean value of each window.
func pooled(_ pool: Pool, _ x: Tensor, into shape: Shape) -> Tensor {
  let (map, window) = (x.map, pool.window)
  var y = Tensor(shape)
  for c in 0..<shape.c {
    for row in 0..<shape.h {
      for column in 0..<shape.w {
        let top = row * window.stride.h - window.padding.h, left = column * window.stride.w - window.padding.w
        // A window ends with the padding behind the map; what of it is not padding lies on the map.
        let bottom = min(top + window.kernel.h, map.h + window.padding.h)
        let right = min(left + window.kernel.w, map.w + window.padding.w)
        let rows = max(top, 0)..<min(bottom, map.h), columns = max(left, 0)..<min(right, map.w)
        let values = rows.flatMap { y in columns.map { x.values[(c * map.h + y) * map.w + $0] } }
        let index = (c * shape.h + row) * shape.w + column
        switch pool.kind {
        case .max:
          y.values[index] = values.reduce(-.infinity, max)
        case .average(let countsPadding):
          let count = countsPadding ? (bottom - top) * (right - left) : values.count
          y.values[index] = Float(values.reduce(0.0) { $0 + Double($1) } / Double(count))
        }
      }
    }
  }
  return y
}

/// The means of `extent.h` x `extent.w` regions that cover the map.
func averaged(_ x: Tensor, to extent: Extent) -> Tensor {
  let map = x.map
  func region(_ index: Int, of count: Int, over size: Int) -> Range<Int> {
    index * size / count..<((index + 1) * size + count - 1) / count
  }
  var y = Tensor(Shape(c: map.c, h: extent.h, w: extent.w))
  for c in 0..<map.c {
    for row in 0..<extent.h {
      for column in 0..<extent.w {
        let rows = region(row, of: extent.h, over: map.h), columns = region(column, of: extent.w, over: map.w)
        var sum = 0.0
        for r in rows { for q in columns { sum += Double(x.values[(c * map.h + r) * map.w + q]) } }
        y.values[(c * extent.h + row) * extent.w + column] = Float(sum / Double(rows.count * columns.count))
      }
    }
  }
  return y
}
