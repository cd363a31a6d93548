extension Image {
  /// The picture with its pixels turned upright as `metadata.orientation` asks, and the tag reset to 1.
  ///
  /// For orientations 5...8 width and height, the density's axes and the stated pixel size change places. A thumbnail
  /// in EXIF, which is not turned, is unlinked. An upright picture is returned as it is. Cost: one copy of the samples.
  public func oriented() -> Image {
    let orientation = metadata.orientation
    guard orientation != 1 else { return self }
    let isTransposed = orientation >= 5
    var metadata = metadata
    metadata.resetOrientation()
    metadata.unlinkThumbnail()
    if isTransposed {
      metadata.exchangeAxes()
      metadata.setPixelSize(width: height, height: width)
    }
    let turned: Samples =
      switch samples {
      case .eight(let values): .eight(turned(values, orientation))
      case .sixteen(let values): .sixteen(turned(values, orientation))
      }
    return Image(
      width: isTransposed ? height : width, height: isTransposed ? width : height, color: color,
      hasAlpha: hasAlpha,
      samples: turned, metadata: metadata)
  }

  private func turned<Sample>(_ source: [Sample], _ orientation: Int) -> [Sample] {
    let (columns, rows) = orientation >= 5 ? (height, width) : (width, height)
    let channels = channels
    let (right, bottom) = (width - 1, height - 1)
    // Sample index of the source pixel for column 0 of row y, and what one column further adds.
    func origin(_ y: Int) -> (start: Int, step: Int) {
      let (x, y, dx, dy) =
        switch orientation {
        case 2: (right, y, -1, 0)
        case 3: (right, bottom - y, -1, 0)
        case 4: (0, bottom - y, 1, 0)
        case 5: (y, 0, 0, 1)
        case 6: (y, bottom, 0, -1)
        case 7: (right - y, bottom, 0, -1)
        case 8: (right - y, 0, 0, 1)
        default: (0, y, 1, 0)
        }
      return ((y * width + x) * channels, (dy * width + dx) * channels)
    }
    var result: [Sample] = []
    result.reserveCapacity(source.count)
    for y in 0..<rows {
      var (position, step) = origin(y)
      for _ in 0..<columns {
        for channel in 0..<channels { result.append(source[position + channel]) }
        position += step
      }
    }
    return result
  }
}
