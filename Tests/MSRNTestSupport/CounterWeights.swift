public import MSRNTensors

/// Tensors from a name and a counter alone, the same bits here and in `Tests/Golden/family/generator.py`, which says how.
public enum CounterWeights {
  /// Value `index` of a tensor, uniform in 0 ..< 1.
  private static func uniform(_ hash: UInt64, _ index: Int) -> Double {
    var z = hash &+ UInt64(index + 1) &* 0x9E37_79B9_7F4A_7C15
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return Double((z ^ (z >> 31)) >> 40) / Double(1 << 24)
  }

  private static func hash(_ name: String) -> UInt64 {
    name.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
  }

  /// Values of that name, uniform in 0 ..< 1.
  public static func uniform(_ name: String, _ count: Int) -> [Double] {
    let hash = hash(name)
    return (0..<count).map { uniform(hash, $0) }
  }

  /// Bytes of that name.
  public static func bytes(_ name: String, _ count: Int) -> [UInt8] {
    uniform(name, count).map { UInt8($0 * 256) }
  }

  /// A tensor of that name and shape.
  public static func tensor(_ name: String, _ shape: [Int], gain: Double = 1) -> Tensor {
    let hash = hash(name)
    let isMatrix = shape.count >= 2
    let scale: Double, shift: Double
    switch name.split(separator: ".").last {
    case "weight" where isMatrix:
      let bound = (6 / Double(shape.dropFirst().reduce(1, *))).squareRoot()
      return fill(shape, hash) { (2 * $0 - 1) * bound }
    case "weight": (scale, shift) = (gain, 0.5)
    case "running_var": (scale, shift) = (1, 0.5)
    case "bias", "running_mean": return fill(shape, hash) { (2 * $0 - 1) / 10 }
    default: return fill(shape, hash) { (2 * $0 - 1) * 3.0.squareRoot() }
    }
    return fill(shape, hash) { scale * ($0 + shift) }
  }

  private static func fill(_ shape: [Int], _ hash: UInt64, _ value: (Double) -> Double) -> Tensor {
    Tensor(
      shape: shape, values: (0..<shape.reduce(1, *)).map { Float(value(uniform(hash, $0))) })
  }
}
