import MSRNImages
import MSRNTestSupport
import Testing

@Suite("EXIF blocks")
struct ExifTests {
  /// A block with everything that safe mode has an opinion on.
  static func full(_ build: ExifBuilder) -> [UInt8] {
    build.block(
      [
        build.ascii(0x010F, "Maker"), build.ascii(0x0110, "abc"), build.short(0x0112, 6),
        build.rational(0x011A, 300, 1),
        build.rational(0x011B, 150, 1), build.ascii(0x013B, "The artist"), build.ascii(0x013C, "HOSTNAME"),
        build.blob(0x02BC, Array("XMPINSIDE".utf8)), build.ascii(0xC62F, "SERIALC62F"),
        build.ascii(0xFDE9, "SERIALFDE9"), build.long(0x014A, 77),
      ],
      (
        0x8769,
        [
          build.rational(0x829A, 1, 250), build.ascii(0x9003, "2026:01:02 03:04:05"),
          build.blob(0x927C, Array("MAKERNOTE".utf8)), build.short(0xA002, 640), build.long(0xA003, 480),
          build.ascii(0xA420, "UNIQUEID"), build.ascii(0xA430, "OWNERNAME"),
          build.ascii(0xA431, "BODYSERIAL"),
          build.ascii(0xA434, "A lens"), build.ascii(0xA435, "LENSSERIAL"),
        ]
      ),
      (0x8825, [build.ascii(0x0001, "NORTHERN"), build.rational(0x0002, 52, 1)])
    )
  }

  @Test("safe keeps the picture's tags and drops the person's", arguments: [false, true])
  func safe(isBigEndian: Bool) throws {
    let build = ExifBuilder(isBigEndian: isBigEndian)
    let block = ExifTests.full(build)
    let safe = try #require(Exif(block)?.safe())
    let expected = build.block(
      [
        build.ascii(0x010F, "Maker"), build.ascii(0x0110, "abc"), build.short(0x0112, 6),
        build.rational(0x011A, 300, 1),
        build.rational(0x011B, 150, 1), build.ascii(0x013B, "The artist\0"),
      ],
      (
        0x8769,
        [
          build.rational(0x829A, 1, 250), build.ascii(0x9003, "2026:01:02 03:04:05"),
          build.short(0xA002, 640),
          build.long(0xA003, 480), build.ascii(0xA434, "A lens\0"),
        ]
      ))
    // Odd values are padded, which the builder writes as one more byte with the count of one less.
    func padded(_ bytes: [UInt8], _ long: String, _ count: Int) -> [UInt8] {
      var bytes = bytes
      let from = build.integer(count + 1, 4)
      let tag = build.integer(long == "artist" ? 0x013B : 0xA434, 2) + build.integer(2, 2)
      for start in bytes.indices where bytes[start...].starts(with: tag + from) {
        bytes.replaceSubrange(start + 4..<start + 8, with: build.integer(count, 4))
      }
      return bytes
    }
    #expect(safe == padded(padded(expected, "artist", 11), "lens", 7))
    for secret in [
      "HOSTNAME", "XMPINSIDE", "SERIAL", "MAKERNOTE", "UNIQUEID", "OWNERNAME", "NORTHERN",
    ] {
      #expect(block.contains(text: secret) && !safe.contains(text: secret), "\(secret)")
    }
  }

  @Test("safe is a fixed point")
  func fixedPoint() throws {
    let safe = try #require(Exif(ExifTests.full(ExifBuilder(isBigEndian: true)))?.safe())
    #expect(Exif(safe)?.safe() == safe)
  }

  @Test("the Interop directory survives, also without other EXIF tags", arguments: [false, true])
  func interop(isBigEndian: Bool) throws {
    let build = ExifBuilder(isBigEndian: isBigEndian)
    // Main directory (one pointer, 18 bytes at 8), EXIF directory (one pointer, at 26), Interop at 44.
    let block =
      build.block([build.long(0x8769, 26)]) + build.directory([build.long(0xA005, 44)], at: 26)
      + build.directory([build.ascii(1, "R98"), build.blob(2, Array("0100".utf8))], at: 44)
    #expect(Exif(block)?.safe() == block)
  }

  @Test("two tags may share one short value, and each gets its own")
  func sharedValue() throws {
    let build = ExifBuilder(isBigEndian: false)
    let shared = ExifBuilder.Row(tag: 0x011B, kind: 5, count: 1, value: [], offset: 38)
    let safe = Exif(build.block([build.rational(0x011A, 72, 1), shared]))?.safe()
    #expect(safe == build.block([build.rational(0x011A, 72, 1), build.rational(0x011B, 72, 1)]))
  }

