extension Image {
  /// The alpha that every pixel has, in the picture's own depth; nil without alpha or where it varies.
  public var alphaIsConstant: UInt16? {
    guard hasAlpha else { return nil }
    func constant<Sample: UnsignedInteger>(_ values: [Sample]) -> UInt16? {
      let first = values[channels - 1]
      for index in stride(from: channels - 1, to: values.count, by: channels) where values[index] != first {
        return nil
      }
      return UInt16(first)
    }
    return switch samples {
    case .eight(let values): constant(values)
    case .sixteen(let values): constant(values)
    }
  }

  /// The picture without its alpha; the colours under transparency show.
  public func droppingAlpha() -> Image { hasAlpha ? splitAlpha().colour : self }

  /// The colours, with the metadata, and the alpha as a grey picture of the same depth, without metadata.
  ///
  /// The picture must have alpha.
  public func splitAlpha() -> (colour: Image, alpha: Image) {
    precondition(hasAlpha, "a picture without alpha cannot be split")
    func split<Sample>(_ values: [Sample]) -> (colour: [Sample], alpha: [Sample]) {
      var (colour, alpha): ([Sample], [Sample]) = ([], [])
      colour.reserveCapacity(width * height * color.channels)
      alpha.reserveCapacity(width * height)
      for start in stride(from: 0, to: values.count, by: channels) {
        for index in start..<start + color.channels { colour.append(values[index]) }
        alpha.append(values[start + color.channels])
      }
      return (colour, alpha)
    }
    let parts: (colour: Samples, alpha: Samples)
    switch samples {
    case .eight(let values):
      let (colour, alpha) = split(values)
      parts = (.eight(colour), .eight(alpha))
    case .sixteen(let values):
      let (colour, alpha) = split(values)
      parts = (.sixteen(colour), .sixteen(alpha))
    }
    return (
      Image(width: width, height: height, color: color, samples: parts.colour, metadata: metadata),
      Image(width: width, height: height, color: .grey, samples: parts.alpha)
    )
  }

  /// The picture with `alpha`, a grey picture of the same size and depth, as its alpha; metadata is the receiver's.
  ///
  /// The picture must have no alpha yet.
  public func joined(alpha: Image) -> Image {
    precondition(!hasAlpha, "a picture with alpha cannot get another")
    precondition(alpha.color == .grey && !alpha.hasAlpha, "alpha is a grey picture")
    precondition(
      alpha.width == width && alpha.height == height,
      "alpha of \(alpha.width)x\(alpha.height) does not fit \(width)x\(height)")
    func join<Sample>(_ colour: [Sample], _ alpha: [Sample]) -> [Sample] {
      var result: [Sample] = []
      result.reserveCapacity(colour.count + alpha.count)
      for pixel in alpha.indices {
        for index in pixel * channels..<(pixel + 1) * channels { result.append(colour[index]) }
        result.append(alpha[pixel])
      }
      return result
    }
    let joined: Samples
    switch (samples, alpha.samples) {
    case (.eight(let a), .eight(let b)): joined = .eight(join(a, b))
    case (.sixteen(let a), .sixteen(let b)): joined = .sixteen(join(a, b))
    default: preconditionFailure("alpha of \(alpha.depth) bits does not fit \(depth) bits")
    }
    return Image(
      width: width, height: height, color: color, hasAlpha: true, samples: joined, metadata: metadata)
  }

