extension Image {
  /// The picture enlarged or reduced by `scale` as MATLAB's `imresize` does, to ceil(side * scale) pixels per side.
  ///
  /// Write `by: 1.0 / 3` for a third: with the cubic kernel samples are those of MATLAB for 8-bit pictures, bit for bit,
  /// which is how the LR pictures of super-resolution benchmarks are made. The kernel is widened by 1 / scale when
  /// reducing; borders are mirrored; each pass (rows first) is rounded to the sample's range before the next.
  /// Alpha is a channel like the others. The pixel size that the metadata states is corrected, density is not.
  /// Cost: about as many multiplications per sample and pass as the kernel is wide when enlarging, 1 / scale times as many
  /// when reducing.
  public func resized(by scale: Double, kernel: ResamplingKernel = .bicubic) -> Image {
    precondition(scale > 0 && scale.isFinite, "a scale is positive, not \(scale)")
    func side(_ count: Int) -> Int { max(1, Int((Double(count) * scale - 1e-9).rounded(.up))) }
    return resized(width: side(width), height: side(height), scales: (scale, scale), kernel)
  }

  /// The picture with `width` x `height` pixels, as MATLAB's `imresize` makes it when it is given a size.
  ///
  /// The side that shrinks more, or grows less, is resized first; see `resized(by:)`.
  ///
  /// - Parameters:
  ///   - width: columns of the result.
  ///   - height: rows of the result.
  ///   - kernel: samples are MATLAB's.
  /// - Returns: the picture, resized in stored values, not in linear light.
  public func resized(width: Int, height: Int, kernel: ResamplingKernel = .bicubic) -> Image {
    precondition(width > 0 && height > 0, "a picture has at least one pixel, not \(width)x\(height)")
    let scales = (x: Double(width) / Double(self.width), y: Double(height) / Double(self.height))
    return resized(width: width, height: height, scales: scales, kernel)
  }

  private func resized(
    width: Int, height: Int, scales: (x: Double, y: Double), _ kernel: ResamplingKernel
  ) -> Image {
    let across = Contributions(from: self.width, to: width, scale: scales.x, kernel)
    let down = Contributions(from: self.height, to: height, scale: scales.y, kernel)
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

  init(from source: Int, to count: Int, scale: Double, _ kernel: ResamplingKernel) {
    let width = kernel.width / min(scale, 1)
    let terms = Int(width.rounded(.up)) + 2
    var weights: [Double] = []
    var indices: [Int] = []
    for position in 1...count {
      let centre = Double(position) / scale + 0.5 * (1 - 1 / scale)
      let left = (centre - width / 2).rounded(.down)
      let row = (0..<terms).map { term -> Double in
        let distance = centre - (left + Double(term))
        return scale < 1 ? scale * kernel.value(at: scale * distance) : kernel.value(at: distance)
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
    typealias Block = SIMD8<Double>
    let blocks = (stride + Block.scalarCount - 1) / Block.scalarCount
    // Source rows as numbers, each made once: those that make up one position have places of their own.
    let reach = (0..<count).map { position in
      let rows = indices[position * taps..<(position + 1) * taps]
      return (rows.max() ?? 0) - (rows.min() ?? 0) + 1
    }
    let places = reach.max() ?? 1
    var cached = [Int](repeating: -1, count: places)
    var rows = [Block](repeating: .zero, count: places * blocks)
    func cache(_ row: Int) -> Int {
      let place = row % places
      if cached[place] != row {
        cached[place] = row
        for block in 0..<blocks {
          let x = block * Block.scalarCount
          rows[place * blocks + block] = Self.block(
            samples, row * stride + x, min(stride - x, Block.scalarCount))
        }
      }
      return place * blocks
    }
    var result = [Sample](repeating: 0, count: count * stride)
    var sums = [Block](repeating: .zero, count: blocks)
    for position in 0..<count {
      for block in 0..<blocks { sums[block] = .zero }
      for tap in position * taps..<(position + 1) * taps {
        let (weight, start) = (weights[tap], cache(indices[tap]))
        for block in 0..<blocks { sums[block] += rows[start + block] * weight }
      }
      for block in 0..<blocks {
        let (sum, x) = (sums[block], block * Block.scalarCount)
        for lane in 0..<min(stride - x, Block.scalarCount) {
          result[position * stride + x + lane] = rounded(sum[lane])
        }
      }
    }
    return result
  }

  /// Up to eight samples as numbers.
  private static func block<Sample: UnsignedInteger>(
    _ samples: [Sample], _ start: Int, _ count: Int
  ) -> SIMD8<Double> {
    func number(_ lane: Int) -> Double { lane < count ? Double(samples[start + lane]) : 0 }
    return SIMD8(
      number(0), number(1), number(2), number(3), number(4), number(5), number(6), number(7))
  }

  /// Resizes along the rows of a picture of `source` columns.
  func resizedColumns<Sample: UnsignedInteger & FixedWidthInteger>(
    of samples: [Sample], channels: Int
  ) -> [Sample] {
    let rows = samples.count / (source * channels)
    var result = [Sample](repeating: 0, count: rows * count * channels)
    var pixels = [SIMD4<Double>](repeating: .zero, count: source)
    var (from, to) = (0, 0)
    for _ in 0..<rows {
      for x in 0..<source {
        for channel in 0..<channels { pixels[x][channel] = Double(samples[from + channel]) }
        from += channels
      }
      var tap = 0
      for _ in 0..<count {
        var sum = SIMD4<Double>.zero
        for _ in 0..<taps {
          sum += pixels[indices[tap]] * weights[tap]
          tap += 1
        }
        for channel in 0..<channels { result[to + channel] = rounded(sum[channel]) }
        to += channels
      }
    }
    return result
  }
}

/// A sum as a sample: half rounds up, what lies outside is clamped.
private func rounded<Sample: UnsignedInteger & FixedWidthInteger>(_ value: Double) -> Sample {
  // By way of Int32, for the generic conversion of a floating-point number is several times slower.
  Sample(truncatingIfNeeded: Int32(min(max(value + 0.5, 0), Double(Sample.max))))
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
