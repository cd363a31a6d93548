import MSRNImages
import MSRNKit

/// A part of one picture as the original has it and as each method makes it.
struct Example: Sendable {
  /// What one method makes of the part.
  struct View: Sendable {
    let name: String
    /// Of the whole picture; `nil` for the original.
    let score: EvaluationReport.Result?
    let image: Image
    /// How far it is from the original; `nil` for the original.
    let errors: Image?
  }

  let set: String
  let picture: String
  /// dB of the whole picture that the second view has over the first; `nil` where there is one alone.
  let gain: Double?
  /// The part's first column and row, its columns and rows.
  let place: (x: Int, y: Int, width: Int, height: Int)
  let original: Image
  /// What is compared first: the baseline and the method that the report is about; then the others.
  let views: [View]
  /// Levels of 255 from which on an error map has its lightest colour.
  let full: Double

  /// The largest part that is shown.
  static let size = (width: 192, height: 144)

  /// Cuts a part out of a picture: the one in which the second view gains most over the first, or loses most.
  ///
  /// - Parameters:
  ///   - set: the set's name.
  ///   - picture: the picture's name.
  ///   - hr: the original.
  ///   - results: what each method made of it, the baseline first; at least one.
  ///   - isGain: whether the part of the largest gain is looked for, else the one of the largest loss.
  /// - Throws: `QualityError` where sizes differ.
  init(
    set: String, picture: String, hr: Image,
    results: [(name: String, score: EvaluationReport.Result, image: Image)],
    isGain: Bool
  ) throws(QualityError) {
    (self.set, self.picture) = (set, picture)
    gain = results.count > 1 ? results[1].score.psnr - results[0].score.psnr : nil
    let (width, height) = (min(hr.width, Self.size.width), min(hr.height, Self.size.height))
    var maps: [[Double]] = []
    for result in results { maps.append(try ErrorMap.levels(result.image, hr)) }
    let sign = isGain ? 1.0 : -1.0
    let weights = maps[0].indices.map { pixel in
      let first = maps[0][pixel] * maps[0][pixel]
      return maps.count > 1 ? sign * (first - maps[1][pixel] * maps[1][pixel]) : first
    }
    let corner = Self.heaviest(weights, of: (hr.width, hr.height), part: (width, height))
    place = (corner.x, corner.y, width, height)
    func part(_ image: Image) -> Image {
      image.cropped(width: width, height: height, x: corner.x, y: corner.y)
    }
    func part(_ map: [Double]) -> [Double] {
      (corner.y..<corner.y + height).flatMap { y in
        map[y * hr.width + corner.x..<y * hr.width + corner.x + width]
      }
    }
    // One scale for all: what a hundredth of the first two views' pixels exceed.
    let seen = maps.prefix(2).flatMap(part).sorted()
    let full = max(4, seen[seen.count - 1 - seen.count / 100].rounded(.up))
    self.full = full
    original = part(hr)
    views = zip(results, maps).map { result, map in
      View(
        name: result.name, score: result.score, image: part(result.image),
        errors: ErrorMap.picture(part(map), width: width, full: full))
    }
  }

  /// The corner of the part with the largest sum.
  private static func heaviest(
    _ values: [Double], of size: (width: Int, height: Int), part: (width: Int, height: Int)
  ) -> (x: Int, y: Int) {
    let stride = size.width + 1
    // Sums of all that is above and to the left.
    var sums = [Double](repeating: 0, count: stride * (size.height + 1))
    for y in 0..<size.height {
      var row = 0.0
      for x in 0..<size.width {
        row += values[y * size.width + x]
        sums[(y + 1) * stride + x + 1] = sums[y * stride + x + 1] + row
      }
    }
    var best = (x: 0, y: 0, sum: -Double.infinity)
    for y in 0...size.height - part.height {
      for x in 0...size.width - part.width {
        let (right, below) = (x + part.width, (y + part.height) * stride)
        let sum = sums[below + right] - sums[below + x] - sums[y * stride + right] + sums[y * stride + x]
        if sum > best.sum { best = (x, y, sum) }
      }
    }
    return (best.x, best.y)
  }
}
