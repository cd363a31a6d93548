extension Image {
  /// A part of the picture, with its metadata and the pixel size that this states corrected.
  ///
  /// - Parameters:
  ///   - width: columns kept.
  ///   - height: rows kept.
  ///   - x: the first column, by default that at the left.
  ///   - y: the first row, by default the one at the top.
  /// - Returns: the part; the picture itself where all of it is kept.
  public func cropped(width: Int, height: Int, x: Int = 0, y: Int = 0) -> Image {
    precondition(
      width > 0 && height > 0 && x >= 0 && y >= 0 && width <= self.width - x && height <= self.height - y,
      "\(width)x\(height) at \(x),\(y) is no part of \(self.width)x\(self.height)")
    if width == self.width && height == self.height { return self }
    func crop<Sample>(_ values: [Sample]) -> [Sample] {
      var part: [Sample] = []
      part.reserveCapacity(width * height * channels)
      for row in y..<y + height {
        let start = (row * self.width + x) * channels
        part += values[start..<start + width * channels]
      }
      return part
    }
    let part: Samples =
      switch samples {
      case .eight(let values): .eight(crop(values))
      case .sixteen(let values): .sixteen(crop(values))
      }
    var metadata = metadata
    metadata.setPixelSize(width: width, height: height)
    return Image(
      width: width, height: height, color: color, hasAlpha: hasAlpha, samples: part, metadata: metadata)
  }
}
