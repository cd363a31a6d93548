import MSRNLayers
import MSRNTensors

#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// `1 / (1 + e^-x)`.
func sigmoid(_ x: Double) -> Double { 1 / (1 + exp(-x)) }

/// Each value over a power of the mean square of its neighbours in other channels.
func normalised(_ norm: LocalResponseNorm, _ x: Tensor) -> Tensor {
  let map = x.map
  let area = map.h * map.w
  var y = x
  for c in 0..<map.c {
    let neighbours = max(0, c - norm.size / 2)...min(map.c - 1, c + (norm.size - 1) / 2)
    for pixel in 0..<area {
      let squares = neighbours.reduce(0.0) { sum, channel in
        let value = Double(x.values[channel * area + pixel])
        return sum + value * value
      }
      let divisor = pow(norm.k + norm.alpha / Double(norm.size) * squares, norm.beta)
      y.values[c * area + pixel] = Float(Double(x.values[c * area + pixel]) / divisor)
    }
  }
  return y
}
