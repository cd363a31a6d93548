public import MSRNImages

#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// How the field makes a low-resolution picture of an original.
public enum Degradation: String, CaseIterable, Hashable, Sendable {
  /// MATLAB's `imresize`, bit for bit for 8-bit pictures ("BI").
  case bicubic
  /// Gaussian blur of 7x7 and sigma 1.6, then every third pixel ("BD"); for scale 3.
  case bd
  /// Bicubic, then Gaussian noise of sigma 30 levels of 255 ("DN").
  ///
  /// The noise is the same for every picture of a size, but not the numbers of MATLAB's generator.
  case dn
  /// Bicubic, then JPEG of the quality that is asked for, with colours at half the size (4:2:0): what small pictures on the web
  /// have been through.
  case jpeg

  /// Makes the low-resolution picture.
  ///
  /// - Parameters:
  ///   - image: the original, its sides multiples of the scale; alpha is a channel like the others, without noise.
  ///   - scale: how many times smaller.
  ///   - quality: that of JPEG, 1...100.
  /// - Returns: the picture, of the same colours and depth; of 8 bits after JPEG.
  /// - Throws: ``EvaluationError/undefined(kind:scale:)``, ``EvaluationError/notMultiple(width:height:scale:)``, an `ImageError`
  ///   where JPEG cannot hold the picture, as with alpha.
  public func apply(to image: Image, scale: Int, quality: Int = 75) throws -> Image {
    precondition(scale > 0, "a scale is positive, not \(scale)")
    guard image.width % scale == 0, image.height % scale == 0 else {
      throw EvaluationError.notMultiple(width: image.width, height: image.height, scale: scale)
    }
    switch self {
    case .bicubic: return image.resized(by: 1 / Double(scale))
    case .bd:
      guard scale == 3 else { throw EvaluationError.undefined(kind: self, scale: scale) }
      return image.blurred().subsampled(scale)
    case .dn: return image.resized(by: 1 / Double(scale)).noisy(sigma: 30)
    case .jpeg:
      let options = EncodeOptions(quality: quality, chroma: .quarter)
      return try Image.decode(image.resized(by: 1 / Double(scale)).encode(.jpeg, options: options)).image
    }
  }
}

extension Image {
  /// The picture after MATLAB's `imfilter(…, fspecial('gaussian', 7, 1.6), 'replicate')`, rounded once.
  fileprivate func blurred() -> Image {
    let radius = 3
    let weights = (-radius...radius).map { exp(-Double($0 * $0) / (2 * 1.6 * 1.6)) }
    let sum = weights.reduce(0, +)
    let taps = weights.map { $0 / sum }
    func blur<Sample: UnsignedInteger & FixedWidthInteger>(_ values: [Sample]) -> [Sample] {
      var result = values
      var row = [Double](repeating: 0, count: width * channels)
      for y in 0..<height {
        for i in row.indices { row[i] = 0 }
        for (offset, tap) in taps.enumerated() {
          let start = min(max(y + offset - radius, 0), height - 1) * width * channels
          for i in row.indices { row[i] += tap * Double(values[start + i]) }
        }
        for x in 0..<width {
          for channel in 0..<channels {
            var sum = 0.0
            for (offset, tap) in taps.enumerated() {
              sum += tap * row[min(max(x + offset - radius, 0), width - 1) * channels + channel]
            }
            result[(y * width + x) * channels + channel] = Sample(sum.rounded())
          }
        }
      }
      return result
    }
    var image = self
    switch samples {
    case .eight(let values): image.samples = .eight(blur(values))
    case .sixteen(let values): image.samples = .sixteen(blur(values))
    }
    return image
  }

  /// The picture with normal noise of `sigma` levels of 255 in its colours, rounded and cut off to the sample's range.
  fileprivate func noisy(sigma: Double) -> Image {
    let scaled = sigma * Double(maximum) / 255
    var noise = NormalDeviates()
    func add<Sample: UnsignedInteger & FixedWidthInteger>(_ values: [Sample]) -> [Sample] {
      var result = values
      for i in values.indices where i % channels < color.channels {
        let value = (Double(values[i]) + scaled * noise.next()).rounded()
        result[i] = Sample(min(max(value, 0), Double(Sample.max)))
      }
      return result
    }
    var image = self
    switch samples {
    case .eight(let values): image.samples = .eight(add(values))
    case .sixteen(let values): image.samples = .sixteen(add(values))
    }
    return image
  }
}

/// Normal deviates of mean 0 and variance 1, always the same ones: SplitMix64 of seed 0, Box and Muller's transform.
private struct NormalDeviates {
  private var state: UInt64 = 0

  /// A number of 0..<1, in steps of 2^-53.
  private mutating func uniform() -> Double {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return Double((z ^ (z >> 31)) >> 11) * 0x1p-53
  }

  mutating func next() -> Double {
    let (radius, angle) = (1 - uniform(), uniform())
    return (-2 * log(radius)).squareRoot() * cos(2 * .pi * angle)
  }
}
