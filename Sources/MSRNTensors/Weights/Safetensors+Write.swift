extension Weights {
  /// How numbers are written.
  public enum Precision: String, CaseIterable, Sendable {
    /// Four bytes a number, exactly what is in memory.
    case float32
    /// Two bytes a number, rounded to the nearest.
    case float16
  }

  /// The weights as a safetensors file, tensors in order of name, so that equal weights give equal bytes.
  ///
  /// - Throws: `WeightsError.notFinite` where a value is not finite, or would not be in half precision.
  public func safetensors(_ precision: Precision = .float32) throws(WeightsError) -> [UInt8] {
    var members: [String] = []
    if !metadata.isEmpty {
      let pairs = metadata.sorted { $0.key < $1.key }.map {
        "\(Self.quoted($0.key)):\(Self.quoted($0.value))"
      }
      members.append("\"__metadata__\":{\(pairs.joined(separator: ","))}")
    }
    var body: [UInt8] = []
    body.reserveCapacity(count * (precision == .float32 ? 4 : 2))
    for (name, tensor) in tensors.sorted(by: { $0.key < $1.key }) {
      let start = body.count
      for value in tensor.values {
        guard value.isFinite else { throw .notFinite(tensor: name) }
        switch precision {
        case .float32:
          Self.append(value.bitPattern, to: &body)
        case .float16:
          let half = ScalarType.narrow(half: value)
          guard half & 0x7C00 != 0x7C00 else { throw .notFinite(tensor: name) }
          Self.append(half, to: &body)
        }
      }
      let shape = tensor.shape.map(String.init).joined(separator: ",")
      members.append(
        Self.quoted(name) + ":{\"dtype\":\"\(precision == .float32 ? "F32" : "F16")\","
          + "\"shape\":[\(shape)],\"data_offsets\":[\(start),\(body.count)]}")
    }
    var header = Array("{\(members.joined(separator: ","))}".utf8)
    while header.count % 8 != 0 { header.append(UInt8(ascii: " ")) }
    var file: [UInt8] = []
    file.reserveCapacity(8 + header.count + body.count)
    Self.append(UInt64(header.count), to: &file)
    return file + header + body
  }

  private static func append(_ value: some FixedWidthInteger, to bytes: inout [UInt8]) {
    for shift in stride(from: 0, to: value.bitWidth, by: 8) {
      bytes.append(UInt8(truncatingIfNeeded: value >> shift))
    }
  }

  private static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"", "\\":
        result += "\\"
        result.unicodeScalars.append(scalar)
      case "\u{0}"..<" ":
        let digits = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default:
        result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}
