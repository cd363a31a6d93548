/// A number format that tensors are stored in, little-endian.
enum ScalarType: String, CaseIterable, Sendable {
  case float64 = "F64"
  case float32 = "F32"
  case float16 = "F16"
  case bfloat16 = "BF16"

  /// Bytes of one value.
  var size: Int {
    switch self {
    case .float64: 8
    case .float32: 4
    case .float16, .bfloat16: 2
    }
  }

  /// Widens (or, from double precision, rounds) `count` values that start at `offset`, and tells whether all are finite.
  ///
  /// The caller has checked the range.
  func read(_ data: [UInt8], at offset: Int, count: Int) -> (values: [Float], areFinite: Bool) {
    switch self {
    case .float64: Self.convert(data, offset, count) { (bits: UInt64) in Float(Double(bitPattern: bits)) }
    case .float32: Self.convert(data, offset, count) { (bits: UInt32) in Float(bitPattern: bits) }
    case .float16: Self.convert(data, offset, count) { (bits: UInt16) in Self.widen(half: bits) }
    case .bfloat16:
      Self.convert(data, offset, count) { (bits: UInt16) in Float(bitPattern: UInt32(bits) << 16) }
    }
  }

  @inline(__always)
  private static func convert<Bits: FixedWidthInteger & BitwiseCopyable>(
    _ data: [UInt8], _ offset: Int, _ count: Int, _ float: (Bits) -> Float
  ) -> (values: [Float], areFinite: Bool) {
    let size = MemoryLayout<Bits>.size
    precondition(
      offset >= 0 && offset <= data.count && count >= 0 && count <= (data.count - offset) / size,
      "values lie within the data")
    var carry: UInt32 = 0
    let values = unsafe data.withUnsafeBytes { bytes in
      unsafe [Float](unsafeUninitializedCapacity: count) { values, initialized in
        for i in 0..<count {
          let at = offset &+ i &* size
          let value = float(Bits(littleEndian: unsafe bytes.loadUnaligned(fromByteOffset: at, as: Bits.self)))
          // An exponent of ones, and no other, carries into the place of the sign.
          carry |= (value.bitPattern & 0x7FFF_FFFF) &+ 0x0080_0000
          unsafe values.initializeElement(at: i, to: value)
        }
        initialized = count
      }
    }
    return (values, carry < 0x8000_0000)
  }

  /// IEEE 754 binary16 to binary32, exactly (`Float16` does not exist on every platform).
  static func widen(half bits: UInt16) -> Float {
    let sign = UInt32(bits & 0x8000) << 16, exponent = UInt32(bits >> 10 & 0x1F),
      fraction = UInt32(bits & 0x3FF)
    switch exponent {
    case 0:
      let value = Float(fraction) * 0x1p-24
      return sign == 0 ? value : -value
    case 0x1F: return Float(bitPattern: sign | 0x7F80_0000 | fraction << 13)
    default: return Float(bitPattern: sign | (exponent + 112) << 23 | fraction << 13)
    }
  }

  /// Rounds binary32 to binary16, to nearest and ties to even.
  static func narrow(half value: Float) -> UInt16 {
    let bits = value.bitPattern
    let sign = UInt16(bits >> 16 & 0x8000)
    let magnitude = value.magnitude
    if magnitude.isNaN { return sign | 0x7E00 }
    if magnitude >= 65520 { return sign | 0x7C00 }
    if magnitude < 0x1p-14 { return sign | UInt16((magnitude * 0x1p24).rounded(.toNearestOrEven)) }
    let rounded = bits & 0x7FFF_FFFF &+ 0xFFF &+ (bits >> 13 & 1)
    return sign | UInt16((rounded >> 13) &- (112 << 10))
  }
}
