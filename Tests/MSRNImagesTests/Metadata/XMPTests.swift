import MSRNImages
import MSRNTestSupport
import Testing

@Suite("XMP packets")
struct XMPTests {
  static let head = """
    <?xpacket begin="\u{FEFF}" id="W5M0MpCehiHzreSzNTczkc9d"?>
    <x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
    """
  static let names = """
    xmlns:exif="http://ns.adobe.com/exif/1.0/" xmlns:tiff='http://ns.adobe.com/tiff/1.0/' \
    xmlns:aux="http://ns.adobe.com/exif/1.0/aux/" xmlns:xmp="http://ns.adobe.com/xap/1.0/" \
    xmlns:d="http://www.dji.com/drone-dji/1.0/"
    """
  static let tail = "</rdf:RDF></x:xmpmeta>\n<?xpacket end='w'?>"

  /// A packet with one description that has these attributes and this content.
  static func packet(_ attributes: String, _ content: String) -> [UInt8] {
    Array(
      "\(head)<rdf:Description rdf:about=\"\" \(names)\(attributes)>\(content)</rdf:Description>\(tail)".utf8)
  }

  static func text(_ bytes: [UInt8]?) -> String? { bytes.map { String(decoding: $0, as: UTF8.self) } }

  @Test("safe cuts private properties, as attributes and as elements, and nothing else")
  func safe() {
    let packet = XMPTests.packet(
      """
       exif:GPSLatitude="52,1N" exif:FNumber="28/10"
       aux:SerialNumber='12>3' d:GpsLongitude = "1.5" aux:Lens="50 mm &lt;f&gt;"
      """,
      """
      <!-- made at 52N --><exif:GPSTimeStamp>2026</exif:GPSTimeStamp><xmp:CreatorTool>Tool</xmp:CreatorTool>\
      <xmp:Thumbnails><rdf:Alt><rdf:li rdf:parseType="Resource"><xmp:x>AAAA</xmp:x></rdf:li></rdf:Alt></xmp:Thumbnails>\
      <aux:LensSerialNumber/><aux:OwnerName>N</aux:OwnerName><xmp:a><rdf:Seq><rdf:li exif:GPSAltitude="9"/></rdf:Seq></xmp:a>
      """)
    let expected = XMPTests.packet(
      " exif:FNumber=\"28/10\" aux:Lens=\"50 mm &lt;f&gt;\"",
      "<xmp:CreatorTool>Tool</xmp:CreatorTool><xmp:a><rdf:Seq><rdf:li/></rdf:Seq></xmp:a>")
    let safe = XMPTests.text(XMP(packet)?.safe())
    // White space between attributes goes with the attribute that it precedes.
    #expect(safe?.filter { !$0.isWhitespace } == XMPTests.text(expected)?.filter { !$0.isWhitespace })
    #expect(XMP(expected)?.safe() == expected)
  }

  @Test("what cannot be read with certainty is no packet")
  func uncertain() {
    let good = XMPTests.text(XMPTests.packet("", "<xmp:a>b</xmp:a>")) ?? ""
    #expect(XMP(Array(good.utf8)) != nil)
    #expect(XMP(Array(good.utf8) + [0, 0]) != nil, "padding with zeros is common")
    let broken = [
      "", "text", "<!DOCTYPE x [<!ENTITY y 'z'>]>" + good, good + good, good + "x",
      good.replacing("</xmp:a>", with: ""), good.replacing("</xmp:a>", with: "</xmp:b>"),
      good.replacing("<xmp:a>", with: "<nowhere:a>").replacing("</xmp:a>", with: "</nowhere:a>"),
      good.replacing("<xmp:a>", with: "<xmp:a b>"), good.replacing("<xmp:a>", with: "<xmp:a b=c>"),
      good.replacing("<xmp:a>", with: "<xmp:a b='<'>"), good.replacing("<xmp:a>", with: "<xmp:a b='1'c='2'>"),
      good.replacing("<xmp:a>", with: "<!-- <xmp:a>"), good.replacing("<xmp:a>", with: "<:a>"),
    ]
    for text in broken { #expect(XMP(Array(text.utf8)) == nil, "\(text)") }
    #expect(XMP([0x3C, 0x00, 0x61, 0x00]) == nil, "UTF-16")
    #expect(XMP(Array(good.utf8).map { $0 == 0x62 ? 0xFF : $0 }) == nil, "not UTF-8")
    let deep = String(repeating: "<a>", count: 100) + String(repeating: "</a>", count: 100)
    #expect(XMP(Array(deep.utf8)) == nil)
  }

  @Test("truncation and damage never trap")
  func damaged() {
    let packet = XMPTests.packet(" tiff:Orientation='6'", "<exif:GPSLatitude>52N</exif:GPSLatitude>")
    for count in packet.indices { #expect(count >= packet.count - 20 || XMP(Array(packet[..<count])) == nil) }
    var random = SplitMix(seed: 5)
    var read = 0
    for _ in 0..<5000 {
      var damaged = packet
      damaged[Int.random(in: packet.indices, using: &random)] = UInt8.random(in: 0...127, using: &random)
      guard let xmp = XMP(damaged) else { continue }
      read += 1
      #expect(XMP(xmp.safe()) != nil && XMP(xmp.settingPixelSize(width: 1, height: 2)) != nil)
    }
    #expect(read > 100)
  }

  @Test("orientation and size are edited where the picture states them")
  func edits() {
    func packet(_ orientation: Int, _ width: Int, _ height: Int) -> [UInt8] {
      XMPTests.packet(
        " tiff:Orientation=\"\(orientation)\" exif:PixelXDimension='\(width)'",
        """
        <exif:PixelYDimension>\(height)</exif:PixelYDimension><tiff:ImageWidth>\(width)</tiff:ImageWidth>\
        <xmp:Other><rdf:Description tiff:Orientation="7" exif:PixelXDimension="12"/></xmp:Other>
        """)
    }
    #expect(XMP(packet(6, 10, 20))?.resettingOrientation() == packet(1, 10, 20))
    #expect(XMP(packet(6, 10, 20))?.settingPixelSize(width: 4000, height: 3) == packet(6, 4000, 3))
  }

  @Test("prefixes are names for namespaces, not names")
  func prefixes() {
    func packet(_ value: Int) -> [UInt8] {
      Array(
        """
        <r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><r:Description xmlns:q="http://ns.adobe.com/tiff/1.0/"
        xmlns:tiff="other" tiff:Orientation="5" q:Orientation="\(value)"/></r:RDF>
        """.utf8)
    }
    #expect(XMP(packet(8))?.resettingOrientation() == packet(1))
  }
}
