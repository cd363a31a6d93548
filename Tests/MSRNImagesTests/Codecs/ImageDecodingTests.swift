import MSRNImages
import Testing

@Suite("Decoding, against independent readers")
struct ImageDecodingTests {
  @Test("the manifest covers PngSuite")
  func manifest() throws {
    let pngsuite = Expected.all.filter { $0.path.hasPrefix("pngsuite/") }
    #expect(pngsuite.count == 162)
    #expect(
      pngsuite.count + (try Fixture.lines("png-broken.txt")).count == Fixture.files("pngsuite", "png").count)
    #expect(Set(pngsuite.map(\.depth)) == [8, 16])
    #expect(pngsuite.contains { $0.color == .grey && $0.hasAlpha })
  }

  @Test("PNG: the samples of pypng and Pillow, exactly", arguments: Expected.all)
  func png(expected: Expected) throws {
    let data = try Fixture.bytes(expected.path)
    let header = try Image.header(data)
    #expect(header.codec == .png)
    #expect((header.width, header.height) == (expected.width, expected.height))
    #expect(header.color == expected.color)
    #expect(header.hasAlpha == expected.hasAlpha)
    #expect(header.depth == expected.depth)
    let image = try Image.decode(data).image
    #expect((image.width, image.height) == (expected.width, expected.height))
    #expect((image.color, image.depth) == (expected.color, expected.depth))
    #expect(image.hasAlpha == expected.hasAlpha)
    #expect(image.hash == expected.hash)
  }

  static let jpegs: [String] =
    Fixture.files("jpeg", "jpg") + Fixture.files("exif_orientation", "jpg")
    + ["testorig", "testimgari", "testimgint"].map { "libjpeg-turbo/\($0).jpg" }

  @Test("every kind of JPEG is there")
  func kinds() throws {
    let kinds = try ImageDecodingTests.jpegs.map { try Image.header(Fixture.bytes($0)).kind }
    let words = [
      "grey", "RGB", "CMYK", "YCCK", "progressive", "arithmetic", "4:4:4", "4:4:0", "4:2:2", "4:2:0",
    ]
    for word in words + ["4:1:1", "4:1:0"] { #expect(kinds.contains { $0.contains(word) }, "\(word)") }
    #expect(ImageDecodingTests.jpegs.count == 61)
  }

  @Test("JPEG: Pillow's pixels within 1", arguments: jpegs)
  func jpeg(path: String) throws {
    let data = try Fixture.bytes(path)
    let expected = try Image.decode(Fixture.bytes(String(path.dropLast(3)) + "png")).image
    let header = try Image.header(data)
    #expect(header.codec == .jpeg)
    let decoded = try Image.decode(data)
    let image = decoded.image
    try #require((image.width, image.height) == (expected.width, expected.height))
    #expect((header.width, header.height) == (image.width, image.height))
    try #require(image.color == expected.color)
    #expect(header.color == image.color)
    let worst = zip(image.bytes, expected.bytes).map { abs(Int($0) - Int($1)) }.max()
    #expect(try #require(worst) <= 1)
    #expect(image.metadata.icc == nil)
    let inks = header.kind.hasPrefix("CMYK") || header.kind.hasPrefix("YCCK")
    #expect(decoded.notes.contains { $0.contains("CMYK") } == inks, "\(decoded.notes)")
  }

  @Test("EXIF examples keep their orientation", arguments: ["Landscape", "Portrait"], 0...8)
  func orientation(name: String, value: Int) throws {
    let image = try Image.decode(Fixture.bytes("exif_orientation/\(name)_\(value).jpg")).image
    #expect(image.metadata.exif != nil)
    #expect(image.metadata.orientation == max(value, 1))
  }

  @Test("PNG metadata is read as the chunks have it")
  func chunks() throws {
    let gamma = try Image.decode(Fixture.bytes("pngsuite/g03n2c08.png")).image.metadata
    #expect(gamma.gamma == 35000)
    #expect(gamma.srgbIntent == nil && gamma.chromaticities == nil)
    let white = try Image.decode(Fixture.bytes("pngsuite/ccwn2c08.png")).image.metadata
    #expect(white.chromaticities == [31270, 32900, 64000, 33000, 30000, 60000, 15000, 6000])
    let dots = try Image.decode(Fixture.bytes("pngsuite/cdun2c08.png")).image.metadata
    #expect(dots.density == .init(x: 1000, y: 1000, unit: .metre))
    let aspect = try Image.decode(Fixture.bytes("pngsuite/cdfn2c08.png")).image.metadata
    #expect(aspect.density == .init(x: 1, y: 4, unit: .aspect))
    let exif = try #require(try Image.decode(Fixture.bytes("pngsuite/exif2c08.png")).image.metadata.exif)
    #expect(exif.starts(with: Array("MM".utf8)) || exif.starts(with: Array("II".utf8)))
  }

  @Test("a header says how the file stores its samples")
  func kind() throws {
    #expect(
      try Image.header(Fixture.bytes("pngsuite/basi3p04.png")).kind
        == "palette of 15 colours, 4 bit, interlaced")
    #expect(try Image.header(Fixture.bytes("pngsuite/tbbn2c16.png")).kind == "RGB, 16 bit, transparency")
    #expect(try Image.header(Fixture.bytes("jpeg/progressive-420.jpg")).kind == "colour, progressive, 4:2:0")
    #expect(try Image.header(Fixture.bytes("jpeg/ycck-420.jpg")).kind == "YCCK, baseline, 4:2:0")
  }
}
