import Foundation
import MSRNKit
import MSRNTestSupport
import Testing

@Suite struct UpscalerTests {
  /// A smooth picture with some noise: `value(x, y, channel)` in 0...1 at any depth.
  private func picture(
    _ width: Int, _ height: Int, color: Image.Color = .rgb, depth: Int = 8,
    alpha: ((Int, Int) -> Double)? = nil
  ) -> Image {
    var random = SplitMix(seed: 5)
    let maximum = depth == 16 ? 65535.0 : 255.0
    var values: [Double] = []
    for y in 0..<height {
      for x in 0..<width {
        for channel in 0..<color.channels {
          let wave = 0.5 + 0.3 * Double((x * (channel + 1) + 2 * y) % 16 - 8) / 8
          values.append((wave + 0.05 * Double(random.unit())) * maximum)
        }
        if let alpha { values.append(alpha(x, y) * maximum) }
      }
    }
    let samples: Image.Samples =
      depth == 16 ? .sixteen(values.map { UInt16($0.rounded()) }) : .eight(values.map { UInt8($0.rounded()) })
    return Image(width: width, height: height, color: color, hasAlpha: alpha != nil, samples: samples)
  }

  private func eight(_ image: Image) -> [UInt8] {
    guard case .eight(let values) = image.samples else { return [] }
    return values
  }

  @Test(arguments: [("light", 2), ("light", 3), ("light", 4), ("photo", 4)])
  func everyShippedFile(model: String, scale: Int) throws {
    let upscaler = try Repository.upscaler(scale, model: model)
    #expect(upscaler.model.isShipped)
    #expect(upscaler.model.name == "msrn-" + model)
    let large = try upscaler.upscale(picture(31, 18))
    #expect((large.width, large.height) == (31 * scale, 18 * scale))
    #expect((large.color, large.depth, large.hasAlpha) == (.rgb, 8, false))
  }

  @Test(
    "a flat picture stays flat, to its corners",
    arguments: [("light", 2), ("light", 3), ("light", 4), ("photo", 4)])
  func flatStaysFlat(model: String, scale: Int) throws {
    let upscaler = try Repository.upscaler(scale, model: model)
    for level in [UInt8](arrayLiteral: 0, 60, 128, 200, 255) {
      let flat = Image(
        width: 24, height: 24, color: .rgb, samples: .eight([UInt8](repeating: level, count: 24 * 24 * 3)))
      let values = eight(try upscaler.upscale(flat)), width = 24 * scale, edge = 4 * scale
      #expect(values.count == width * width * 3)
      let errors = values.map { abs(Int($0) - Int(level)) }
      let inner = errors.indices.filter { index in
        let (x, y) = (index / 3 % width, index / 3 / width)
        return min(x, y, width - 1 - x, width - 1 - y) >= edge
      }
      #expect(errors.max() ?? 0 <= 6, "level \(level)")
      #expect(inner.allSatisfy { errors[$0] <= 1 }, "level \(level)")
    }
  }

  /// What each is for: photo comes nearer to the original of a JPEG, light to that of a clean picture.
  @Test func photoIsForCompressedPictures() throws {
    let file = try [UInt8](Data(contentsOf: URL(filePath: "\(Repository.root)/samples/parrots.png")))
    let hr = try Image.decode(file).image
    let clean = hr.resized(by: 0.25)
    let light = try Repository.upscaler(4), photo = try Repository.upscaler(4, model: "photo")
    func psnr(_ upscaler: Upscaler, _ lr: Image) throws -> Double {
      try Luma(upscaler.upscale(lr)).psnr(to: Luma(hr), shave: 4)
    }
    #expect(try psnr(light, clean) > psnr(photo, clean) + 0.5)
    for quality in [75, 40] {
      let encoded = try clean.encode(.jpeg, options: EncodeOptions(quality: quality, chroma: .quarter))
      let lr = try Image.decode(encoded).image
      #expect(try psnr(photo, lr) > psnr(light, lr) + 0.4, "quality \(quality)")
    }
  }

  @Test(arguments: [8, 16]) func greyStaysGreyAndDepthStays(depth: Int) throws {
    let upscaler = try Repository.upscaler(2)
    let grey = picture(20, 20, color: .grey, depth: depth)
    let large = try upscaler.upscale(grey)
    #expect((large.color, large.depth) == (.grey, depth))

    // The same picture as RGB gives channels whose mean is the grey, to one rounding each.
    func values(_ image: Image) -> [Int] {
      switch image.samples {
      case .eight(let values): values.map { Int($0) }
      case .sixteen(let values): values.map { Int($0) }
      }
    }
    let samples: [UInt16] = values(grey).flatMap { [UInt16](repeating: UInt16($0), count: 3) }
    let rgb = Image(
      width: 20, height: 20, color: .rgb,
      samples: depth == 16 ? .sixteen(samples) : .eight(samples.map { UInt8($0) }))
    let coloured = values(try upscaler.upscale(rgb))
    var worst = 0
    for (i, value) in values(large).enumerated() {
      // A channel that was cut off says no more what the network gave.
      let channels = coloured[3 * i..<3 * i + 3]
      guard channels.allSatisfy({ $0 > 0 && $0 < rgb.maximum }) else { continue }
      worst = max(worst, abs(3 * value - channels.reduce(0, +)))
    }
    #expect(worst <= 3)
  }

