import MSRNImages
import MSRNTensors

extension Image {
  /// The colours of some rows as a feature map `[3, rows, width]`, 0...`range`; grey becomes three equal channels, alpha is
  /// left out.
  ///
  /// Samples are scaled, never rounded: 16 bits keep all their steps.
  package func tensor(range: Float, rows: Range<Int>? = nil) -> Tensor {
    let rows = rows ?? 0..<height
    return switch samples {
    case .eight(let values): tensor(values, scale: range / 255, rows)
    case .sixteen(let values): tensor(values, scale: range / 65535, rows)
    }
  }

  private func tensor(_ samples: [some BinaryInteger], scale: Float, _ rows: Range<Int>) -> Tensor {
    let plane = width * rows.count
    var values = [Float](repeating: 0, count: 3 * plane)
    for channel in 0..<3 {
      var source = rows.lowerBound * width * channels + (color == .grey ? 0 : channel)
      for pixel in channel * plane..<(channel + 1) * plane {
        values[pixel] = Float(samples[source]) * scale
        source += channels
      }
    }
    return Tensor(shape: [3, rows.count, width], values: values)
  }

  /// A picture of a feature map `[3, height, width]` of values 0...`range`, without alpha.
  ///
  /// Values outside the range are cut off, then rounded once, halves up. Grey is the mean of the three channels.
  /// The values must be finite.
  package init(_ map: Tensor, range: Float, color: Color, depth: Int, metadata: Metadata) {
    self.init(black: map.map.w, by: map.map.h, color: color, depth: depth, metadata: metadata)
    replace(rows: 0..<map.map.h, with: map, range: range)
  }

  /// A black picture without alpha, whose rows are yet to come.
  package init(black width: Int, by height: Int, color: Color, depth: Int, metadata: Metadata) {
    let count = width * height * color.channels
    self.init(
      width: width, height: height, color: color,
      samples: depth == 16
        ? .sixteen([UInt16](repeating: 0, count: count)) : .eight([UInt8](repeating: 0, count: count)),
      metadata: metadata)
  }

  /// Puts rows of a feature map in their place, as `init(_:range:color:depth:metadata:)` does with all of them; values that
  /// are not finite become black.
  package mutating func replace(rows: Range<Int>, with map: Tensor, range: Float) {
    let first = rows.lowerBound * width * color.channels
    switch samples {
    case .eight(var values):
      samples = .eight([])  // so that the array is not copied
      Self.write(map.values, to: &values, at: first, color: color, range: range, maximum: 255)
      samples = .eight(values)
    case .sixteen(var values):
      samples = .sixteen([])
      Self.write(map.values, to: &values, at: first, color: color, range: range, maximum: 65535)
      samples = .sixteen(values)
    }
  }

  private static func write<Sample: FixedWidthInteger>(
    _ values: [Float], to samples: inout [Sample], at first: Int, color: Color, range: Float, maximum: Float
  ) {
    let plane = values.count / 3
    let scale = maximum / range
    // The order of the comparisons makes 0 of what is not a number. By way of Int32, for the generic conversion of a
    // floating-point number is several times slower.
    func sample(_ value: Float) -> Sample {
      Sample(truncatingIfNeeded: Int32(min(max(0, value * scale), maximum) + 0.5))
    }
    switch color {
    case .grey:
      for pixel in 0..<plane {
        samples[first + pixel] = sample(
          (values[pixel] + values[plane + pixel] + values[2 * plane + pixel]) / 3)
      }
    case .rgb:
      for channel in 0..<3 {
        for pixel in 0..<plane {
          samples[first + 3 * pixel + channel] = sample(values[channel * plane + pixel])
        }
      }
    }
  }
}
