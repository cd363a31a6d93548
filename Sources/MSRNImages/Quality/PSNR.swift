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
    let (a, b) = try shaved(with: reference, shave, needed: 1)
    var sum = 0.0
    for index in a.values.indices {
      let difference = a.values[index] - b.values[index]
      sum += difference * difference
    }
    return sum == 0 ? .infinity : 10 * log10(255 * 255 / (sum / Double(a.values.count)))
  }
}
