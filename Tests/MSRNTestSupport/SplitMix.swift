/// A small seeded generator, so that every random test can be repeated.
///
/// SplitMix64: Steele, Lea and Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014.
public struct SplitMix: RandomNumberGenerator {
  private var state: UInt64

  /// A generator whose sequence follows from `seed` alone.
  public init(seed: UInt64) { state = seed }

  /// The next 64 uniform bits.
  public mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// A value uniform in -1 ..< 1.
  public mutating func unit() -> Float { Float(Int64(bitPattern: next() >> 11)) / Float(1 << 52) - 1 }
}
