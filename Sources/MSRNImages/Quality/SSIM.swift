#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

extension Luma {
  /// The structural similarity, 1 for equal pictures.
  ///
  /// 11x11 Gaussian window of sigma 1.5, only where it lies wholly inside, K = (0.01, 0.03), L = 255, mean over the
  /// picture without `shave` pixels at each border. Throws when sizes differ or fewer than 11 pixels per side are left.
  /// Source: Wang et al., IEEE Trans. Image Processing 13 (2004), `ssim_index.m`. Cost: five separable filters.
  public func ssim(to reference: Luma, shave: Int) throws(QualityError) -> Double {
    let (a, b) = try shaved(with: reference, shave, needed: Window.side)
    let window = Window(width: a.width, height: a.height)
    func products(_ a: [Double], _ b: [Double]) -> [Double] { zip(a, b).map { $0 * $1 } }
    let (meanA, meanB) = (window.means(of: a.values), window.means(of: b.values))
    let squaresA = window.means(of: products(a.values, a.values))
    let squaresB = window.means(of: products(b.values, b.values))
    let mixed = window.means(of: products(a.values, b.values))
    let (c1, c2) = (0.01 * 255 * (0.01 * 255), 0.03 * 255 * (0.03 * 255))
    var sum = 0.0
    for index in meanA.indices {
      let (x, y) = (meanA[index], meanB[index])
      let variances = squaresA[index] - x * x + (squaresB[index] - y * y)
      let covariance = mixed[index] - x * y
      sum += (2 * x * y + c1) * (2 * covariance + c2) / ((x * x + y * y + c1) * (variances + c2))
    }
    return sum / Double(meanA.count)
  }
}

/// The Gaussian window laid on every place of a picture where it fits.
private struct Window {
  static let side = 11
  private let weights: [Double]
  private let width: Int
  private let height: Int

  init(width: Int, height: Int) {
    let values = (0..<Window.side).map { index -> Double in
      let distance = Double(index - Window.side / 2)
      return exp(-distance * distance / (2 * 1.5 * 1.5))
    }
    let sum = values.reduce(0, +)
    weights = values.map { $0 / sum }
    (self.width, self.height) = (width, height)
  }

  /// Weighted means, (height - 10) x (width - 10) of them.
  func means(of values: [Double]) -> [Double] {
    let columns = width - Window.side + 1
    var rows = [Double](repeating: 0, count: height * columns)
    for y in 0..<height {
      for (offset, weight) in weights.enumerated() {
        for x in 0..<columns { rows[y * columns + x] += weight * values[y * width + x + offset] }
      }
    }
    var result = [Double](repeating: 0, count: (height - Window.side + 1) * columns)
    for y in 0..<height - Window.side + 1 {
      for (offset, weight) in weights.enumerated() {
        for x in 0..<columns { result[y * columns + x] += weight * rows[(y + offset) * columns + x] }
      }
    }
    return result
  }
}
