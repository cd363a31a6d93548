/// The safetensors format: 8 bytes of length, a JSON header, then raw little-endian tensors.
///
/// As the format's own reader does, this one accepts no holes, no overlaps and nothing after the last tensor.
/// github.com/huggingface/safetensors, "Format".
enum Safetensors {
  static let format = "safetensors"

  /// The header's largest size, as the format sets it.
  static let maximumHeader = 100_000_000

  /// Whether the data may be of this format: after the length, a JSON object begins.
  static func matches(_ data: [UInt8]) -> Bool { data.count > 8 && data[8] == UInt8(ascii: "{") }

  /// Types of tensors that are left out.
  private static let integers: Set<String> = ["BOOL", "U8", "I8", "I16", "U16", "I32", "U32", "I64", "U64"]

  static func read(_ data: [UInt8]) throws(WeightsError) -> Weights {
    var bytes = Bytes(data, format: format)
    let length = try bytes.number(8)
    guard length <= maximumHeader, length <= data.count - bytes.offset else {
      throw .malformed(
        format: format, reason: "a header of \(length) bytes in a file of \(data.count)")
    }
    var header = SafetensorsHeader(data, try bytes.take(length))
    try header.parse()
    try checkPlaces(header.entries, room: data.count - bytes.offset)

    var weights = Weights(metadata: header.metadata)
    for entry in header.entries {
      guard let type = ScalarType(rawValue: entry.type) else {
        if integers.contains(entry.type) { continue }  // counters of batch norm and the like
        throw .unsupported(
          format: format,
          reason: "tensor \(entry.name) has type \(entry.type.prefix(20)); F32, F16, BF16 and F64 are read")
      }
      guard let count = Tensor.count(entry.shape),
        case (let size, false) = count.multipliedReportingOverflow(by: type.size), size == entry.place.count
      else {
        throw .malformed(
          format: format,
          reason: "tensor \(entry.name) of shape \(entry.shape) and type \(entry.type) "
            + "has \(entry.place.count) bytes")
      }
      let (values, areFinite) = type.read(data, at: bytes.offset + entry.place.lowerBound, count: count)
      guard areFinite else { throw .notFinite(tensor: entry.name) }
      weights.tensors[entry.name] = Tensor(shape: entry.shape, values: values)
    }
    if weights.tensors.isEmpty {
      let found = header.entries.first.map { ": \($0.name) has type \($0.type)" } ?? ""
      throw .unsupported(format: format, reason: "it holds no tensors of type F32, F16, BF16 or F64\(found)")
    }
    return weights
  }

  /// Checks that the tensors fill the bytes after the header exactly once.
  private static func checkPlaces(
    _ entries: [SafetensorsHeader.Entry], room: Int
  ) throws(WeightsError) {
    var filled = 0
    for entry in entries.sorted(by: {
      ($0.place.lowerBound, $0.place.upperBound) < ($1.place.lowerBound, $1.place.upperBound)
    }) {
      guard entry.place.lowerBound == filled else {
        let what = entry.place.lowerBound < filled ? "overlaps another" : "leaves a gap before it"
        throw .malformed(
          format: format, reason: "tensor \(entry.name) at bytes \(entry.place) \(what)")
      }
      filled = entry.place.upperBound
    }
    guard filled == room else {
      throw .malformed(format: format, reason: "the tensors need \(filled) bytes, the file has \(room)")
    }
  }
}
