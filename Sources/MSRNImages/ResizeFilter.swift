#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// The kernel that a picture is resized with; when reducing it is widened, so that nothing aliases.
public enum ResizeFilter: String, CaseIterable, Hashable, Sendable {
  /// Keys' cubic kernel with a = -0.5, which is MATLAB's (IEEE Transactions on ASSP 29, 1981).
  case bicubic
  /// The sinc windowed by its own middle lobe, three lobes to each side (Lanczos; Duchon, 1979): sharper, with more ringing.
  case lanczos

  /// Source pixels, to each side, that a pixel depends on when nothing is reduced.
  public var radius: Int { self == .bicubic ? 2 : 3 }

  /// The kernel's value at a distance in source pixels, where nothing is reduced.
  func weight(_ distance: Double) -> Double {
    switch self {
    case .bicubic: cubic(distance)
    case .lanczos: abs(distance) < 3 ? sinc(distance) * sinc(distance / 3) : 0
    }
  }
}

private func sinc(_ x: Double) -> Double { x == 0 ? 1 : sin(.pi * x) / (.pi * x) }

private func cubic(_ x: Double) -> Double {
  let a = abs(x)
  let square = a * a
  // The cube is rounded once, as `pow` does.
  let low = (-square).addingProduct(a, a)
  let product = square * a
  let cube = product + ((-product).addingProduct(square, a) + low * a)
  if a <= 1 { return 1.5 * cube - 2.5 * square + 1 }
  return a <= 2 ? -0.5 * cube + 2.5 * square - 4 * a + 2 : 0
}
