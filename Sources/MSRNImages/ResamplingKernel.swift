#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// How far, and with which weight, pixels reach into what is made of them by resampling.
public enum ResamplingKernel: String, CaseIterable, Hashable, Sendable {
  /// Keys' cubic kernel with a = -0.5, two pixels to each side: "bicubic".
  case bicubic
  /// A sinc under a wider one, three pixels to each side: "lanczos3".
  case lanczos

  /// Source pixels, to each side, that a pixel depends on when nothing is reduced.
  public var radius: Int { self == .bicubic ? 2 : 3 }

  /// Pixels from end to end.
  var width: Double { 2 * Double(radius) }

  /// The weight at a distance in pixels.
  func value(at x: Double) -> Double { self == .bicubic ? Self.keys(x) : Self.windowedSinc(x) }

  /// MATLAB's `lanczos3`, whose small addends keep zero from being divided by zero.
  private static func windowedSinc(_ x: Double) -> Double {
    guard abs(x) < 3 else { return 0 }
    let epsilon = 0x1p-52
    return (sin(.pi * x) * sin(.pi * x / 3) + epsilon) / (.pi * .pi * (x * x) / 3 + epsilon)
  }

  /// Keys' cubic kernel with a = -0.5, from IEEE Transactions on ASSP 29 (1981).
  private static func keys(_ x: Double) -> Double {
    let a = abs(x)
    let square = a * a
    // The cube is rounded once, as `pow` does.
    let low = (-square).addingProduct(a, a)
    let product = square * a
    let cube = product + ((-product).addingProduct(square, a) + low * a)
    if a <= 1 { return 1.5 * cube - 2.5 * square + 1 }
    return a <= 2 ? -0.5 * cube + 2.5 * square - 4 * a + 2 : 0
  }
}
