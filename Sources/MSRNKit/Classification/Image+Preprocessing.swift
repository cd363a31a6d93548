public import MSRNImages
public import MSRNModels
public import MSRNTensors

extension Image {
  /// The picture as a classification network reads it.
  ///
  /// Alpha is left out. Where a network reads one channel, that is Pillow's luma.
  ///
  /// - Parameter preprocessing: Sizes, means, deviations.
  /// - Returns: `[C, crop, crop]` with a channel for each mean.
  public func prepared(_ preprocessing: Preprocessing) -> Tensor {
    let crop = preprocessing.crop, shorter = min(width, height)
    // The longer side is cut off to whole pixels, as torchvision does.
    let target = max(preprocessing.resize, crop)
    let size = (width: width * target / shorter, height: height * target / shorter)
    let filter: PillowFilter = preprocessing.interpolation == .bicubic ? .bicubic : .bilinear
    let part = droppingAlpha().resized(width: size.width, height: size.height, filter: filter)
      .croppedToCentre(width: crop, height: crop).inRGB()
    guard case .eight(let samples) = part.samples else { preconditionFailure("resizing gives 8 bits") }
    let channels = preprocessing.mean.count, area = crop * crop
    var result = Tensor(shape: [channels, crop, crop])
    for c in 0..<channels {
      for pixel in 0..<area {
        let sample = channels == 1 ? Self.luma(samples[3 * pixel..<3 * pixel + 3]) : samples[3 * pixel + c]
        result.values[c * area + pixel] =
          (Float(sample) / 255 - preprocessing.mean[c]) / preprocessing.deviation[c]
      }
    }
    return result
  }

  /// ITU-R 601 luma as Pillow's `convert("L")` rounds it.
  private static func luma(_ rgb: ArraySlice<UInt8>) -> UInt8 {
    let weighted = zip(rgb, [19595, 38470, 7471]).reduce(0x8000) { $0 + Int($1.0) * $1.1 }
    return UInt8(weighted >> 16)
  }
}
