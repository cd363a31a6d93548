import MSRNImages
import Testing

@Suite("Metadata in JPEG segments and PNG chunks")
struct CarriedMetadataTests {
  /// A small JPEG with segments put right after its JFIF header.
  static func jpeg(_ segments: [(code: UInt8, body: [UInt8])], of path: String = "jpeg/baseline-444.jpg")
    throws -> [UInt8]
  {
    var data = try Fixture.bytes(path)
    let place = data[3] == 0xE0 ? 4 + Int(data[4]) << 8 + Int(data[5]) : 2
    let added = segments.flatMap { segment -> [UInt8] in
      let length = segment.body.count + 2
      return [0xFF, segment.code, UInt8(length >> 8), UInt8(length & 255)] + segment.body
    }
    data.insert(contentsOf: added, at: place)
    return data
  }

  static func part(_ number: UInt8, of count: UInt8, _ body: some Sequence<UInt8>) -> (
    code: UInt8, body: [UInt8]
  ) {
    (0xE2, Array("ICC_PROFILE\0".utf8) + [number, count] + body)
  }

  static func app1(_ tag: String, _ body: [UInt8]) -> (code: UInt8, body: [UInt8]) {
    (0xE1, Array(tag.utf8) + body)
  }

  static let xmpTag = "http://ns.adobe.com/xap/1.0/\0"
  static let profile = ImageEncodingTests.profile(.rgb, size: 300)

  @Test("a profile's parts come in any order")
  func parts() throws {
    let (a, b) = (CarriedMetadataTests.profile.prefix(100), CarriedMetadataTests.profile.dropFirst(100))
    for segments in [
      [CarriedMetadataTests.part(1, of: 2, a), CarriedMetadataTests.part(2, of: 2, b)],
      [CarriedMetadataTests.part(2, of: 2, b), CarriedMetadataTests.part(1, of: 2, a)],
    ] {
      let decoded = try Image.decode(CarriedMetadataTests.jpeg(segments))
      #expect(decoded.image.metadata.icc == CarriedMetadataTests.profile)
      #expect(decoded.notes.isEmpty)
    }
  }

  @Test("a profile that is not whole is left out with a note")
  func broken() throws {
    let (a, b) = (CarriedMetadataTests.profile.prefix(100), CarriedMetadataTests.profile.dropFirst(100))
    for segments in [
      [CarriedMetadataTests.part(1, of: 2, a)],
      [CarriedMetadataTests.part(1, of: 2, a), CarriedMetadataTests.part(1, of: 2, b)],
      [CarriedMetadataTests.part(1, of: 2, a), CarriedMetadataTests.part(2, of: 3, b)],
      [CarriedMetadataTests.part(0, of: 0, a)],
      [CarriedMetadataTests.part(1, of: 1, a)],
    ] {
      let decoded = try Image.decode(CarriedMetadataTests.jpeg(segments))
      #expect(decoded.image.metadata.icc == nil)
      #expect(decoded.notes.count == 1 && decoded.notes[0].contains("ICC profile"), "\(decoded.notes)")
    }
  }

  @Test("a CMYK picture's profile is not carried, one line says so")
  func inks() throws {
    var cmyk = CarriedMetadataTests.profile
    cmyk.replaceSubrange(16..<20, with: Array("CMYK".utf8))
    let data = try CarriedMetadataTests.jpeg(
      [CarriedMetadataTests.part(1, of: 1, cmyk)], of: "jpeg/cmyk-adobe.jpg")
    let decoded = try Image.decode(data)
    #expect(decoded.image.metadata.icc == nil && decoded.image.color == .rgb)
    #expect(decoded.notes == ["The picture is CMYK and becomes RGB; its CMYK colour profile is not carried."])
    // The same profile is not one for a picture of three colours.
    let wrong = try Image.decode(CarriedMetadataTests.jpeg([CarriedMetadataTests.part(1, of: 1, cmyk)]))
    #expect(wrong.image.metadata.icc == nil && wrong.notes.count == 1)
  }

