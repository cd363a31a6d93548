/// A place in some bytes, from which little-endian values are read; reading past the end is an error that names the byte.
struct Bytes {
  let data: [UInt8]
  let format: String
  var offset: Int
  let end: Int

  init(_ data: [UInt8], format: String, from offset: Int = 0) {
    (self.data, self.format, self.offset, end) = (data, format, offset, data.count)
  }

  /// Steps over `count` bytes and returns where they are.
  mutating func take(_ count: Int) throws(WeightsError) -> Range<Int> {
    guard count >= 0, offset >= 0, count <= end - offset else {
      throw .malformed(format: format, reason: "the data end too early, at byte \(offset) of \(end)")
    }
    defer { offset += count }
    return offset..<offset + count
  }

  mutating func byte() throws(WeightsError) -> UInt8 { data[try take(1).lowerBound] }

  /// An unsigned number of `bytes` bytes that must fit an `Int`.
  mutating func number(_ bytes: Int) throws(WeightsError) -> Int {
    let value = data[try take(bytes)].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    guard let number = Int(exactly: value) else {
      throw .malformed(format: format, reason: "a size of \(value) before byte \(offset)")
    }
    return number
  }

  /// `count` bytes of UTF-8.
  mutating func text(_ count: Int) throws(WeightsError) -> String {
    String(decoding: data[try take(count)], as: UTF8.self)
  }

  /// Text up to a line end.
  mutating func line() throws(WeightsError) -> String {
    guard let stop = data[offset..<min(end, offset + 4096)].firstIndex(of: 10) else {
      throw .malformed(format: format, reason: "a name without an end at byte \(offset)")
    }
    defer { offset = stop + 1 }
    return String(decoding: data[offset..<stop], as: UTF8.self)
  }
}
