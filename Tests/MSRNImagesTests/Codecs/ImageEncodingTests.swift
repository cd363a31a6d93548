import MSRNImages
import MSRNTestSupport
import Testing

@Suite("Encoding, and back")
struct ImageEncodingTests {
  /// A profile that is one as far as its header: libpng checks length, class, colour space, white and the tag table.
  static func profile(_ color: Image.Color, size: Int = 200) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: size)
    func put(_ text: String, _ at: Int) { bytes.replaceSubrange(at..<at + 4, with: Array(text.utf8)) }
    for i in 0..<4 { bytes[i] = UInt8(truncatingIfNeeded: size >> (24 - 8 * i)) }
    bytes[8] = 4
    put("mntr", 12)
    put(color == .grey ? "GRAY" : "RGB ", 16)
    put("XYZ ", 20)
    put("acsp", 36)
    bytes.replaceSubrange(68..<80, with: [0, 0, 0xF6, 0xD6, 0, 1, 0, 0, 0, 0, 0xD3, 0x2D])
    for i in 132..<size { bytes[i] = UInt8(truncatingIfNeeded: i &* 31) }
    return bytes
  }

  static func metadata(_ color: Image.Color, profile size: Int = 200) -> Metadata {
    var metadata = Metadata()
    metadata.icc = profile(color, size: size)
    metadata.exif = Array("II*\0".utf8) + [8, 0, 0, 0, 0, 0, 0, 0, 0, 0]
    metadata.xmp = Array("<x:xmpmeta xmlns:x='adobe:ns:meta/'/>".utf8)
    metadata.density = .init(x: 300, y: 150, unit: .inch)
    return metadata
  }

  static func image(
    _ color: Image.Color, alpha: Bool, depth: Int, width: Int = 37, height: Int = 19,
    metadata: Metadata = Metadata()
  ) -> Image {
    var random = SplitMix(seed: 7)
    let count = width * height * (color.channels + (alpha ? 1 : 0))
    let samples: Image.Samples =
      depth == 16
      ? .sixteen((0..<count).map { _ in UInt16.random(in: 0...65535, using: &random) })
      : .eight((0..<count).map { _ in UInt8.random(in: 0...255, using: &random) })
    return Image(
      width: width, height: height, color: color, hasAlpha: alpha, samples: samples, metadata: metadata)
  }

  @Test(
    "PNG: samples and metadata come back the same", arguments: [Image.Color.grey, .rgb],
    [(false, 8), (true, 8), (false, 16), (true, 16)])
  func png(color: Image.Color, form: (alpha: Bool, depth: Int)) throws {
    var metadata = ImageEncodingTests.metadata(color)
    metadata.gamma = 45455
    metadata.chromaticities = [31270, 32900, 64000, 33000, 30000, 60000, 15000, 6000]
    for (width, height) in [(37, 19), (1, 1), (1, 50), (300, 1)] {
      let image = ImageEncodingTests.image(
        color, alpha: form.alpha, depth: form.depth, width: width, height: height, metadata: metadata)
      let decoded = try Image.decode(image.encode(.png, options: EncodeOptions(compression: width % 10)))
      var expected = image
      // 300 and 150 dots an inch, as PNG counts them.
      expected.metadata.density = .init(x: 11811, y: 5906, unit: .metre)
      #expect(decoded.image == expected)
      #expect(decoded.notes.isEmpty, "\(decoded.notes)")
    }
  }

  @Test("PNG: every level decodes to the same, and effort pays")
  func levels() throws {
    let image = Image(
      width: 64, height: 64, color: .grey,
      samples: .eight((0..<4096).map { UInt8(truncatingIfNeeded: $0 / 7) }))
    let sizes = try (0...9).map { level in
      let data = try image.encode(.png, options: EncodeOptions(compression: level))
      #expect(try Image.decode(data).image == image)
      return data.count
    }
    #expect(sizes[9] < sizes[0] / 2)
  }

  @Test(
    "PNG: several bands decode to the same, and are the same bytes from any number of threads",
    arguments: [
      (Image.Color.rgb, 8, 700, 300), (.grey, 16, 300, 900), (.rgb, 16, 60_000, 3), (.grey, 8, 1, 200_000),
    ])
  func bands(color: Image.Color, depth: Int, width: Int, height: Int) throws {
    // Noise, and a pattern that repeats within the window: what refers back across a band's edge.
    for pattern in [false, true] {
      var image = ImageEncodingTests.image(color, alpha: true, depth: depth, width: width, height: height)
      if pattern, case .eight(let values) = image.samples {
        image.samples = .eight(values.indices.map { values[$0 % 20_011] })
      } else if pattern, case .sixteen(let values) = image.samples {
        image.samples = .sixteen(values.indices.map { values[$0 % 10_007] })
      }
      for level in [0, 1, 5, 9] {
        let data = try image.encode(.png, options: EncodeOptions(compression: level))
        #expect(try Image.decode(data).image == image)
        for threads in [2, 5] {
          let other = try image.encode(.png, options: EncodeOptions(compression: level, threads: threads))
          #expect(other == data)
        }
      }
    }
  }

  @Test("PNG: what follows from the row above or the pixel before costs little, though no byte repeats")
  func filters() throws {
    let side = 256
    var random = SplitMix(seed: 3)
    let noise = (0..<side).map { _ in Int.random(in: 0...255, using: &random) }
    for value in [{ x, y in noise[x] + 3 * y }, { x, y in noise[y] + 3 * x }] as [(Int, Int) -> Int] {
      let image = Image(
        width: side, height: side, color: .grey,
        samples: .eight((0..<side * side).map { UInt8(truncatingIfNeeded: value($0 % side, $0 / side)) }))
      let data = try image.encode(.png)
      #expect(try Image.decode(data).image == image)
      #expect(data.count < side * side / 16)
    }
  }

  @Test("PNG: sRGB, densities and a ratio")
  func small() throws {
    var image = ImageEncodingTests.image(.rgb, alpha: false, depth: 8)
    for intent in 0...3 as ClosedRange<UInt8> {
      image.metadata.srgbIntent = intent
      #expect(try Image.decode(image.encode(.png)).image == image)
    }
    for density in [Metadata.Density(x: 2835, y: 2835, unit: .metre), .init(x: 4, y: 3, unit: .aspect)] {
      image.metadata.density = density
      #expect(try Image.decode(image.encode(.png)).image.metadata.density == density)
    }
  }

  @Test("JPEG: pixels near, metadata the same", arguments: [Image.Color.grey, .rgb], [8, 16])
  func jpeg(color: Image.Color, depth: Int) throws {
    let metadata = ImageEncodingTests.metadata(color)
    for (width, height) in [(61, 43), (1, 1), (2, 131)] {
      let count = width * height * color.channels
      let ramp = (0..<count).map { UInt16($0 * 65535 / count) }
      let image = Image(
        width: width, height: height, color: color,
        samples: depth == 16 ? .sixteen(ramp) : .eight(ramp.map { UInt8($0 >> 8) }), metadata: metadata)
      for progressive in [false, true] {
        let data = try image.encode(.jpeg, options: EncodeOptions(quality: 100, progressive: progressive))
        #expect(try Image.header(data).kind.contains("progressive") == progressive)
        let decoded = try Image.decode(data)
        let back = decoded.image
        #expect((back.width, back.height, back.depth) == (width, height, 8))
        #expect(back.color == color)
        #expect(back.metadata == metadata)
        #expect(decoded.notes.isEmpty, "\(decoded.notes)")
        let worst = zip(back.bytes, ramp).map { abs(Int($0) - Int((UInt32($1) * 255 + 32767) / 65535)) }.max()
        #expect(try #require(worst) <= 3)
      }
    }
  }

  @Test("JPEG: quality, chroma and both together change the file as they should")
  func options() throws {
    let image = try Image.decode(Fixture.bytes("libjpeg-turbo/testorig.jpg")).image
    for (chroma, word) in [(.full, "4:4:4"), (.half, "4:2:2"), (.quarter, "4:2:0")]
      as [(EncodeOptions.Chroma, String)]
    {
      let kind = try Image.header(image.encode(.jpeg, options: EncodeOptions(chroma: chroma))).kind
      #expect(kind.contains(word))
    }
    let sizes = try [1, 25, 50, 75, 95, 100].map {
      try image.encode(.jpeg, options: EncodeOptions(quality: $0)).count
    }
    #expect(sizes == sizes.sorted())
    #expect(sizes[5] > 4 * sizes[2])
  }

  @Test("JPEG: a profile of several parts, and what is too large is left out as announced")
  func large() throws {
    var image = ImageEncodingTests.image(.rgb, alpha: false, depth: 8)
    image.metadata = ImageEncodingTests.metadata(.rgb, profile: 200_000)
    #expect(image.losses(.jpeg).isEmpty)
    #expect(try Image.decode(image.encode(.jpeg)).image.metadata == image.metadata)

    image.metadata.xmp = [UInt8](repeating: 32, count: 65504)
    image.metadata.exif = Array("MM\0*".utf8) + [UInt8](repeating: 0, count: 65527 - 4)
    #expect(image.losses(.jpeg).isEmpty)
    #expect(try Image.decode(image.encode(.jpeg)).image.metadata == image.metadata)

    image.metadata.xmp?.append(32)
    image.metadata.exif?.append(0)
    #expect(image.losses(.jpeg).count == 2)
    let back = try Image.decode(image.encode(.jpeg)).image.metadata
    #expect(back.xmp == nil && back.exif == nil && back.icc == image.metadata.icc)
    #expect(try Image.decode(image.encode(.png)).image.metadata.xmp == image.metadata.xmp)
    #expect(image.losses(.png).isEmpty)
  }

  @Test("from format to format: densities are converted, PNG's colour chunks have no place in a JPEG")
  func across() throws {
    var image = ImageEncodingTests.image(.rgb, alpha: false, depth: 8)
    image.metadata.gamma = 45455
    image.metadata.srgbIntent = 0
    image.metadata.density = .init(x: 11811, y: 2835, unit: .metre)
    #expect(image.losses(.jpeg).count == 1)
    let back = try Image.decode(image.encode(.jpeg)).image.metadata
    var expected = Metadata()
    expected.density = .init(x: 300, y: 72, unit: .inch)
    #expect(back == expected)
    image.metadata.density = .init(x: 200_000, y: 100_000, unit: .aspect)
    let ratio = try #require(try Image.decode(image.encode(.jpeg)).image.metadata.density)
    #expect(ratio.unit == .aspect && ratio.x == 2 * ratio.y)
  }

  @Test("a profile for other colours is left out of either format, as announced")
  func wrongProfile() throws {
    var image = ImageEncodingTests.image(.grey, alpha: false, depth: 8)
    image.metadata.icc = ImageEncodingTests.profile(.rgb)
    for codec in Codec.allCases {
      #expect(image.losses(codec).count == 1)
      #expect(try Image.decode(image.encode(codec)).image.metadata.icc == nil)
    }
  }

  @Test("alpha, and more than 65,500 pixels a side, cannot be a JPEG")
  func unencodable() throws {
    for color in [Image.Color.grey, .rgb] {
      let alpha = #expect(throws: ImageError.self) {
        try ImageEncodingTests.image(color, alpha: true, depth: 8).encode(.jpeg)
      }
      #expect(alpha == .unencodable(format: "JPEG", reason: "JPEG has no alpha"))
    }
    let widest = ImageEncodingTests.image(.grey, alpha: false, depth: 8, width: 65500, height: 1)
    #expect(try Image.decode(widest.encode(.jpeg)).image.width == 65500)
    for (width, height) in [(65501, 1), (1, 65501)] {
      let image = ImageEncodingTests.image(.grey, alpha: false, depth: 8, width: width, height: height)
      let error = #expect(throws: ImageError.self) { try image.encode(.jpeg) }
      #expect("\(try #require(error))".contains("at most 65500 a side"))
      #expect(try Image.decode(image.encode(.png)).image == image)
    }
  }
}
