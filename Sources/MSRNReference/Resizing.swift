import MSRNLayers
import MSRNTensors

/// A map between its own pixels, corners aligned: each value of the result from the four around its place.
func resized(_ x: Tensor, to extent: Extent) -> Tensor {
  let map = x.map
  /// The row before a place, the row after it, and how far the place is from the one before.
  func place(_ index: Int, of count: Int, over size: Int) -> (Int, Int, Double) {
    let place = count > 1 ? Double(index) * Double(size - 1) / Double(count - 1) : 0
    let first = min(Int(place), size - 1)
    return (first, min(first + 1, size - 1), place - Double(first))
  }
  var y = Tensor(Shape(c: map.c, h: extent.h, w: extent.w))
  for c in 0..<map.c {
    func value(_ row: Int, _ column: Int) -> Double { Double(x.values[(c * map.h + row) * map.w + column]) }
    for row in 0..<extent.h {
      let (above, below, down) = place(row, of: extent.h, over: map.h)
      for column in 0..<extent.w {
        let (left, right, across) = place(column, of: extent.w, over: map.w)
        let upper = (1 - across) * value(above, left) + across * value(above, right)
        let lower = (1 - across) * value(below, left) + across * value(below, right)
        y.values[(c * extent.h + row) * extent.w + column] = Float((1 - down) * upper + down * lower)
      }
    }
  }
  return y
}

/// A map with each r x r channels laid out as cells of r x r pixels.
func shuffled(_ x: Tensor, by r: Int, into shape: Shape) -> Tensor {
  let map = x.map
  var y = Tensor(shape)
  for c in 0..<shape.c {
    for row in 0..<shape.h {
      for column in 0..<shape.w {
        let channel = c * r * r + row % r * r + column % r
        y.values[(c * shape.h + row) * shape.w + column] =
          x.values[(channel * map.h + row / r) * map.w + column / r]
      }
    }
  }
  return y
}
