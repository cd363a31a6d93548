public import MSRNImages

/// How two pictures of one size differ, pixel by pixel.
///
/// Colours are compared on a scale of 0...255, grey as three equal channels, 8 bits with 16 by value; alpha is compared
/// where one picture has it, the other counting as opaque.
public struct Difference: Hashable, Sendable {
  /// Where two pictures differ most.
  public struct Place: Hashable, Sendable {
    /// Column.
    public let x: Int
    /// Row.
    public let y: Int
    /// `red`, `green`, `blue` or `alpha`.
    public let channel: String
    /// The first picture's value there, 0...255.
    public let first: Double
    /// The second picture's value there, 0...255.
    public let second: Double
    /// The size of the difference, levels of 255.
    public var levels: Double { abs(first - second) }
  }

  /// PSNR of red, green and blue together, in dB, without a border; infinite for equal colours.
  public let psnr: Double
  /// The mean of the three channels' SSIM; `nil` for pictures below 11x11 pixels.
  public let ssim: Double?
  /// The largest difference, the first in reading order of several equal ones; `nil` for equal pictures.
  public let largest: Place?
  /// How many pixels differ.
  public let pixels: Int

  /// Whether every pixel of both pictures is the same.
  public var isNone: Bool { largest == nil }

  /// Compares two pictures; which is first does not matter but for ``largest``.
  ///
  /// - Throws: `QualityError` where sizes differ.
  public init(_ first: Image, _ second: Image) throws(QualityError) {
    func planes(_ image: Image, withAlpha: Bool) -> [Luma] {
      let coloured = image.inRGB()
      var planes = (0..<coloured.channels).map { Luma(channel: $0, of: coloured) }
      if withAlpha && !coloured.hasAlpha {
        let opaque = [Double](repeating: 255, count: image.width * image.height)
        planes.append(Luma(width: image.width, height: image.height, values: opaque))
      }
      return planes
    }
    let withAlpha = first.hasAlpha || second.hasAlpha
    let (a, b) = (planes(first, withAlpha: withAlpha), planes(second, withAlpha: withAlpha))
    var (error, similarity) = (0.0, 0.0)
    let hasSimilarity = min(first.width, first.height) >= 11
    for channel in 0..<3 {
      error += try a[channel].meanSquaredError(to: b[channel], shave: 0) / 3
      if hasSimilarity { similarity += try a[channel].ssim(to: b[channel], shave: 0) / 3 }
    }
    psnr = Luma.psnr(meanSquaredError: error)
    ssim = hasSimilarity ? similarity : nil

    var (count, largest) = (0, (levels: 0.0, pixel: 0, channel: 0))
    for pixel in a[0].values.indices {
      var differs = false
      for channel in a.indices where a[channel].values[pixel] != b[channel].values[pixel] {
        differs = true
        let levels = abs(a[channel].values[pixel] - b[channel].values[pixel])
        if levels > largest.levels { largest = (levels, pixel, channel) }
      }
      if differs { count += 1 }
    }
    pixels = count
    self.largest =
      count == 0
      ? nil
      : Place(
        x: largest.pixel % first.width, y: largest.pixel / first.width,
        channel: ["red", "green", "blue", "alpha"][largest.channel],
        first: a[largest.channel].values[largest.pixel], second: b[largest.channel].values[largest.pixel])
  }
}
