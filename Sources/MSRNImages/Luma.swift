/// The luma of a picture, 16...235, as the measures of super-resolution are taken from it.
///
/// Y = 16 + 65.481 R + 128.553 G + 24.966 B with R, G, B in 0...1 (ITU-R BT.601, MATLAB's `rgb2ycbcr`).
public struct Luma: Equatable, Sendable {
  /// Columns.
  public let width: Int
  /// Rows.
  public let height: Int
  /// `height * width` values, rows from the top.
  public let values: [Double]

  /// Wraps values, whose count must be `height * width`.
  public init(width: Int, height: Int, values: [Double]) {
    precondition(width > 0 && height > 0, "a picture has at least one pixel, not \(width)x\(height)")
    precondition(values.count == width * height, "\(values.count) values for \(width)x\(height)")
    (self.width, self.height, self.values) = (width, height, values)
  }

  /// The luma of `image`; grey counts as red, green and blue alike, alpha is ignored.
  ///
  /// MSRN and its lineage measure it as it is; SelfExSR's rounds it to whole levels first (`isRounded`).
  public init(_ image: Image, isRounded: Bool = false) {
    let (channels, color, whole) = (image.channels, image.color, Double(image.maximum))
    func luma<Sample: UnsignedInteger>(_ samples: [Sample]) -> [Double] {
      stride(from: 0, to: samples.count, by: channels).map { start in
        let red = Double(samples[start]) / whole
        let green = color == .rgb ? Double(samples[start + 1]) / whole : red
        let blue = color == .rgb ? Double(samples[start + 2]) / whole : red
        let value = 16 + 65.481 * red + 128.553 * green + 24.966 * blue
        return isRounded ? value.rounded() : value
      }
    }
    let values =
      switch image.samples {
      case .eight(let samples): luma(samples)
      case .sixteen(let samples): luma(samples)
      }
    self.init(width: image.width, height: image.height, values: values)
  }

  /// One channel of `image` on a scale of 0...255, where a measure is taken of colours and not of luma.
  ///
  /// - Parameters:
  ///   - channel: the position of its sample within a pixel, below `image.channels`.
  ///   - image: the picture, of 8 or 16 bits.
  public init(channel: Int, of image: Image) {
    precondition((0..<image.channels).contains(channel), "channel \(channel) of \(image.channels)")
    let (channels, unit) = (image.channels, Double(image.maximum) / 255)
    func plane<Sample: UnsignedInteger>(_ samples: [Sample]) -> [Double] {
      stride(from: channel, to: samples.count, by: channels).map { Double(samples[$0]) / unit }
    }
    let values =
      switch image.samples {
      case .eight(let samples): plane(samples)
      case .sixteen(let samples): plane(samples)
      }
    self.init(width: image.width, height: image.height, values: values)
  }

  /// The luma without `pixels` rows and columns at each border.
  func shaved(_ pixels: Int) -> Luma {
    let (columns, rows) = (pixels..<width - pixels, pixels..<height - pixels)
    return Luma(
      width: columns.count, height: rows.count,
      values: rows.flatMap { row in
        values[row * width + columns.lowerBound..<row * width + columns.upperBound]
      })
  }
}
