import MSRNImages
import Testing

@Suite("Decoding limits")
struct DecodeLimitsTests {
  @Test(
    "each limit is inclusive, and one less is an error that names it",
    arguments: ["pngsuite/basn6a16.png", "jpeg/size-2x131.jpg"])
  func edges(path: String) throws {
    let data = try Fixture.bytes(path)
    let header = try Image.header(data)
    let pixels = header.width * header.height
    let bytes = pixels * (header.color.channels + (header.hasAlpha ? 1 : 0)) * header.depth / 8
    let side = max(header.width, header.height)
    // The limit of bytes is the file's too.
    let most = max(bytes, data.count)
    let image = try Image.decode(
      data, limits: DecodeLimits(maximumPixels: pixels, maximumBytes: most, maximumSide: side)
    ).image
    #expect(image.width == header.width)
    for (limits, words) in [
      (DecodeLimits(maximumPixels: pixels - 1), "\(pixels - 1) pixels"),
      (DecodeLimits(maximumSide: side - 1), "\(side - 1) pixels a side"),
    ] {
      let error = #expect(throws: ImageError.self) { try Image.decode(data, limits: limits) }
      #expect(error == .tooLarge(width: header.width, height: header.height, limit: words))
    }
    #expect(throws: ImageError.self) { try Image.decode(data, limits: DecodeLimits(maximumBytes: most - 1)) }
    #expect(throws: ImageError.self) { try Image.decode(data, limits: DecodeLimits(maximumPixels: -1)) }
  }

  @Test("a header that promises the largest picture is refused before anything is allocated")
  func bombs() throws {
    var png = try Fixture.bytes("pngsuite/basn6a16.png")
    png.replaceSubrange(16..<24, with: [0x7F, 0xFF, 0xFF, 0xFF, 0x7F, 0xFF, 0xFF, 0xFF])
    png.replaceSubrange(29..<33, with: CRC.of(png[12..<29]))
    let error = #expect(throws: ImageError.self) { try Image.decode(png) }
    #expect(error == .tooLarge(width: 0x7FFF_FFFF, height: 0x7FFF_FFFF, limit: "1000000 pixels a side"))
    let all = DecodeLimits(maximumPixels: .max, maximumBytes: .max, maximumSide: .max)
    let unlimited = #expect(throws: ImageError.self) { try Image.decode(png, limits: all) }
    guard case .tooLarge = unlimited else {
      Issue.record("\(String(describing: unlimited))")
      return
    }

    var jpeg = try Fixture.bytes("jpeg/baseline-444.jpg")
    let frame = try #require((2..<jpeg.count - 1).first { jpeg[$0] == 0xFF && jpeg[$0 + 1] == 0xC0 })
    jpeg.replaceSubrange(frame + 5..<frame + 9, with: [0xFF, 0xFF, 0xFF, 0xFF])
    let large = #expect(throws: ImageError.self) { try Image.decode(jpeg) }
    #expect(large == .tooLarge(width: 65535, height: 65535, limit: "500000000 pixels"))
  }

  @Test("image data that go on far beyond the picture are refused, a little more is a note")
  func surplus() throws {
    func big(_ value: Int) -> [UInt8] { (0..<4).map { UInt8(value >> (24 - 8 * $0) & 255) } }
    func chunk(_ name: String, _ data: [UInt8]) -> [UInt8] {
      let body = Array(name.utf8) + data
      return big(data.count) + body + CRC.of(body[...])
    }
    // Blocks that are stored, not compressed: 65,535 bytes each.
    func stream(_ blocks: Int) -> [UInt8] {
      let block = [0, 0xFF, 0xFF, 0, 0] + [UInt8](repeating: 0, count: 65535)
      return [0x78, 1] + (0..<blocks).flatMap { _ in block } + [1, 0, 0, 0xFF, 0xFF]
        + big(((65535 * blocks % 65521) << 16) | 1)
    }
    let start = Array(try Fixture.bytes("pngsuite/basn2c08.png").prefix(33))
    let little = try Image.decode(start + chunk("IDAT", stream(1)) + chunk("IEND", []))
    #expect(little.notes.contains { $0.contains("Too much image data") }, "\(little.notes)")
    let error = #expect(throws: ImageError.self) {
      try Image.decode(start + chunk("IDAT", stream(40)) + chunk("IEND", []))
    }
    #expect(
      "\(String(describing: error))".contains("more than 64 KiB of image data beyond the picture, at byte"))
  }

  @Test("zero sizes are errors")
  func empty() throws {
    var png = try Fixture.bytes("pngsuite/basn2c08.png")
    png.replaceSubrange(16..<20, with: [0, 0, 0, 0])
    png.replaceSubrange(29..<33, with: CRC.of(png[12..<29]))
    let error = #expect(throws: ImageError.self) { try Image.decode(png) }
    expectPlace(error, "zero width")
  }

  @Test("text chunks cannot take more memory than they may")
  func chunkBomb() throws {
    // One iTXt after another, each a packet that libpng would keep: 70 of 1 MiB.
    var png = try Fixture.bytes("pngsuite/basn2c08.png")
    let body = Array("iTXtbomb\0\0\0\0\0".utf8) + [UInt8](repeating: 65, count: 1 << 20)
    let length = UInt32(body.count - 4)
    let chunk =
      (0..<4).map { UInt8(truncatingIfNeeded: length >> (24 - 8 * UInt32($0))) } + body + CRC.of(body)
    var bomb: [UInt8] = []
    for _ in 0..<70 { bomb += chunk }
    png.insert(contentsOf: bomb, at: 33)
    let decoded = try Image.decode(png)
    #expect(decoded.notes == ["Chunks that need more than 64 MiB in all are left out."])
    #expect(decoded.image.samples == (try Image.decode(Fixture.bytes("pngsuite/basn2c08.png")).image.samples))
  }
}

/// PNG's checksum.
enum CRC {
  static func of(_ bytes: some Sequence<UInt8>) -> [UInt8] {
    var value: UInt32 = .max
    for byte in bytes {
      value ^= UInt32(byte)
      for _ in 0..<8 { value = value & 1 == 1 ? 0xEDB8_8320 ^ (value >> 1) : value >> 1 }
    }
    value = ~value
    return (0..<4).map { UInt8(truncatingIfNeeded: value >> (24 - 8 * UInt32($0))) }
  }
}
