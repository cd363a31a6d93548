extension Image {
  /// The picture enlarged by repeating each pixel `scale` times along both sides, as nearest-neighbour interpolation does.
  public func repeated(_ scale: Int) -> Image {
    precondition(scale > 0, "a scale is positive, not \(scale)")
    return picked(width: width * scale, height: height * scale) { $0 / scale }
  }

  /// The picture of every `scale`th pixel along both sides, beginning with the middle one, as MATLAB's
  /// `imresize(…, 1 / scale, 'nearest')` takes them for an odd scale.
  ///
  /// The sides must be multiples of `scale`.
  public func subsampled(_ scale: Int) -> Image {
    precondition(scale > 0 && scale % 2 == 1, "a scale with a middle pixel is odd, not \(scale)")
    precondition(
      width % scale == 0 && height % scale == 0, "\(width)x\(height) is not a multiple of \(scale)")
    return picked(width: width / scale, height: height / scale) { $0 * scale + scale / 2 }
  }

  /// A picture whose pixel in column x and row y is that of column `source(x)` and row `source(y)`.
  private func picked(width: Int, height: Int, _ source: (Int) -> Int) -> Image {
    let columns = (0..<width).map { source($0) * channels }
    func pick<Sample>(_ values: [Sample]) -> [Sample] {
      var result: [Sample] = []
      result.reserveCapacity(width * height * channels)
      for y in 0..<height {
        let row = source(y) * self.width * channels
        for column in columns {
          for index in row + column..<row + column + channels { result.append(values[index]) }
        }
      }
      return result
    }
    let picked: Samples =
      switch samples {
      case .eight(let values): .eight(pick(values))
      case .sixteen(let values): .sixteen(pick(values))
      }
    var metadata = metadata
    metadata.setPixelSize(width: width, height: height)
    return Image(
      width: width, height: height, color: color, hasAlpha: hasAlpha, samples: picked, metadata: metadata)
  }
}
