extension Image {
  /// The picture enlarged or reduced by `scale` with MATLAB's `imresize` bicubic, to ceil(side * scale) pixels per side.
  ///
  /// Write `by: 1.0 / 3` for a third: samples are those of MATLAB for 8-bit pictures, bit for bit, which is how the LR
  /// pictures of super-resolution benchmarks are made. The kernel is cubic with a = -0.5, widened by 1 / scale when
  /// reducing; borders are mirrored; each pass (rows first) is rounded to the sample's range before the next.
  /// Alpha is a channel like the others. The pixel size that the metadata states is corrected, density is not.
  /// Cost: about 4 multiplications per sample and pass when enlarging, 4 / scale when reducing.
  public func resized(by scale: Double) -> Image {
    precondition(scale > 0 && scale.isFinite, "a scale is positive, not \(scale)")
    func side(_ count: Int) -> Int { max(1, Int((Double(count) * scale - 1e-9).rounded(.up))) }
    return resized(width: side(width), height: side(height), scales: (scale, scale))
  }

  /// The picture with `width` x `height` pixels, as MATLAB's `imresize` makes it when it is given a size.
  ///
  /// The side that shrinks more, or grows less, is resized first; see `resized(by:)`.
  ///
  /// - Parameters:
  ///   - width: columns of the result.
  ///   - height: rows of the result.
  ///   - filter: the kernel; samples are MATLAB's with `bicubic`.
  /// - Returns: the picture, resized in stored values, not in linear light.
  public func resized(width: Int, height: Int, filter: ResizeFilter = .bicubic) -> Image {
    precondition(width > 0 && height > 0, "a picture has at least one pixel, not \(width)x\(height)")
    let scales = (x: Double(width) / Double(self.width), y: Double(height) / Double(self.height))
    return resized(width: width, height: height, scales: scales, filter: filter)
  }

  private func resized(
    width: Int, height: Int, scales: (x: Double, y: Double), filter: ResizeFilter = .bicubic
  ) -> Image {
    let across = Contributions(from: self.width, to: width, scale: scales.x, filter)
    let down = Contributions(from: self.height, to: height, scale: scales.y, filter)
    func resize<Sample: UnsignedInteger & FixedWidthInteger>(_ source: [Sample]) -> [Sample] {
      if scales.y <= scales.x {
        let rows = down.resizedRows(of: source, stride: self.width * channels)
        return across.resizedColumns(of: rows, channels: channels)
      }
      let columns = across.resizedColumns(of: source, channels: channels)
      return down.resizedRows(of: columns, stride: width * channels)
    }
    let resized: Samples =
      switch samples {
      case .eight(let values): .eight(resize(values))
      case .sixteen(let values): .sixteen(resize(values))
      }
    var metadata = metadata
    metadata.setPixelSize(width: width, height: height)
    return Image(
      width: width, height: height, color: color, hasAlpha: hasAlpha, samples: resized, metadata: metadata)
  }
}

/// Which source positions make up each position of one side, and with which weights.
///
/// The order of operations is part of the contract: where a sum lies halfway between two integers, one rounding error
/// more or less decides the sample. Source: MATLAB, `imresize.m`, function `contributions`.
private struct Contributions {
  let source: Int
  let count: Int
  /// Terms per position.
  let taps: Int
  /// `count * taps` weights, those of one position together.
  private let weights: [Double]
  /// The source position of each weight.
  private let indices: [Int]

  init(from source: Int, to count: Int, scale: Double, _ filter: ResizeFilter) {
    let width = 2 * Double(filter.radius) / min(scale, 1)
    let terms = Int(width.rounded(.up)) + 2
    var weights: [Double] = []
    var indices: [Int] = []
    for position in 1...count {
      let centre = Double(position) / scale + 0.5 * (1 - 1 / scale)
      let left = (centre - width / 2).rounded(.down)
      let row = (0..<terms).map { term -> Double in
        let distance = centre - (left + Double(term))
        return scale < 1 ? scale * filter.weight(scale * distance) : filter.weight(distance)
      }
      let sum = pairwiseSum(row[...])
      weights += row.map { $0 / sum }
      indices += (0..<terms).map { mirrored(Int(left) + $0 - 1, count: source) }
    }
    // A term that is zero for every position costs time and adds nothing.
    let kept = (0..<terms).filter { term in
      stride(from: term, to: weights.count, by: terms).contains { weights[$0] != 0 }
    }
    (self.source, self.count, taps) = (source, count, kept.count)
    self.weights = (0..<count).flatMap { position in kept.map { weights[position * terms + $0] } }
    self.indices = (0..<count).flatMap { position in kept.map { indices[position * terms + $0] } }
  }

  /// Resizes down the columns of a picture of `source` rows with `stride` samples each.
  func resizedRows<Sample: UnsignedInteger & FixedWidthInteger>(of samples: [Sample], stride: Int) -> [Sample]
  {
    var result: [Sample] = []
    result.reserveCapacity(count * stride)
    var sums = [Double](repeating: 0, count: stride)
    for position in 0..<count {
      for x in 0..<stride { sums[x] = 0 }
      for tap in position * taps..<(position + 1) * taps {
        let (weight, start) = (weights[tap], indices[tap] * stride)
        for x in 0..<stride { sums[x] += weight * Double(samples[start + x]) }
      }
      for sum in sums { result.append(rounded(sum)) }
    }
    return result
  }

  /// Resizes along the rows of a picture of `source` columns.
  func resizedColumns<Sample: UnsignedInteger & FixedWidthInteger>(
    of samples: [Sample], channels: Int
  ) -> [Sample] {
    var result: [Sample] = []
    let rows = samples.count / (source * channels)
    result.reserveCapacity(rows * count * channels)
    for row in 0..<rows {
      let start = row * source * channels
      for position in 0..<count {
        for channel in 0..<channels {
          var sum = 0.0
          for tap in position * taps..<(position + 1) * taps {
            sum += weights[tap] * Double(samples[start + indices[tap] * channels + channel])
          }
          result.append(rounded(sum))
        }
      }
    }
    return result
  }
}

/// A sum as a sample: half rounds up, what lies outside is clamped.
private func rounded<Sample: UnsignedInteger & FixedWidthInteger>(_ value: Double) -> Sample {
  Sample(min(max((value + 0.5).rounded(.down), 0), Double(Sample.max)))
}

/// The position that `index` has in a side continued by its mirror image on and on, the border sample twice.
private func mirrored(_ index: Int, count: Int) -> Int {
  let remainder = index % (2 * count)
  let wrapped = remainder < 0 ? remainder + 2 * count : remainder
  return wrapped < count ? wrapped : 2 * count - 1 - wrapped
}

/// The sum in eight interleaved parts, halved recursively beyond 128 terms, as NumPy adds.
private func pairwiseSum(_ values: ArraySlice<Double>) -> Double {
  let count = values.count
  if count > 128 {
    let half = values.startIndex + count / 2 - count / 2 % 8
    return pairwiseSum(values[..<half]) + pairwiseSum(values[half...])
  }
  if count < 8 { return values.reduce(0, +) }
  var parts = Array(values.prefix(8))
  let whole = values.startIndex + count - count % 8
  for index in values.startIndex + 8..<whole { parts[(index - values.startIndex) % 8] += values[index] }
  let sum = ((parts[0] + parts[1]) + (parts[2] + parts[3])) + ((parts[4] + parts[5]) + (parts[6] + parts[7]))
  return values[whole...].reduce(sum, +)
}
