import MSRNKit
import Testing

@Suite struct WAVTests {
  static func bytes(_ value: Int, _ count: Int) -> [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
  }

  static func chunk(_ name: String, _ data: [UInt8]) -> [UInt8] {
    Array(name.utf8) + bytes(data.count, 4) + data + (data.count % 2 == 1 ? [0] : [])
  }

  /// A file; an extensible header is 24 bytes longer and has the tag further back.
  static func file(
    tag: Int = 1, channels: Int = 1, rate: Int = 16_000, bits: Int, extensible: Bool = false, _ data: [UInt8]
  ) -> [UInt8] {
    let frame = channels * bits / 8
    let head =
      bytes(extensible ? 0xFFFE : tag, 2) + bytes(channels, 2) + bytes(rate, 4)
      + bytes(rate * frame, 4) + bytes(frame, 2) + bytes(bits, 2)
    let more =
      extensible
      ? bytes(22, 2) + bytes(bits, 2) + bytes(4, 4) + bytes(tag, 2) + [UInt8](repeating: 0, count: 14) : []
    let body = chunk("LIST", [1, 2, 3]) + chunk("fmt ", head + more) + chunk("data", data)
    return Array("RIFF".utf8) + bytes(4 + body.count, 4) + Array("WAVE".utf8) + body
  }

  @Test("PCM of 8, 16, 24 and 32 bits, numbers of 32 and 64, plain and extensible")
  func formats() throws {
    func samples(_ file: [UInt8]) throws -> [Float] { try WAV(file).channels[0] }
    for extensible in [false, true] {
      #expect(
        try samples(Self.file(bits: 8, extensible: extensible, [0, 64, 128, 192])) == [-1, -0.5, 0, 0.5])
      #expect(
        try samples(Self.file(bits: 16, extensible: extensible, Self.bytes(-32768, 2) + Self.bytes(16384, 2)))
          == [-1, 0.5])
      #expect(
        try samples(Self.file(bits: 24, extensible: extensible, Self.bytes(-(1 << 23), 3) + Self.bytes(1, 3)))
          == [-1, 0x1p-23])
      #expect(
        try samples(Self.file(bits: 32, extensible: extensible, Self.bytes(1 << 30, 4))) == [0.5])
      let quarter = Self.bytes(Int(Float(-0.25).bitPattern), 4)
      #expect(try samples(Self.file(tag: 3, bits: 32, extensible: extensible, quarter)) == [-0.25])
      let third = Self.bytes(Int(bitPattern: UInt(Double(0.125).bitPattern)), 8)
      #expect(try samples(Self.file(tag: 3, bits: 64, extensible: extensible, third)) == [0.125])
    }
  }

  @Test("channels are taken apart, the rate is kept, a file that ends early is read as far as it goes")
  func channels() throws {
    let file = Self.file(channels: 2, rate: 8000, bits: 8, [128, 0, 192, 64, 128, 128])
    #expect(try WAV(file) == WAV(rate: 8000, channels: [[0, 0.5, 0], [-1, -0.5, 0]]))
    #expect(try WAV(Array(file.dropLast(3))).channels == [[0], [-1]])
  }

  @Test("every cut and every other coding is an error or a shorter sound, never a trap")
  func broken() {
    let file = Self.file(bits: 16, extensible: true, [1, 2, 3, 4])
    for length in 0..<file.count { _ = try? WAV(Array(file.prefix(length))) }
    for at in file.indices {
      var other = file
      other[at] ^= 0xFF
      _ = try? WAV(other)
    }
    #expect(throws: WAVError.notWAV) { try WAV([]) }
    #expect(throws: WAVError.unsupported(tag: 6, bits: 8)) { try WAV(Self.file(tag: 6, bits: 8, [1])) }
    #expect(throws: WAVError.unsupported(tag: 1, bits: 12)) { try WAV(Self.file(bits: 12, [1])) }
    #expect(throws: WAVError.self) { try WAV(Self.file(channels: 0, bits: 8, [1])) }
    #expect(throws: WAVError.self) {
      try WAV(Self.file(tag: 3, bits: 32, Self.bytes(Int(Float.nan.bitPattern), 4)))
    }
    #expect(throws: WAVError.self) { try WAV(Array(file.prefix(30))) }
  }
}