  @Test("broken structures are dropped")
  func broken() {
    let build = ExifBuilder(isBigEndian: false)
    func row(_ offset: Int, _ count: Int = 20) -> ExifBuilder.Row {
      .init(tag: 0x010E, kind: 2, count: count, value: [], offset: offset)
    }
    let make = build.ascii(0x010F, "Long enough a name for this")
    let broken: [(String, [UInt8])] = [
      ("not TIFF", Array("Exif\0\0II*\0".utf8)),
      ("value past the end", build.block([row(1000)])),
      ("value of 4 GB", build.block([row(8, 0xFFFF_FFFF)])),
      ("value over the header", build.block([row(0), make])),
      ("value over its directory", build.block([row(8), make])),
      ("value over another", build.block([make, row(40)])),
      ("EXIF directory is the main one", build.block([make, build.long(0x8769, 8)])),
      ("EXIF directory inside a value", build.block([make, build.long(0x8769, 40)])),
      ("EXIF directory past the end", build.block([make, build.long(0x8769, 4000)])),
      ("nothing left", build.block([build.ascii(0xC62F, "serial number")])),
    ]
    for (fact, block) in broken { #expect(Exif(block)?.safe() == nil, "\(fact)") }
    #expect(Exif(build.block([make]))?.safe() != nil)
  }

  @Test("a truncated block is dropped or harmless, at every byte")
  func truncated() {
    let build = ExifBuilder(isBigEndian: true)
    let block = ExifTests.full(build)
    let whole = Exif(block)?.safe()
    for count in block.indices {
      let prefix = Array(block[..<count])
      guard var exif = Exif(prefix) else { continue }
      exif.resetOrientation()
      exif.setPixelSize(width: 1, height: 1)
      exif.exchangeResolutions()
      exif.unlinkThumbnail()
      #expect(exif.bytes.count == count)
      // The positions are the last thing in this block and are not carried: cutting them changes nothing.
      if let safe = Exif(prefix)?.safe() { #expect(safe == whole) }
    }
  }

  @Test("random damage never traps, and what is rebuilt from it is sound")
  func damaged() {
    var random = SplitMix(seed: 3)
    let block = ExifTests.full(ExifBuilder(isBigEndian: false))
    var survivors = 0
    for _ in 0..<20_000 {
      var damaged = block
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        damaged[Int.random(in: 0..<230, using: &random)] = UInt8.random(in: 0...255, using: &random)
      }
      guard var exif = Exif(damaged) else { continue }
      if let safe = exif.safe() {
        survivors += 1
        #expect(Exif(safe)?.safe() == safe)
      }
      exif.resetOrientation()
      exif.setPixelSize(width: 70_000, height: 1)
      #expect(exif.bytes.count == block.count)
    }
    #expect(survivors > 100)
  }

  @Test("orientation is read and reset in place", arguments: [false, true])
  func orientation(isBigEndian: Bool) throws {
    let build = ExifBuilder(isBigEndian: isBigEndian)
    for value in 1...8 {
      let block = build.block([build.short(0x0112, value), build.ascii(0x0131, "software")])
      var exif = try #require(Exif(block))
      #expect(exif.orientation == value)
      exif.resetOrientation()
      #expect(exif.bytes == build.block([build.short(0x0112, 1), build.ascii(0x0131, "software")]))
    }
    for value in [0, 9, 65535] {
      #expect(Exif(build.block([build.short(0x0112, value)]))?.orientation == nil)
    }
    #expect(Exif(build.block([build.long(0x0112, 8)]))?.orientation == 8)
  }

  @Test("pixel sizes are corrected where they are stated", arguments: [false, true])
  func pixelSize(isBigEndian: Bool) throws {
    let build = ExifBuilder(isBigEndian: isBigEndian)
    func block(_ width: Int, _ height: Int, isLong: Bool) -> [UInt8] {
      build.block(
        [isLong ? build.long(0x0100, width) : build.short(0x0100, width), build.long(0x0101, height)],
        (
          0x8769,
          [isLong ? build.long(0xA002, width) : build.short(0xA002, width), build.long(0xA003, height)]
        ))
    }
    var exif = try #require(Exif(block(640, 480, isLong: false)))
    exif.setPixelSize(width: 65535, height: 1920)
    #expect(exif.bytes == block(65535, 1920, isLong: false))
    exif.setPixelSize(width: 70_000, height: 2000)
    #expect(exif.bytes == block(70_000, 2000, isLong: true))
    let none = build.block([build.ascii(0x0131, "software")])
    var untouched = try #require(Exif(none))
    untouched.setPixelSize(width: 5, height: 5)
    #expect(untouched.bytes == none)
  }
}
