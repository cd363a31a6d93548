/// The JSON header of a safetensors file: text pairs, and the type, shape and place of every tensor.
///
/// Only the JSON that such a header may have is understood, so nesting is bounded by the grammar.
struct SafetensorsHeader {
  /// One tensor as the header describes it.
  struct Entry {
    let name: String
    let type: String
    let shape: [Int]
    /// Bytes after the header.
    let place: Range<Int>
  }

  private(set) var entries: [Entry] = []
  private(set) var metadata: [String: String] = [:]

  private let bytes: [UInt8]
  private var position: Int
  private let end: Int

  init(_ bytes: [UInt8], _ range: Range<Int>) {
    (self.bytes, position, end) = (bytes, range.lowerBound, range.upperBound)
  }

  /// Reads the whole header.
  mutating func parse() throws(WeightsError) {
    var names: Set<String> = []
    try members { (header: inout Self, name: String) throws(WeightsError) in
      guard names.insert(name).inserted else { throw header.failure("\(name) is there twice") }
      if name == "__metadata__" {
        try header.parseMetadata()
      } else {
        try header.parseEntry(name)
      }
    }
    skipSpace()
    guard position == end else { throw failure("the header goes on after its end") }
  }

  private mutating func parseMetadata() throws(WeightsError) {
    try members { (header: inout Self, key: String) throws(WeightsError) in
      guard header.metadata[key] == nil else { throw header.failure("\(key) is there twice") }
      header.metadata[key] = try header.string()
    }
  }

  private mutating func parseEntry(_ name: String) throws(WeightsError) {
    var type: String?
    var shape: [Int]?
    var place: [Int]?
    try members { (header: inout Self, key: String) throws(WeightsError) in
      switch key {
      case "dtype" where type == nil: type = try header.string()
      case "shape" where shape == nil: shape = try header.integers()
      case "data_offsets" where place == nil: place = try header.integers()
      default: throw header.failure("tensor \(name) has a second or unknown field \(key)")
      }
    }
    guard let type, let shape, let place, place.count == 2, place[0] <= place[1] else {
      throw failure("tensor \(name) needs dtype, shape and two data_offsets")
    }
    entries.append(Entry(name: name, type: type, shape: shape, place: place[0]..<place[1]))
  }

  // MARK: JSON

  private func failure(_ reason: String) -> WeightsError {
    .malformed(format: Safetensors.format, reason: "its JSON header is wrong: \(reason)")
  }

  private mutating func skipSpace() {
    while position < end, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[position]) { position += 1 }
  }

  /// Passes a character, after white space, if it is the next.
  private mutating func pass(_ character: Unicode.Scalar) -> Bool {
    skipSpace()
    guard position < end, bytes[position] == UInt8(ascii: character) else { return false }
    position += 1
    return true
  }

  private mutating func expect(_ character: Unicode.Scalar) throws(WeightsError) {
    guard pass(character) else { throw failure("the header needs \(character) at byte \(position)") }
  }

  /// Reads an object, handing over each key when its value comes next.
  private mutating func members(
    _ value: (inout Self, String) throws(WeightsError) -> Void
  ) throws(WeightsError) {
    try expect("{")
    if pass("}") { return }
    repeat {
      let key = try string()
      try expect(":")
      try value(&self, key)
    } while pass(",")
    try expect("}")
  }

  /// Reads an array of whole numbers that are not negative.
  private mutating func integers() throws(WeightsError) -> [Int] {
    var values: [Int] = []
    try expect("[")
    if pass("]") { return values }
    repeat { values.append(try integer()) } while pass(",")
    try expect("]")
    return values
  }

  private mutating func integer() throws(WeightsError) -> Int {
    skipSpace()
    let start = position
    var value = 0
    while position < end, case let digit = bytes[position] &- UInt8(ascii: "0"), digit < 10 {
      guard case (let tens, false) = value.multipliedReportingOverflow(by: 10),
        case (let next, false) = tens.addingReportingOverflow(Int(digit))
      else { throw failure("the number at byte \(start) is too large") }
      value = next
      position += 1
    }
    guard position > start else { throw failure("the header needs a whole number at byte \(start)") }
    return value
  }

  private mutating func string() throws(WeightsError) -> String {
    try expect("\"")
    let start = position
    var units: [UInt8] = []
    while position < end {
      let byte = bytes[position]
      position += 1
      switch byte {
      case UInt8(ascii: "\""):
        guard let text = String(validating: units, as: UTF8.self) else {
          throw failure("the text at byte \(start) is not UTF-8")
        }
        return text
      case UInt8(ascii: "\\"):
        units.append(contentsOf: String(try escape()).utf8)
      case 0..<0x20:
        throw failure("a control character at byte \(position - 1)")
      default:
        units.append(byte)
      }
    }
    throw failure("the text at byte \(start) does not end")
  }

  private mutating func escape() throws(WeightsError) -> Unicode.Scalar {
    guard position < end else { throw failure("the header ends in a backslash") }
    let byte = bytes[position]
    position += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(byte)
    case UInt8(ascii: "b"): return "\u{8}"
    case UInt8(ascii: "f"): return "\u{C}"
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "u"): break
    default: throw failure("an unknown escape at byte \(position - 1)")
    }
    let first = try hexadecimal()
    if let scalar = Unicode.Scalar(first) { return scalar }
    guard (0xD800..<0xDC00).contains(first), position + 1 < end,
      bytes[position] == UInt8(ascii: "\\"), bytes[position + 1] == UInt8(ascii: "u")
    else { throw failure("half a character at byte \(position)") }
    position += 2
    let second = try hexadecimal()
    guard (0xDC00..<0xE000).contains(second),
      let scalar = Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
    else { throw failure("half a character at byte \(position)") }
    return scalar
  }

  private mutating func hexadecimal() throws(WeightsError) -> UInt32 {
    var value: UInt32 = 0
    for _ in 0..<4 {
      guard position < end, let digit = Character(Unicode.Scalar(bytes[position])).hexDigitValue else {
        throw failure("four hexadecimal digits are needed at byte \(position)")
      }
      value = value << 4 | UInt32(digit)
      position += 1
    }
    return value
  }
}
