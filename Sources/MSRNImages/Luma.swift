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
    func luma<Sample: UnsignedInteger>(_ samples: [Sample], _ product: (Int, Sample) -> Double) -> [Double] {
      let (green, blue) = color == .rgb ? (1, 2) : (0, 0)
      var values = [Double](repeating: 0, count: image.width * image.height)
      var start = 0
      for pixel in values.indices {
        let red = 16 + product(0, samples[start])
        values[pixel] = red + product(1, samples[start + green]) + product(2, samples[start + blue])
        start += channels
      }
      if isRounded { for pixel in values.indices { values[pixel] = values[pixel].rounded() } }
      return values
    }
    let weights = [65.481, 128.553, 24.966]
    let values: [Double]
    switch image.samples {
    case .eight(let samples):
      // Each product is one of 256.
      let products = weights.flatMap { weight in (0..<256).map { weight * (Double($0) / whole) } }
      values = luma(samples) { products[$0 << 8 | Int($1)] }
    case .sixteen(let samples):
      values = luma(samples) { weights[$0] * (Double($1) / whole) }
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
      var values = [Double](repeating: 0, count: image.width * image.height)
      var index = channel
      for pixel in values.indices {
        values[pixel] = Double(samples[index]) / unit
        index += channels
      }
      return values
    }
    let values =
      switch image.samples {
      case .eight(let samples): plane(samples)
      case .sixteen(let samples): plane(samples)
      }
    self.init(width: image.width, height: image.height, values: values)
  }
}
