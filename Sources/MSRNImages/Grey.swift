extension Image {
  /// The picture in red, green and blue; grey becomes three equal channels.
  ///
  /// Alpha stays. A profile for grey says nothing about the result and is left out.
  public func inRGB() -> Image {
    guard color == .grey else { return self }
    func spread<Sample>(_ values: [Sample]) -> [Sample] {
      var result: [Sample] = []
      result.reserveCapacity(values.count * 3)
      for start in stride(from: 0, to: values.count, by: channels) {
        for _ in 0..<3 { result.append(values[start]) }
        if hasAlpha { result.append(values[start + 1]) }
      }
      return result
    }
    let colours: Samples =
      switch samples {
      case .eight(let values): .eight(spread(values))
      case .sixteen(let values): .sixteen(spread(values))
      }
    var metadata = metadata
    metadata.icc = nil
    return Image(
      width: width, height: height, color: .rgb, hasAlpha: hasAlpha, samples: colours, metadata: metadata)
  }
}
