import MSRNTensors
import MSRNTestSupport
import Testing

@Suite struct SafetensorsTests {
  /// A file of this header and these data.
  static func file(_ header: String, _ data: [UInt8] = []) -> [UInt8] {
    let text = Array(header.utf8)
    return (0..<8).map { UInt8(truncatingIfNeeded: text.count >> (8 * $0)) } + text + data
  }

  @Test("every type is widened exactly")
  func types() throws {
    func values(_ type: String, _ data: [UInt8], _ shape: String = "[2]") throws -> [Float] {
      let header = #"{"a":{"dtype":"\#(type)","shape":\#(shape),"data_offsets":[0,\#(data.count)]}}"#
      return try #require(try Weights.read(Self.file(header, data)).tensors["a"]).values
    }
    #expect(try values("F32", [0, 0, 0x80, 0x3F, 0, 0, 0x20, 0xC1]) == [1, -10])
    #expect(try values("F64", [0, 0, 0, 0, 0, 0, 0xF0, 0x3F, 0, 0, 0, 0, 0, 0, 0x24, 0xC0]) == [1, -10])
    #expect(try values("BF16", [0x80, 0x3F, 0x20, 0xC1]) == [1, -10])
    // 1, -10, the largest, the smallest normal, the largest and smallest subnormal, -0
    let halves: [UInt8] = [0, 0x3C, 0, 0xC9, 0xFF, 0x7B, 0, 4, 0xFF, 3, 1, 0, 0, 0x80]
    #expect(
      try values("F16", halves, "[7]") == [1, -10, 65504, 0x1p-14, 1023 * 0x1p-24, 0x1p-24, -0.0])
  }

  @Test("metadata and shapes are kept")
  func metadata() throws {
    let header =
      #"{"__metadata__":{"scale":"4","note":"é"},"w":{"dtype":"F32","shape":[1,2,1],"data_offsets":[0,8]},"#
      + #""e":{"dtype":"F32","shape":[0,3],"data_offsets":[8,8]},"s":{"dtype":"F32","shape":[],"data_offsets":[8,12]}}"#
    let weights = try Weights.read(Self.file(header, [UInt8](repeating: 0, count: 12)))
    #expect(weights.metadata == ["scale": "4", "note": "é"])
    #expect(weights.manifest == ["w": [1, 2, 1], "e": [0, 3], "s": []])
    #expect(weights.count == 3)
  }

  @Test(
    "what breaks the rules is an error that names it",
    arguments: [
      (#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}"#, "a"),
      (#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}}"#, "a"),
      (#"{"a":{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}}"#, "a"),
      (#"{"a":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,8]}}"#, "a"),
      (#"{"a":{"dtype":"I64","shape":[1],"data_offsets":[0,8]}}"#, "I64"),
      (#"{"a":{"dtype":"F32","shape":[1]}}"#, "a"),
      (
        #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#,
        "overlap"
      ),
      (#"{"a":[1]}"#, "JSON"), ("{ ", "JSON"),
    ])
  func broken(header: String, word: String) throws {
    let error = #expect(throws: WeightsError.self) {
      try Weights.read(Self.file(header, [UInt8](repeating: 0, count: 8)))
    }
    #expect("\(try #require(error))".contains(word))
  }

  @Test("a value that is no number is refused with its tensor's name")
  func notFinite() {
    let header = #"{"a.b":{"dtype":"F16","shape":[2],"data_offsets":[0,4]}}"#
    #expect(throws: WeightsError.notFinite(tensor: "a.b")) {
      try Weights.read(Self.file(header, [0, 0x7C, 0, 0]))
    }
  }

  @Test("a file cut anywhere is an error")
  func truncated() throws {
    let data = try Golden.bytes("msrn-16x2-x4-tiny.io.safetensors")
    for count in 0..<data.count {
      #expect(throws: WeightsError.self) { try Weights.read(Array(data[..<count])) }
    }
    #expect(try Weights.read(data).tensors.count == 2)
  }
}