  /// 16 bits are not cut to 8 on the way: a ramp of fewer than 256 steps of 65535 keeps more values than 8 bits have.
  @Test func sixteenBitsKeepTheirSteps() throws {
    let ramp: [UInt16] = (0..<1024).map { UInt16(30000 + ($0 % 32) * 20) }
    let large = try Repository.upscaler(2).upscale(
      Image(width: 32, height: 32, color: .grey, samples: .sixteen(ramp)))
    guard case .sixteen(let values) = large.samples else { Issue.record("the depth changed"); return }
    #expect(Set(values).count > 64)
  }

  @Test func constantAlphaStaysAndColoursAreUntouchedByIt() throws {
    let upscaler = try Repository.upscaler(2)
    let with = try upscaler.upscale(picture(24, 24, alpha: { _, _ in 0.2 }))
    let without = try upscaler.upscale(picture(24, 24))
    #expect(with.alphaIsConstant == 51)
    #expect(with.droppingAlpha() == without)
  }

  /// Red on black transparency: with the colour bled outward no visible pixel becomes darker than in red alone.
  @Test func transparencyLeavesNoHalo() throws {
    var samples: [UInt8] = []
    for _ in 0..<32 { for x in 0..<32 { samples += x < 16 ? [200, 40, 40, 255] : [0, 0, 0, 0] } }
    let image = Image(width: 32, height: 32, color: .rgb, hasAlpha: true, samples: .eight(samples))
    let large = try Repository.upscaler(4).upscale(image)
    let values = eight(large)
    var (opaque, transparent) = (0, 0)
    for y in 16..<112 {
      for x in 0..<128 {
        let start = 4 * (y * 128 + x)
        let pixel: [Int] = values[start..<start + 4].map { Int($0) }
        if pixel[3] > 16, x > 12 {
          let off = max(abs(pixel[0] - 200), abs(pixel[1] - 40))
          #expect(off < 24, "at \(x), \(y): \(pixel)")
        }
        opaque += pixel[3] == 255 ? 1 : 0
        transparent += pixel[3] == 0 ? 1 : 0
      }
    }
    // Well inside either half alpha is exactly what it was.
    #expect(opaque >= 96 * 52 && transparent >= 96 * 52)
  }

  @Test func threadsAndProgress() throws {
    let model = try Model.read(Repository.weights(2))
    let image = picture(40, 30)
    let one = try Upscaler(model: model, options: .init(threads: 1)).upscale(image)
    var shares: [Double] = []
    let three = try Upscaler(model: model, options: .init(threads: 3)).upscale(image) { share in
      shares.append(share)
      return true
    }
    #expect(one == three)
    #expect(shares == shares.sorted() && shares.allSatisfy { (0...1).contains($0) } && shares.last == 1)
    #expect(throws: UpscaleError.cancelled) {
      try Upscaler(model: model, options: .init(threads: 1)).upscale(image) { _ in false }
    }
  }

  @Test func tooMuchMemoryIsRefusedBefore() throws {
    let upscaler = try Upscaler(
      model: Model.read(Repository.weights(4)), options: .init(threads: 1, memory: 1 << 20))
    let image = picture(64, 64)
    let needed = upscaler.peakBytes(for: image)
    #expect(throws: UpscaleError.tooMuchMemory(needed: needed, available: 1 << 20)) {
      try upscaler.upscale(image)
    }
    #expect(upscaler.peakBytes(for: image, ensemble: true) > needed)
  }

  /// The ensemble of a flipped picture is the flipped ensemble of the picture, to a rounding.
  @Test func ensembleIsSymmetric() throws {
    let upscaler = try Repository.upscaler(2)
    let image = picture(12, 10)
    func flipped(_ image: Image) -> Image {
      let (values, width) = (eight(image), image.width)
      var turned: [UInt8] = []
      for y in 0..<image.height {
        for x in (0..<width).reversed() {
          let start = 3 * (y * width + x)
          turned += values[start..<start + 3]
        }
      }
      var result = image
      result.samples = .eight(turned)
      return result
    }
    let a = eight(flipped(try upscaler.upscale(image, ensemble: true)))
    let b = eight(try upscaler.upscale(flipped(image), ensemble: true))
    #expect(zip(a, b).allSatisfy { abs(Int($0) - Int($1)) <= 1 })
    // And it is another picture than the single result.
    #expect(eight(try upscaler.upscale(image)) != eight(try upscaler.upscale(image, ensemble: true)))
  }

  @Test func statedSizesAreCorrected() throws {
    var image = picture(16, 16)
    image.metadata.density = Metadata.Density(x: 72, y: 72, unit: .inch)
    image.metadata.icc = [1, 2, 3]
    let large = try Repository.upscaler(2).upscale(image)
    #expect(large.metadata.density == image.metadata.density)
    #expect(large.metadata.icc == [1, 2, 3])
  }
}
