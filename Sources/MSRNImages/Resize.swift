/// How a picture is resampled where classification networks are concerned.
public enum PillowFilter: String, CaseIterable, Hashable, Sendable {
  /// A triangle two pixels wide, widened when reducing.
  case bilinear
  /// The cubic with a = -0.5, four pixels wide, widened when reducing.
  case bicubic

  fileprivate var support: Double { self == .bilinear ? 1 : 2 }

  fileprivate func weight(_ distance: Double) -> Double {
    let x = abs(distance)
    switch self {
    case .bilinear: return x < 1 ? 1 - x : 0
    case .bicubic:
      if x < 1 { return (1.5 * x - 2.5) * x * x + 1 }
      return x < 2 ? (((x - 5) * x + 8) * x - 4) * -0.5 : 0
    }
  }
}

extension Image {
  /// The picture with `width` x `height` pixels as Pillow's `Image.resize` makes it, bit for bit.
  ///
  /// It is how the pictures were made that published classification networks were trained and tested with. Columns come
  /// before rows, each pass is rounded to 8 bits with weights of 22 fractional bits, and weights beyond the border count
  /// for nothing. Of 16-bit samples the upper byte is taken, as Pillow does when it reads them.
  public func resized(width: Int, height: Int, filter: PillowFilter) -> Image {
    precondition(width > 0 && height > 0, "a picture has at least one pixel, not \(width)x\(height)")
    var samples =
      switch samples {
      case .eight(let values): values
      case .sixteen(let values): values.map { UInt8($0 >> 8) }
      }
    if width != self.width {
      let taps = Taps(from: self.width, to: width, filter)
      samples = taps.applied(to: samples, outer: self.height, inner: channels)
    }
    if height != self.height {
      let taps = Taps(from: self.height, to: height, filter)
      samples = taps.applied(to: samples, outer: 1, inner: width * channels)
    }
    var metadata = metadata
    metadata.setPixelSize(width: width, height: height)
    return Image(
      width: width, height: height, color: color, hasAlpha: hasAlpha, samples: .eight(samples),
      metadata: metadata)
  }

  /// The middle of the picture; half a pixel goes to the even side, as torchvision's `CenterCrop` rounds.
  ///
  /// - Parameters:
  ///   - width: columns kept, at most those that there are.
  ///   - height: rows kept, at most those that there are.
  /// - Returns: the part.
  public func croppedToCentre(width: Int, height: Int) -> Image {
    let left = Int((Double(self.width - width) / 2).rounded(.toNearestOrEven))
    let top = Int((Double(self.height - height) / 2).rounded(.toNearestOrEven))
    return cropped(width: width, height: height, x: left, y: top)
  }
}

/// Which source positions make up each position of one side, and with which weights: Pillow's `Resample.c`.
private struct Taps {
  let source: Int
  /// First source position and weights, in units of 2^-22, of each position.
  let positions: [(first: Int, weights: [Int])]

  init(from source: Int, to count: Int, _ filter: PillowFilter) {
    let scale = Double(source) / Double(count), stretch = max(scale, 1)
    self.source = source
    positions = (0..<count).map { position in
      let centre = (Double(position) + 0.5) * scale, support = filter.support * stretch
      let first = max(0, Int(centre - support + 0.5)), end = min(source, Int(centre + support + 0.5))
      let weights = (first..<end).map { filter.weight((Double($0) - centre + 0.5) / stretch) }
      let sum = weights.reduce(0, +)
      return (first, weights.map { Int(($0 / sum * Double(1 << 22)).rounded(.toNearestOrAwayFromZero)) })
    }
  }

  /// Resizes the middle one of three dimensions.
  func applied(to samples: [UInt8], outer: Int, inner: Int) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(outer * positions.count * inner)
    for block in 0..<outer {
      for (first, weights) in positions {
        for i in 0..<inner {
          var at = (block * source + first) * inner + i, sum = 1 << 21
          for weight in weights {
            sum += weight * Int(samples[at])
            at += inner
          }
          result.append(UInt8(clamping: sum >> 22))
        }
      }
    }
    return result
  }
}
