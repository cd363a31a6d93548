import MSRNLayers
import MSRNTensors

/// Values multiplied and added together: eight running sums, of every eighth product each, that are added at the end.
private typealias Lanes = SIMD8<Double>

/// A convolution as a dot product of each filter with what each window reads, the bias added to the sum.
///
/// - Parameters:
///   - conv: The convolution.
///   - weight: OIHW.
///   - bias: One value per output; nil for none.
///   - x: `[C, H, W]`.
///   - shape: The result's.
/// - Returns: `[C', H', W']`.
func convolution(
  _ conv: Conv, _ weight: [Float], _ bias: [Float]?, _ x: Tensor, into shape: Shape
) -> Tensor {
  var y = Tensor(shape)
  let inputs = x.map.c / conv.groups, outputs = conv.outputs / conv.groups
  let taps = inputs * conv.window.kernel.h * conv.window.kernel.w
  // So many rows at a time that what their windows read stays within some 32 MB.
  let rows = max(1, (1 << 22) / (taps * shape.w))
  for group in 0..<conv.groups {
    for top in stride(from: 0, to: shape.h, by: rows) {
      let band = top..<min(top + rows, shape.h)
      let patches = band.flatMap { row in
        (0..<shape.w).map { column in
          patch(conv.window, x, group * inputs..<(group + 1) * inputs, row, column)
        }
      }
      for o in group * outputs..<(group + 1) * outputs {
        let filter = lanes(weight[o * taps..<(o + 1) * taps])
        for (index, patch) in patches.enumerated() {
          let sum = dot(filter, patch) + Double(bias?[o] ?? 0)
          y.values[o * shape.h * shape.w + top * shape.w + index] = Float(sum)
        }
      }
    }
  }
  return y
}

/// What the window of one pixel of the result reads: channel by channel, row by row, zero beyond the map.
private func patch(_ window: Window, _ x: Tensor, _ channels: Range<Int>, _ row: Int, _ column: Int)
  -> [Lanes]
{
  let map = x.map
  var values: [Float] = []
  values.reserveCapacity(channels.count * window.kernel.h * window.kernel.w)
  for c in channels {
    for dy in 0..<window.kernel.h {
      let y = row * window.stride.h + dy * window.dilation.h - window.padding.h
      for dx in 0..<window.kernel.w {
        let x0 = column * window.stride.w + dx * window.dilation.w - window.padding.w
        let isInside = y >= 0 && y < map.h && x0 >= 0 && x0 < map.w
        values.append(isInside ? x.values[(c * map.h + y) * map.w + x0] : 0)
      }
    }
  }
  return lanes(values[...])
}

/// Values in double precision, eight by eight, the last eight filled up with zeros.
private func lanes(_ values: ArraySlice<Float>) -> [Lanes] {
  var result = [Lanes](repeating: .zero, count: (values.count + 7) / 8)
  for (index, value) in values.enumerated() { result[index / 8][index % 8] = Double(value) }
  return result
}

private func dot(_ a: [Lanes], _ b: [Lanes]) -> Double {
  var sum = Lanes.zero
  for index in a.indices { sum += a[index] * b[index] }
  return sum.sum()
}
