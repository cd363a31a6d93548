extension Image {
  /// The top left part of the picture, with its metadata and the pixel size that this states corrected.
  ///
  /// - Parameters:
  ///   - width: columns kept, at most those that there are.
  ///   - height: rows kept, at most those that there are.
  /// - Returns: the part; the picture itself where all of it is kept.
  public func cropped(width: Int, height: Int) -> Image {
    precondition(
      (1...self.width).contains(width) && (1...self.height).contains(height),
      "\(width)x\(height) is no part of \(self.width)x\(self.height)")
    if width == self.width && height == self.height { return self }
    func crop<Sample>(_ values: [Sample]) -> [Sample] {
      var part: [Sample] = []
      part.reserveCapacity(width * height * channels)
      for y in 0..<height {
        let start = y * self.width * channels
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
