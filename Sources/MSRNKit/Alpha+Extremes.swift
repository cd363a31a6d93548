import MSRNImages

extension Image {
  /// This alpha, enlarged from `small`, with wholly opaque and wholly transparent areas made exactly that again.
  ///
  /// A network gives 254 here and there where 255 went in. Wherever a pixel of `small` and the two around it to each side
  /// are all 0 or all the maximum, the pixels it has become get that value. Both pictures are grey, of one depth.
  func keepingExtremes(of small: Image, scale: Int) -> Image {
    var result = self
    switch (small.samples, samples) {
    case (.eight(let before), .eight(let after)):
      result.samples = .eight(kept(before, after, width: small.width, height: small.height, scale: scale))
    case (.sixteen(let before), .sixteen(let after)):
      result.samples = .sixteen(kept(before, after, width: small.width, height: small.height, scale: scale))
    default: preconditionFailure("an alpha and what it became have one depth")
    }
    return result
  }

  private func kept<Sample: FixedWidthInteger>(
    _ before: [Sample], _ after: [Sample], width: Int, height: Int, scale: Int
  ) -> [Sample] {
    let radius = 2
    var after = after
    // How far the run of equal values goes on to each side, first along rows, then along columns.
    var inRow = [Bool](repeating: false, count: before.count)
    for y in 0..<height {
      for x in 0..<width {
        let value = before[y * width + x]
        guard value == 0 || value == .max else { continue }
        inRow[y * width + x] = (max(0, x - radius)...min(width - 1, x + radius)).allSatisfy {
          before[y * width + $0] == value
        }
      }
    }
    for y in 0..<height {
      for x in 0..<width where inRow[y * width + x] {
        let value = before[y * width + x]
        let uniform = (max(0, y - radius)...min(height - 1, y + radius)).allSatisfy {
          inRow[$0 * width + x] && before[$0 * width + x] == value
        }
        guard uniform else { continue }
        for row in y * scale..<(y + 1) * scale {
          for column in x * scale..<(x + 1) * scale { after[row * width * scale + column] = value }
        }
      }
    }
    return after
  }
}
