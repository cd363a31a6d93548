import MSRNImages
import MSRNTestSupport
import Testing

@Suite("Broken data")
struct BrokenDataTests {
  static let pngsuite = (try? Fixture.lines("png-broken.txt")) ?? []

  /// The fact that the error of each of PngSuite's broken files must name.
  static let facts = [
    "xc1n0g08": "color type", "xc9n2c08": "color type", "xcrn0g04": "ASCII conversion",
    "xcsn0g01": "IDAT: CRC error",
    "xd0n2c08": "bit depth", "xd3n2c08": "bit depth", "xd9n2c08": "bit depth", "xdtn0g01": "IDAT",
    "xhdn0g08": "IHDR: CRC error", "xlfn0g04": "ASCII conversion",
    "xs1n0g01": "signature is damaged at byte 0",
    "xs2n0g01": "signature is damaged at byte 1", "xs4n0g01": "signature is damaged at byte 3",
    "xs7n0g01": "ASCII conversion",
  ]

  @Test("PngSuite's 14 broken files are refused with fact and place", arguments: pngsuite)
  func broken(path: String) throws {
    let data = try Fixture.bytes(path)
    let name = String(path.dropFirst("pngsuite/".count).dropLast(".png".count))
    let fact = try #require(BrokenDataTests.facts[name])
    let error = #expect(throws: ImageError.self) { try Image.decode(data) }
    expectPlace(error, path)
    let text = "\(try #require(error))"
    #expect(text.hasPrefix("not a valid PNG: ") && text.contains(fact), "\(text)")
  }

  @Test("there are 14")
  func count() { #expect(BrokenDataTests.pngsuite.count == 14 && BrokenDataTests.facts.count == 14) }

  @Test(
    "a file cut short at any byte is an error with its place",
    arguments: [
      "pngsuite/basn6a08.png", "pngsuite/basi2c16.png", "pngsuite/tp1n3p08.png", "pngsuite/exif2c08.png",
      "jpeg/size-16x16.jpg", "jpeg/size-131x2-progressive.jpg", "jpeg/grey.jpg", "jpeg/grey-progressive.jpg",
      "jpeg/grey-arithmetic.jpg", "jpeg/cmyk-adobe.jpg", "jpeg/restart-blocks-444.jpg",
    ])
  func truncation(path: String) throws {
    let data = try Fixture.bytes(path)
    for length in 0..<data.count {
      let cut = Array(data.prefix(length))
      let error = #expect(throws: ImageError.self, "\(path) of \(length) bytes") { try Image.decode(cut) }
      // Shorter than a signature, there is no format whose bytes could be named.
      if length >= 8 { expectPlace(error, path) }
    }
  }

  @Test("changed bytes give an error or a picture", arguments: ["pngsuite", "jpeg"])
  func mutation(folder: String) throws {
    var random = SplitMix(seed: 3)
    let limits = DecodeLimits(maximumPixels: 1 << 18)
    var (errors, pictures) = (0, 0)
    for path in Fixture.files(folder, folder == "jpeg" ? "jpg" : "png") {
      let original = try Fixture.bytes(path)
      for _ in 0..<20 {
        var data = original
        for _ in 0..<Int.random(in: 1...3, using: &random) {
          data[Int.random(in: 0..<data.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
        }
        do throws(ImageError) {
          let image = try Image.decode(data, limits: limits).image
          #expect(image.width * image.height <= limits.maximumPixels)
          pictures += 1
        } catch {
          #expect(!error.description.isEmpty && !error.description.contains("\n"))
          errors += 1
        }
      }
    }
    #expect(errors > 100 && pictures > 10, "\(errors) errors, \(pictures) pictures")
  }

  /// The place of the first marker with this code, after the start of image.
  private func marker(_ code: UInt8, in data: [UInt8]) throws -> Int {
    try #require((2..<data.count - 1).first { data[$0] == 0xFF && data[$0 + 1] == code })
  }

  @Test("a lost restart marker and a broken scan are errors with byte and row")
  func scans() throws {
    var data = try Fixture.bytes("jpeg/restart-rows-420.jpg")
    let restart = try marker(0xD1, in: data)
    data.removeSubrange(restart..<restart + 2)
    let lost = #expect(throws: ImageError.self) { try Image.decode(data) }
    #expect("\(try #require(lost))".contains("row"))

    data = try Fixture.bytes("jpeg/baseline-444.jpg")
    let scan = try marker(0xDA, in: data) + 200
    data.replaceSubrange(scan..<scan + 2, with: [0xFF, 0xD9])
    let ended = #expect(throws: ImageError.self) { try Image.decode(data) }
    #expect("\(try #require(ended))".contains("premature end of data segment at byte"))
    #expect("\(try #require(ended))".contains("row"))
  }

  @Test("a JPEG of hundreds of scans is refused")
  func manyScans() throws {
    let data = try Fixture.bytes("jpeg/baseline-separate-scans.jpg")
    let last = try #require((2..<data.count - 1).last { data[$0] == 0xFF && data[$0 + 1] == 0xDA })
    let scan = data[last..<data.count - 2]
    func repeated(_ count: Int) -> [UInt8] {
      Array(data.prefix(last)) + (0..<count).flatMap { _ in scan } + [0xFF, 0xD9]
    }
    #expect(try Image.decode(repeated(100)).image == Image.decode(data).image)
    let error = #expect(throws: ImageError.self) { try Image.decode(repeated(600)) }
    #expect("\(try #require(error))".contains("more than 500 scans at byte"))
  }

  @Test(
    "12-bit JPEG is refused by name", arguments: ["libjpeg-turbo/monkey12.jpg", "mozjpeg/testorig12.jpg"])
  func twelveBits(path: String) throws {
    let data = try Fixture.bytes(path)
    for error in [
      #expect(throws: ImageError.self) { try Image.decode(data) },
      #expect(throws: ImageError.self) { try Image.header(data) },
    ] {
      #expect("\(try #require(error))".hasPrefix("unsupported JPEG: 12-bit JPEG"))
      expectPlace(error, path)
    }
  }

  @Test(
    "the frames that are not read are refused by name",
    arguments: [
      (0xC3, "lossless JPEG"), (0xC5, "hierarchical JPEG"), (0xC7, "hierarchical lossless JPEG"),
      (0xCB, "lossless arithmetic JPEG"), (0xCF, "hierarchical lossless arithmetic JPEG"), (0xF7, "JPEG-LS"),
    ] as [(UInt8, String)])
  func frames(code: UInt8, name: String) throws {
    var data = try Fixture.bytes("jpeg/baseline-444.jpg")
    data[try marker(0xC0, in: data) + 1] = code
    let error = #expect(throws: ImageError.self) { try Image.decode(data) }
    guard case .unsupported("JPEG", let reason) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(reason.hasPrefix(name + " "))
  }

  @Test("heights of 0, two components and bad sampling are refused")
  func frameFields() throws {
    let data = try Fixture.bytes("jpeg/baseline-444.jpg")
    let frame = try marker(0xC0, in: data)
    for (offset, bytes, fact) in [
      (5, [0, 0], "DNL"), (7, [0, 0], "width is 0"), (9, [2], "length"), (11, [0x51], "sampling"),
      (2, [0, 7], "short"),
    ] as [(Int, [UInt8], String)] {
      var changed = data
      changed.replaceSubrange(frame + offset..<frame + offset + bytes.count, with: bytes)
      let error = #expect(throws: ImageError.self) { try Image.decode(changed) }
      #expect("\(try #require(error))".contains(fact))
      expectPlace(error, fact)
    }
  }
}
