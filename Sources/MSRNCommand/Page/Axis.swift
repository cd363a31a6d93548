#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// One axis of a plot: where numbers lie, and where its ticks are.
struct Axis {
  /// What is shown, in the plot's units, from the first end to the last.
  let span: (from: Double, to: Double)
  let isLogarithmic: Bool
  let range: ClosedRange<Double>

  /// An axis on which all values lie, and a little more.
  ///
  /// - Parameters:
  ///   - values: numbers; for a logarithmic axis above 0.
  ///   - span: where it begins and ends in the plot.
  ///   - isLogarithmic: whether equal distances are equal ratios.
  init(_ values: [Double], span: (from: Double, to: Double), isLogarithmic: Bool = false) {
    (self.span, self.isLogarithmic) = (span, isLogarithmic)
    let finite = values.filter { $0.isFinite && (!isLogarithmic || $0 > 0) }
    let low = finite.min() ?? 1, high = finite.max() ?? 1
    if isLogarithmic {
      range = low / 1.6...high * 1.6
    } else {
      let margin = high > low ? (high - low) * 0.12 : max(abs(high) * 0.05, 0.5)
      range = low - margin...high + margin
    }
  }

  /// The place of a number.
  func place(_ value: Double) -> Double {
    let (low, high) = (scaled(range.lowerBound), scaled(range.upperBound))
    return span.from + (span.to - span.from) * (scaled(value) - low) / (high - low)
  }

  private func scaled(_ value: Double) -> Double { isLogarithmic ? log10(value) : value }

  /// Round numbers within the range, three to six of them if there are so many.
  var ticks: [Double] {
    let (low, high) = (range.lowerBound, range.upperBound)
    if isLogarithmic {
      let powers = Int(log10(low).rounded(.down))...Int(log10(high).rounded(.up))
      func ticks(_ factors: [Double]) -> [Double] {
        powers.flatMap { power in factors.map { $0 * pow(10, Double(power)) } }.filter { range.contains($0) }
      }
      for factors in [[1], [1, 3], [1, 2, 5]] as [[Double]] {
        let ticks = ticks(factors)
        if (3...6).contains(ticks.count) { return ticks }
      }
      return ticks([1, 2, 5])
    }
    let rough = (high - low) / 5
    let power = pow(10, log10(rough).rounded(.down))
    let step = [1, 2, 5, 10].map { $0 * power }.first { $0 >= rough } ?? rough
    return stride(from: (low / step).rounded(.up), through: (high / step).rounded(.down), by: 1).map {
      $0 * step
    }
  }

  /// So many decimals that ticks differ.
  var decimals: Int {
    guard ticks.count > 1 else { return 1 }
    return max(0, Int((-log10(ticks[1] - ticks[0])).rounded(.up)))
  }
}
