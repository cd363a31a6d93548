public import MSRNImages

/// Where two pictures differ, as a picture: black where they are equal, over violet and orange to pale yellow.
public enum ErrorMap {
  /// The mean of the absolute differences of red, green and blue of each pixel, in levels of 255, and of alpha the
  /// difference itself where that is larger.
  ///
  /// - Parameters:
  ///   - first: a picture.
  ///   - second: another of the same size.
  /// - Returns: a number a pixel.
  /// - Throws: `QualityError` where sizes differ.
  public static func levels(_ first: Image, _ second: Image) throws(QualityError) -> [Double] {
    guard (first.width, first.height) == (second.width, second.height) else {
      throw .sizesDiffer(
        width: first.width, height: first.height, referenceWidth: second.width,
        referenceHeight: second.height)
    }
    let (a, b) = (first.inRGB(), second.inRGB())
    var levels = [Double](repeating: 0, count: first.width * first.height)
    for channel in 0..<3 {
      let (x, y) = (Luma(channel: channel, of: a), Luma(channel: channel, of: b))
      for pixel in levels.indices { levels[pixel] += abs(x.values[pixel] - y.values[pixel]) / 3 }
    }
    if a.hasAlpha || b.hasAlpha {
      func alpha(_ image: Image) -> [Double]? {
        image.hasAlpha ? Luma(channel: image.channels - 1, of: image).values : nil
      }
      let (x, y) = (alpha(a), alpha(b))
      for pixel in levels.indices {
        levels[pixel] = max(levels[pixel], abs((x?[pixel] ?? 255) - (y?[pixel] ?? 255)))
      }
    }
    return levels
  }

  /// The picture of such numbers.
  ///
  /// - Parameters:
  ///   - levels: `width * height` numbers.
  ///   - width: columns.
  ///   - full: the number from which on a pixel has the lightest colour; above 0.
  /// - Returns: an RGB picture of 8 bits.
  public static func picture(_ levels: [Double], width: Int, full: Double) -> Image {
    precondition(full > 0, "a scale ends above 0, not at \(full)")
    precondition(width > 0 && levels.count % width == 0, "\(levels.count) levels in rows of \(width)")
    var samples = [UInt8](repeating: 0, count: levels.count * 3)
    for (pixel, level) in levels.enumerated() {
      let colour = colour(level / full)
      for channel in 0..<3 { samples[pixel * 3 + channel] = UInt8(colour[channel]) }
    }
    return Image(width: width, height: levels.count / width, color: .rgb, samples: .eight(samples))
  }

  /// Colours at equal distances; lightness grows steadily, so that they are told apart without colour too.
  private static let ramp: [SIMD4<Double>] = [
    [0, 0, 0, 0], [60, 15, 110, 0], [150, 40, 110, 0], [222, 85, 55, 0], [250, 170, 30, 0],
    [252, 252, 175, 0],
  ]

  private static func colour(_ share: Double) -> SIMD4<Double> {
    let place = min(max(share, 0), 1) * Double(ramp.count - 1)
    let step = min(Int(place), ramp.count - 2)
    let mixed = ramp[step] + (ramp[step + 1] - ramp[step]) * (place - Double(step))
    return (mixed + 0.5).rounded(.down)
  }
}
