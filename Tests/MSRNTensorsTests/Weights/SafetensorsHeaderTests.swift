import MSRNTensors
import MSRNTestSupport
import Testing

@Suite struct SafetensorsHeaderTests {
  static let entry = #"{"dtype":"F32","shape":[1],"data_offsets":[0,4]}"#

  static func read(_ header: String) throws(WeightsError) -> Weights {
    try Weights.read(SafetensorsTests.file(header, [0, 0, 0, 0]))
  }

  @Test("white space, escapes and any order of fields are JSON")
  func lenient() throws {
    let weights = try Self.read(
      "{\n \"a\\u0062\\n\\ud83d\\ude00\" : {\"data_offsets\":[ 0 ,\t4 ],\"shape\":[],\r\n\"dtype\":\"F32\"} , "
        + "\"__metadata__\":{ } }   ")
    #expect(weights.manifest == ["ab\n😀": []])
    #expect(weights.metadata.isEmpty)
  }

  @Test(
    "what is no header is an error that says why",
    arguments: [
      (#"{"a":\#(entry),"a":\#(entry)}"#, "a is there twice"),
      (#"{"__metadata__":{"k":"1","k":"2"},"a":\#(entry)}"#, "k is there twice"),
      (#"{"__metadata__":{"k":1},"a":\#(entry)}"#, "needs \""),
      (#"{"__metadata__":{"k":{}},"a":\#(entry)}"#, "needs \""),
      (#"{"a":{"dtype":"F32","dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#, "field dtype"),
      (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4],"more":1}}"#, "field more"),
      (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}"#, "two data_offsets"),
      (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4,8]}}"#, "two data_offsets"),
      (#"{"a":{"dtype":"F32","shape":[99999999999999999999],"data_offsets":[0,4]}}"#, "too large"),
      (#"{"a":{"dtype":"F32","shape":[1.0],"data_offsets":[0,4]}}"#, "needs ]"),
      (#"{"a":\#(entry)} x"#, "after its end"), (#"{"a":\#(entry)"#, "needs }"), (#"{"a"#, "does not end"),
      (#"{"\x":\#(entry)}"#, "unknown escape"), (#"{"\ud83d":\#(entry)}"#, "half a character"),
      (#"{"\u12"#, "hexadecimal"), ("{\"\u{1}\":\(entry)}", "control character"),
      (#"{"a":{"dtype":"F4","shape":[1],"data_offsets":[0,4]}}"#, "type F4"),
    ])
  func broken(header: String, words: String) throws {
    let error = #expect(throws: WeightsError.self) { try Self.read(header) }
    #expect("\(try #require(error))".contains(words))
  }

  @Test("nesting without end costs nothing")
  func deep() {
    let deep = String(repeating: "{\"a\":", count: 100_000)
    #expect(throws: WeightsError.self) { try Self.read(deep) }
    #expect(throws: WeightsError.self) { try Self.read("{\"a\":" + String(repeating: "[", count: 100_000)) }
  }

  @Test("bytes that no tensor owns are refused, before, between and after")
  func gaps() {
    for places in [[(4, 8)], [(0, 4)], [(0, 0), (4, 8)], [(0, 4), (0, 8)], [(0, 8), (4, 8)], [(0, 12)]] {
      let entries = places.enumerated().map { index, place in
        #""\#(index)":{"dtype":"F32","shape":[\#((place.1 - place.0) / 4)],"data_offsets":[\#(place.0),\#(place.1)]}"#
      }
      let file = SafetensorsTests.file("{\(entries.joined(separator: ","))}", [UInt8](repeating: 0, count: 8))
      #expect(throws: WeightsError.self, "\(places)") { try Weights.read(file) }
    }
  }

  @Test(
    "a length that no header has is refused", arguments: [UInt64(100_000_001), 1 << 40, .max, 1 << 63, 500])
  func lengths(length: UInt64) {
    var file = SafetensorsTests.file("{\"a\":\(Self.entry)}", [0, 0, 0, 0])
    for index in 0..<8 { file[index] = UInt8(truncatingIfNeeded: length >> (8 * index)) }
    #expect(throws: WeightsError.self) { try Weights.read(file) }
  }
}
