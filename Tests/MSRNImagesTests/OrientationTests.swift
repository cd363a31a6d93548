import MSRNImages
import Testing

@Suite("Orientation")
struct OrientationTests {
  /// How a 3 x 2 picture "ABC / DEF" is to be seen, for each orientation.
  static let upright = [
    1: "ABC/DEF", 2: "CBA/FED", 3: "FED/CBA", 4: "DEF/ABC", 5: "AD/BE/CF", 6: "DA/EB/FC", 7: "FC/EB/DA",
    8: "CF/BE/AD",
  ]

  @Test("every orientation, kind of picture and depth", arguments: 1...8)
  func turned(orientation: Int) throws {
    let letters = Array("ABCDEF".utf8)
    let lines = try #require(OrientationTests.upright[orientation]).split(separator: "/")
    let order = lines.joined().utf8.compactMap { letters.firstIndex(of: $0) }
    for (color, hasAlpha) in [(Image.Color.grey, false), (.grey, true), (.rgb, false), (.rgb, true)] {
      let channels = color.channels + (hasAlpha ? 1 : 0)
      func samples(_ pixels: [Int]) -> [UInt16] {
        pixels.flatMap { pixel in (0..<channels).map { UInt16(10 * pixel + $0) } }
      }
      for isDeep in [false, true] {
        func picture(_ width: Int, _ height: Int, _ pixels: [Int], _ metadata: Metadata) -> Image {
          let values = samples(pixels)
          return Image(
            width: width, height: height, color: color, hasAlpha: hasAlpha,
            samples: isDeep ? .sixteen(values) : .eight(values.map { UInt8($0) }), metadata: metadata)
        }
        var metadata = Metadata()
        let build = ExifBuilder(isBigEndian: false)
        metadata.exif = build.block([build.short(0x0112, orientation)])
        let result = picture(3, 2, Array(0..<6), metadata).oriented()
        metadata.exif = build.block([build.short(0x0112, 1)])
        #expect(result == picture(lines[0].count, lines.count, order, metadata))
      }
    }
  }

  @Test("a quarter turn exchanges density, resolutions and stated size")
  func axes() throws {
    for orientation in 1...8 {
      let build = ExifBuilder(isBigEndian: true)
      func metadata(_ orientation: Int, isTurned: Bool) -> Metadata {
        var metadata = Metadata()
        let (x, y) = isTurned ? (72, 300) : (300, 72)
        let (width, height) = isTurned ? (2, 3) : (3, 2)
        metadata.density = .init(x: x, y: y, unit: .inch)
        metadata.exif = build.block(
          [build.short(0x0112, orientation), build.rational(0x011A, x, 1), build.rational(0x011B, y, 1)],
          next: orientation == 1 ? 0 : 6,
          (0x8769, [build.short(0xA002, width), build.short(0xA003, height)]))
        metadata.xmp = XMPTests.packet(
          " tiff:Orientation='\(orientation)' exif:PixelXDimension='\(width)'", "")
        return metadata
      }
      let image = Image(
        width: 3, height: 2, color: .grey, samples: .eight([0, 1, 2, 3, 4, 5]),
        metadata: metadata(orientation, isTurned: false))
      let result = image.oriented()
      // The exchanged resolutions are the same two values with their places, not their bytes, exchanged.
      var expected = metadata(1, isTurned: orientation >= 5)
      #expect(result.metadata.density == expected.density && result.metadata.xmp == expected.xmp)
      if orientation >= 5 {
        #expect(
          result.metadata.exif.flatMap { Exif($0)?.safe() } == expected.exif.flatMap { Exif($0)?.safe() })
        expected.exif = result.metadata.exif
      }
      #expect(result.metadata == expected)
    }
  }

  @Test("a picture without the tag stays what it is")
  func untagged() {
    let image = Image(width: 2, height: 1, color: .grey, samples: .eight([1, 2]))
    #expect(image.oriented() == image)
  }
}

/// Pictures of all eight orientations as cameras tag them: upright, they are one picture within what JPEG loses.
@Suite("Orientation of real files") struct OrientedFileTests {
  @Test("all eight give the same upright picture", arguments: ["Landscape", "Portrait"])
  func upright(name: String) throws {
    let files = try (1...8).map {
      try Image.decode(Fixture.bytes("exif_orientation/\(name)_\($0).jpg")).image
    }
    #expect(files.map(\.metadata.orientation) == Array(1...8))
    let upright = files.map { $0.oriented() }
    func difference(_ a: Image, _ b: Image) -> Double {
      guard a.width == b.width, a.height == b.height, case .eight(let a) = a.samples,
        case .eight(let b) = b.samples
      else { return .infinity }
      return Double(zip(a, b).reduce(0) { $0 + abs(Int($1.0) - Int($1.1)) }) / Double(a.count)
    }
    for (index, picture) in upright.enumerated() {
      #expect(picture.metadata.orientation == 1)
      let left = difference(picture, upright[0]), untouched = difference(files[index], upright[0])
      #expect(left < 12, "orientation \(index + 1) is another picture")
      #expect(
        index == 0 || untouched > 2 * left + 10, "orientation \(index + 1) would pass without being applied")
    }
  }
}