  @Test("XMP whose extended part is left out does not name it any more")
  func extendedXMP() throws {
    let packet = #"<rdf:Description xmpNote:HasExtendedXMP="0123456789ABCDEF" dc:format='image/jpeg'/>"#
    let extended = CarriedMetadataTests.app1(
      "http://ns.adobe.com/xmp/extension/\0", [UInt8](repeating: 65, count: 40 + 100))
    let decoded = try Image.decode(
      CarriedMetadataTests.jpeg([
        CarriedMetadataTests.app1(CarriedMetadataTests.xmpTag, Array(packet.utf8)), extended,
      ]))
    let xmp = String(decoding: try #require(decoded.image.metadata.xmp), as: UTF8.self)
    #expect(xmp.utf8.count == packet.utf8.count)
    #expect(!xmp.contains("HasExtendedXMP") && xmp.contains("dc:format='image/jpeg'/>"))
    #expect(xmp.hasPrefix("<rdf:Description "))
    #expect(decoded.notes == ["The extended part of the XMP packet is left out."])
  }

  @Test("EXIF: the first block counts, and one that is none is left out")
  func exif() throws {
    let first = Array("MM\0*".utf8) + [0, 0, 0, 8, 0, 0, 0, 0, 0, 0]
    let second = Array("II*\0".utf8) + [8, 0, 0, 0, 0, 0, 0, 0, 0, 0]
    let two = try Image.decode(
      CarriedMetadataTests.jpeg([
        CarriedMetadataTests.app1("Exif\0\0", first), CarriedMetadataTests.app1("Exif\0\0", second),
      ]))
    #expect(two.image.metadata.exif == first)
    #expect(two.notes == ["A second EXIF block is left out."])
    let none = try Image.decode(
      CarriedMetadataTests.jpeg([CarriedMetadataTests.app1("Exif\0\0", [1, 2, 3, 4, 5, 6, 7, 8])]))
    #expect(none.image.metadata.exif == nil && none.notes.count == 1)
  }

  @Test("JFIF's density, by inch, by centimetre and as a ratio")
  func density() throws {
    for (unit, x, y, expected) in [
      (1, 300, 150, .init(x: 300, y: 150, unit: .inch)), (2, 118, 39, .init(x: 11800, y: 3900, unit: .metre)),
      (0, 4, 3, .init(x: 4, y: 3, unit: .aspect)), (0, 1, 1, nil), (1, 0, 72, nil), (9, 72, 72, nil),
    ] as [(UInt8, Int, Int, Metadata.Density?)] {
      var data = try Fixture.bytes("jpeg/baseline-444.jpg")
      try #require(Array(data[6..<11]) == Array("JFIF\0".utf8))
      data.replaceSubrange(
        13..<18, with: [unit, UInt8(x >> 8), UInt8(x & 255), UInt8(y >> 8), UInt8(y & 255)])
      #expect(try Image.decode(data).image.metadata.density == expected)
    }
  }

  @Test("harmless oddities are notes: padding before a marker, an unknown JFIF version")
  func oddities() throws {
    let plain = try Image.decode(Fixture.bytes("jpeg/baseline-444.jpg"))
    var data = try Fixture.bytes("jpeg/baseline-444.jpg")
    data.insert(contentsOf: [UInt8](repeating: 0, count: 30), at: data.count - 2)
    data[11] = 7
    let odd = try Image.decode(data)
    #expect(odd.image == plain.image && plain.notes.isEmpty)
    #expect(odd.notes.count == 2 && odd.notes.allSatisfy { $0.hasPrefix("libjpeg: ") }, "\(odd.notes)")
    #expect(try Image.decode(data + [1, 2, 3]).image == plain.image)
  }

  /// A small PNG with chunks put right after its header.
  static func png(_ chunks: [(name: String, body: [UInt8])]) throws -> [UInt8] {
    var data = try Fixture.bytes("pngsuite/basn2c08.png")
    for chunk in chunks.reversed() {
      let named = Array(chunk.name.utf8) + chunk.body
      let length = (0..<4).map { UInt8(truncatingIfNeeded: chunk.body.count >> (24 - 8 * $0)) }
      data.insert(contentsOf: length + named + CRC.of(named), at: 33)
    }
    return data
  }

  @Test("XMP of an iTXt chunk, other text left alone")
  func text() throws {
    let packet = Array("<x:xmpmeta/>".utf8)
    let decoded = try Image.decode(
      CarriedMetadataTests.png([
        ("tEXt", Array("Title\0a picture".utf8)), ("iTXt", Array("Author\0\0\0\0\0somebody".utf8)),
        ("iTXt", Array("XML:com.adobe.xmp\0\0\0\0\0".utf8) + packet),
      ]))
    #expect(decoded.image.metadata.xmp == packet)
    #expect(decoded.notes.isEmpty)
  }

  @Test("chunks without a valid value are left out with a note, pixels untouched")
  func invalidChunks() throws {
    let plain = try Image.decode(Fixture.bytes("pngsuite/basn2c08.png")).image.samples
    for (name, body) in [
      ("pHYs", [0, 0, 0, 0, 0, 0, 0, 0, 1]), ("pHYs", [1]), ("sRGB", [4]), ("cHRM", [1, 2, 3]),
      ("eXIf", [1, 2]),
      ("iCCP", [65, 0, 0, 1, 2, 3]), ("sRGB", []),
    ] as [(String, [UInt8])] {
      let decoded = try Image.decode(CarriedMetadataTests.png([(name, body)]))
      var metadata = decoded.image.metadata
      metadata.gamma = nil
      #expect(metadata == Metadata(), "\(name)")
      #expect(!decoded.notes.isEmpty && decoded.notes.allSatisfy { $0.contains(name) }, "\(decoded.notes)")
      #expect(decoded.image.samples == plain)
    }
  }

  @Test("an animation is its first frame, an unknown critical chunk an error")
  func foreignChunks() throws {
    let animated = try Image.decode(CarriedMetadataTests.png([("acTL", [0, 0, 0, 2, 0, 0, 0, 0])]))
    #expect(animated.notes == ["The picture is animated; only the first frame is read."])
    let unknown = try CarriedMetadataTests.png([("CgBI", [0, 0, 0, 0])])
    let error = #expect(throws: ImageError.self) { try Image.decode(unknown) }
    #expect("\(try #require(error))".contains("critical chunk CgBI"))
    expectPlace(error, "CgBI")
  }

  @Test("a chunk with a wrong checksum is left out with a note, image data that fail theirs are an error")
  func checksums() throws {
    var chunk = try CarriedMetadataTests.png([("tIME", [7, 0, 1, 1, 0, 0, 0])])
    chunk[33 + 8] ^= 1
    #expect(try Image.decode(chunk).notes.contains { $0.contains("CRC") })

    // A wrong Adler-32 under a right CRC: the last four bytes of the only IDAT chunk.
    var data = try Fixture.bytes("pngsuite/basn2c08.png")
    let place = try #require((33..<data.count - 4).first { Array(data[$0..<$0 + 4]) == Array("IDAT".utf8) })
    let length = Int(data[place - 2]) << 8 + Int(data[place - 1])
    let end = place + 4 + length
    data[end - 1] ^= 0x55
    data.replaceSubrange(end..<end + 4, with: CRC.of(data[place..<end]))
    let error = #expect(throws: ImageError.self) { try Image.decode(data) }
    expectPlace(error, "Adler-32")
  }
}