  /// The picture laid over an opaque colour, without alpha; one without alpha is returned as it is.
  ///
  /// Values are mixed as they are stored, as viewers do, not in linear light. A grey picture stays grey on a grey matte
  /// and becomes RGB on a coloured one. Metadata is carried.
  public func flattened(matte: Matte) -> Image {
    guard hasAlpha else { return self }
    let result: Color = color == .grey && matte.isGrey ? .grey : .rgb
    let back = [matte.red, matte.green, matte.blue].prefix(result.channels).map {
      Int(($0 * Double(maximum)).rounded())
    }
    func flatten<Sample: UnsignedInteger & FixedWidthInteger>(_ values: [Sample]) -> [Sample] {
      var flat: [Sample] = []
      flat.reserveCapacity(width * height * result.channels)
      let whole = Int(Sample.max)
      for start in stride(from: 0, to: values.count, by: channels) {
        let alpha = Int(values[start + color.channels])
        for channel in 0..<result.channels {
          let front = Int(values[start + (color == .grey ? 0 : channel)])
          flat.append(Sample((front * alpha + back[channel] * (whole - alpha) + whole / 2) / whole))
        }
      }
      return flat
    }
    let flat: Samples =
      switch samples {
      case .eight(let values): .eight(flatten(values))
      case .sixteen(let values): .sixteen(flatten(values))
      }
    return Image(width: width, height: height, color: result, samples: flat, metadata: metadata)
  }
}

extension Image {
  /// The picture with the colours of visible pixels grown outward under fully transparent ones.
  ///
  /// What lies under transparency is arbitrary (mostly black) and would show as a halo once a filter or network mixes it
  /// with its neighbours. Each transparent pixel within `radius` pixels (counted in king's moves) of a visible one gets
  /// the mean colour of those of its eight neighbours that are nearer; farther ones keep their colour, and so does
  /// everything when no pixel is visible. Alpha is untouched. `radius` should be the filter's reach.
  /// Cost: each pixel is filled once from eight others, whatever the radius.
  public func bleedingColour(radius: Int) -> Image {
    guard hasAlpha, radius > 0 else { return self }
    var result = self
    switch samples {
    case .eight(let values): result.samples = .eight(bled(values, radius))
    case .sixteen(let values): result.samples = .sixteen(bled(values, radius))
    }
    return result
  }

  /// How far a pixel's colour is known while colours grow.
  private enum State { case empty, waiting, filled }

  private func bled<Sample: UnsignedInteger & FixedWidthInteger>(_ source: [Sample], _ radius: Int)
    -> [Sample]
  {
    var values = source
    var states = [State](repeating: .empty, count: width * height)
    var isPartial = false
    for pixel in states.indices {
      if values[pixel * channels + color.channels] != 0 { states[pixel] = .filled } else { isPartial = true }
    }
    guard isPartial else { return values }

    func neighbours(of pixel: Int, _ body: (Int) -> Void) {
      let (x, y) = (pixel % width, pixel / width)
      for row in max(y - 1, 0)...min(y + 1, height - 1) {
        for column in max(x - 1, 0)...min(x + 1, width - 1) { body(row * width + column) }
      }
    }
    /// The empty neighbours of `pixels`, each once.
    func next(around pixels: some Sequence<Int>) -> [Int] {
      var ring: [Int] = []
      for pixel in pixels {
        neighbours(of: pixel) {
          if states[$0] == .empty {
            states[$0] = .waiting
            ring.append($0)
          }
        }
      }
      return ring
    }

    var ring = next(around: states.indices.lazy.filter { states[$0] == .filled })
    for _ in 0..<radius where !ring.isEmpty {
      for pixel in ring {
        var sum = (0, 0, 0)
        var count = 0
        neighbours(of: pixel) {
          guard states[$0] == .filled else { return }
          let start = $0 * channels
          sum.0 += Int(values[start])
          if color == .rgb {
            sum.1 += Int(values[start + 1])
            sum.2 += Int(values[start + 2])
          }
          count += 1
        }
        let start = pixel * channels
        values[start] = Sample((sum.0 + count / 2) / count)
        if color == .rgb {
          values[start + 1] = Sample((sum.1 + count / 2) / count)
          values[start + 2] = Sample((sum.2 + count / 2) / count)
        }
      }
      for pixel in ring { states[pixel] = .filled }
      ring = next(around: ring)
    }
    return values
  }
}
