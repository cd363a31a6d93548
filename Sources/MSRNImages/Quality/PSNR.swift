#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

extension Luma {
  /// The peak signal-to-noise ratio in dB, 10 log10(255² / mean squared difference); infinite for equal pictures.
  ///
  /// `shave` pixels at each border are left out; benchmarks leave out as many as the scale. Throws when sizes differ or
  /// nothing is left.
  public func psnr(to reference: Luma, shave: Int) throws(QualityError) -> Double {
    Self.psnr(meanSquaredError: try meanSquaredError(to: reference, shave: shave))
  }

  /// The peak signal-to-noise ratio in dB that a mean squared difference of values 0...255 stands for.
  public static func psnr(meanSquaredError: Double) -> Double {
    meanSquaredError == 0 ? .infinity : 10 * log10(255 * 255 / meanSquaredError)
  }

  /// The mean of the squared differences, without `shave` pixels at each border.
  ///
  /// - Parameters:
  ///   - reference: a picture of the same size.
  ///   - shave: rows and columns left out at each border.
  /// - Returns: the mean, 0 for equal pictures.
  /// - Throws: `QualityError` when sizes differ or nothing is left.
  public func meanSquaredError(to reference: Luma, shave: Int) throws(QualityError) -> Double {
    let inside = try compared(with: reference, shave, needed: 1)
    var sum = 0.0
    for y in inside.rows {
      let row = y * width
      for index in row + inside.columns.lowerBound..<row + inside.columns.upperBound {
        let difference = values[index] - reference.values[index]
        sum += difference * difference
      }
    }
    return sum / Double(inside.rows.count * inside.columns.count)
  }
}
