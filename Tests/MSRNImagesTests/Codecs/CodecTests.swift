import MSRNImages
import Testing

@Suite("Formats by content and by name")
struct CodecTests {
  @Test("extensions, in any case")
  func extensions() {
    for (ext, codec) in [
      ("png", .png), ("PNG", .png), ("jpg", .jpeg), ("Jpeg", .jpeg), ("jpe", .jpeg), ("JFIF", .jpeg),
      ("webp", nil),
      ("", nil), (".png", nil),
    ] as [(String, Codec?)] {
      #expect(Codec(fileExtension: ext) == codec, "\(ext)")
    }
  }

  @Test("content decides, not the name")
  func sniff() throws {
    #expect(Codec.sniff(try Fixture.bytes("pngsuite/basn2c08.png")) == .png)
    #expect(Codec.sniff(try Fixture.bytes("jpeg/grey.jpg")) == .jpeg)
    #expect(Codec.sniff(Array("GIF89a".utf8)) == nil)
    #expect(Codec.sniff([]) == nil && Codec.sniff([0x89]) == nil && Codec.sniff([0xFF, 0xD8]) == nil)
  }

  /// First bytes: plain characters, or `\x` and two digits.
  static func bytes(_ text: String) -> [UInt8] {
    var (bytes, rest) = ([UInt8](), Array(text)[...])
    while let character = rest.popFirst() {
      if character == "~", let byte = UInt8(String(rest.prefix(2)), radix: 16) {
        bytes.append(byte)
        rest = rest.dropFirst(2)
      } else {
        bytes += Array(String(character).utf8)
      }
    }
    return bytes + [UInt8](repeating: 0, count: 24)
  }

  @Test(
    "other formats are refused by name",
    arguments: [
      ("GIF87a", "GIF"), ("GIF89a", "GIF"), ("RIFF~10~00~00~00WEBPVP8 ", "WebP"), ("BM~36~10~00~00", "BMP"),
      ("II*~00", "TIFF"), ("MM~00*", "TIFF"), ("II+~00", "TIFF"), ("~00~00~00~20ftypavif", "AVIF"),
      ("~00~00~00~18ftypheic", "HEIF"), ("~00~00~00~18ftypmif1", "HEIF"), ("~FF~0A", "JPEG XL"),
      ("~00~00~00~0CJXL ~0D~0A~87~0A", "JPEG XL"), ("~00~00~00~0CjP  ~0D~0A~87~0A", "JPEG 2000"),
      ("~FF~4F~FF~51", "JPEG 2000"), ("8BPS", "Photoshop"), ("%PDF-1.7", "PDF"), ("P6 2 2", "PNM"),
      ("qoif", "QOI"),
      ("~76~2F~31~01", "OpenEXR"), ("~00~00~01~00", "ICO"), ("<svg ", "SVG"), ("PK~03~04", "ZIP"),
    ])
  func foreign(start: String, name: String) throws {
    let data = CodecTests.bytes(start)
    for error in [
      #expect(throws: ImageError.self) { try Image.decode(data) },
      #expect(throws: ImageError.self) { try Image.header(data) },
    ] {
      guard case .unknownFormat(let description) = error else {
        Issue.record("\(start) is taken for something else: \(String(describing: error))")
        continue
      }
      #expect(description.contains(name), "\(description)")
    }
  }

  @Test("what is nothing known is refused with its first bytes")
  func unknown() throws {
    let empty = #expect(throws: ImageError.self) { try Image.decode([]) }
    #expect("\(try #require(empty))".contains("empty"))
    let text = #expect(throws: ImageError.self) { try Image.decode(Array("hello, world".utf8)) }
    #expect("\(try #require(text))".contains("68 65 6C 6C"))
  }
}
