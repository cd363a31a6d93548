import MSRNKit
import Testing

@Suite struct EnlargerTests {
  private func enlarger(to target: TargetSize, memory: Int? = nil) -> Enlarger {
    Enlarger(to: target, scales: [4, 2, 3], name: "msrn-light", memory: memory) { scale in
      try Upscaler(model: Model.read(Repository.weights(scale)), options: .init(threads: 2, memory: memory))
    }
  }

  private func picture(_ width: Int, _ height: Int, alpha: Bool = false) -> Image {
    var values: [UInt8] = []
    for y in 0..<height {
      for x in 0..<width {
        let isVisible = x < width / 2
        values += isVisible || !alpha ? [UInt8(x * 5 % 200), UInt8(y * 7 % 200), 90] : [0, 0, 0]
        if alpha { values.append(isVisible ? 255 : 0) }
      }
    }
    return Image(width: width, height: height, color: .rgb, hasAlpha: alpha, samples: .eight(values))
  }

  @Test(
    "the smallest network that reaches the size, then the resampler",
    arguments: [
      (.scale(2), 2, false, "msrn-light x2"), (.scale(2.1), 3, true, "msrn-light x3 and lanczos"),
      (.scale(3), 3, false, "msrn-light x3"), (.scale(3.5), 4, true, "msrn-light x4 and lanczos"),
      (.scale(8), 4, true, "msrn-light x4 and lanczos"), (.scale(1), nil, false, "copied"),
      (.scale(0.5), nil, true, "lanczos"),
      (.box(width: 60, height: 80, fit: .exactly), 4, true, "msrn-light x4 and lanczos"),
      (.box(width: 10, height: 10, when: .ifSmaller), nil, false, "copied"),
    ] as [(TargetSize, Int?, Bool, String)])
  func routes(target: TargetSize, network: Int?, resamples: Bool, text: String) throws {
    let enlarger = enlarger(to: target)
    let route = try enlarger.route(width: 30, height: 20)
    #expect(route.network == network && route.resamples == resamples)
    #expect(enlarger.description(of: route) == text)
  }

  @Test("a whole scale is the network's own result; another size is that, resampled")
  func results() throws {
    let image = picture(30, 20)
    let network = try enlarger(to: .scale(3)).upscaler(3).upscale(image)
    #expect(try enlarger(to: .scale(3)).enlarge(image) == network)
    let decimal = try enlarger(to: .scale(2.5)).enlarge(image)
    #expect(decimal == network.resized(width: 75, height: 50, kernel: .lanczos))
    #expect(
      try enlarger(to: .scale(2.5)).limited(to: 1).enlarge(image) == decimal, "threads change nothing")
    let bicubic = Enlarger(to: .scale(2.5), filter: .bicubic, memory: nil)
    #expect(try bicubic.enlarge(image) == image.resized(width: 75, height: 50))
    #expect(try Enlarger(to: .scale(1), filter: .bicubic, memory: nil).enlarge(image) == image)
  }

  @Test("nothing dark from under full transparency comes to its edge", arguments: [0.3, 2.5, 5])
  func transparency(scale: Double) throws {
    var image = picture(40, 20, alpha: true)
    guard case .eight(var values) = image.samples else { return }
    for pixel in 0..<40 * 20 where values[pixel * 4 + 3] == 255 {
      for channel in 0..<3 { values[pixel * 4 + channel] = 200 }
    }
    image.samples = .eight(values)
    for enlarger in [
      enlarger(to: .scale(scale)), Enlarger(to: .scale(scale), filter: .bicubic, memory: nil),
    ] {
      let result = try enlarger.enlarge(image)
      guard case .eight(let values) = result.samples else { return }
      for pixel in 0..<result.width * result.height where values[pixel * 4 + 3] > 0 {
        #expect(values[pixel * 4..<pixel * 4 + 3].allSatisfy { $0 > 190 }, "pixel \(pixel)")
      }
      #expect(values[3] == 255 && values[values.count - 1] == 0)
    }
  }

  @Test("what is needed is said before, and refused where there is less")
  func memory() throws {
    let (image, target) = (picture(300, 200), TargetSize.scale(2.5))
    let header = try Image.header(image.encode(.png))
    let needed = try enlarger(to: target).need(for: header)
    #expect(try enlarger(to: .scale(2)).need(for: header).whole < needed.whole)
    #expect(try enlarger(to: target, memory: needed.whole).enlarge(image).width == 750)
    for enlarger in [
      enlarger(to: target, memory: 26 << 20), Enlarger(to: .scale(9), filter: .lanczos, memory: 26 << 20),
    ] {
      #expect(throws: UpscaleError.self) { try enlarger.checkMemory(for: header) }
      #expect(throws: UpscaleError.self) { try enlarger.enlarge(image) }
    }
    // A photograph may lie on its side: the larger answer counts.
    let turned = try enlarger(to: .box(width: 900, height: nil)).need(for: Image.header(image.encode(.jpeg)))
    #expect(try turned.whole > enlarger(to: .box(width: 900, height: nil)).need(for: header).whole)
  }

  @Test("sizes beyond all measure are refused, not computed")
  func measures() {
    for target in [TargetSize.scale(1e9), .megapixels(1e9), .maxSide(1 << 31)] {
      #expect(throws: ImageError.self) { try enlarger(to: target).route(width: 100_000, height: 10_000) }
    }
  }
}
