import MSRNImages
import MSRNTensors

extension Image {
  /// The colours as a feature map `[3, height, width]`, 0...`range`; grey becomes three equal channels, alpha is left out.
  ///
  /// Samples are scaled, never rounded: 16 bits keep all their steps.
  package func tensor(range: Float) -> Tensor {
    switch samples {
    case .eight(let values): tensor(values, scale: range / 255)
    case .sixteen(let values): tensor(values, scale: range / 65535)
    }
  }

  private func tensor(_ samples: [some BinaryInteger], scale: Float) -> Tensor {
    let plane = width * height
    var values = [Float](repeating: 0, count: 3 * plane)
    for channel in 0..<3 {
      var source = color == .grey ? 0 : channel
      for pixel in channel * plane..<(channel + 1) * plane {
        values[pixel] = Float(samples[source]) * scale
        source += channels
      }
    }
    return Tensor(shape: [3, height, width], values: values)
  }

  /// A picture of a feature map `[3, height, width]` of values 0...`range`, without alpha.
  ///
  /// Values outside the range are cut off, then rounded once, halves up. Grey is the mean of the three channels.
  /// The values must be finite.
  package init(_ map: Tensor, range: Float, color: Color, depth: Int, metadata: Metadata) {
    let (height, width) = (map.map.h, map.map.w)
    let samples: Samples =
      depth == 16
      ? .sixteen(Self.samples(map.values, color: color, range: range, maximum: 65535))
      : .eight(Self.samples(map.values, color: color, range: range, maximum: 255))
    self.init(width: width, height: height, color: color, samples: samples, metadata: metadata)
  }

  private static func samples<Sample: FixedWidthInteger>(
    _ values: [Float], color: Color, range: Float, maximum: Float
  ) -> [Sample] {
    let plane = values.count / 3
    let scale = maximum / range
    // By way of Int32: the generic conversion of a floating-point number is several times slower.
    func sample(_ value: Float) -> Sample {
      Sample(truncatingIfNeeded: Int32(min(max(value * scale, 0), maximum) + 0.5))
    }
    switch color {
    case .grey:
      return (0..<plane).map { sample((values[$0] + values[plane + $0] + values[2 * plane + $0]) / 3) }
    case .rgb:
      var samples = [Sample](repeating: 0, count: 3 * plane)
      for channel in 0..<3 {
        for pixel in 0..<plane { samples[3 * pixel + channel] = sample(values[channel * plane + pixel]) }
      }
      return samples
    }
  }
}
