import Foundation
import MSRNKit
import Testing

@Suite struct TestPictureTests {
  private static let sample = Repository.root + "/samples/parrots.png"

  private func stored(_ image: Image) throws -> String {
    let url = FileManager.default.temporaryDirectory.appending(path: "msrn-test-\(UUID().uuidString).png")
    try Data(image.encode(.png)).write(to: url)
    return url.path
  }

  private func failure(_ hr: String, _ source: TestPicture.Source, scale: Int) -> EvaluationError? {
    do throws(FileError) { _ = try TestPicture(hr: hr, source: source, scale: scale, modcrop: false) } catch {
      return error.underlying as? EvaluationError
    }
    return nil
  }

  @Test("originals are cut at right and bottom, if that was asked for")
  func modcrop() throws {
    // 192x128.
    #expect(
      failure(Self.sample, .reduced, scale: 3) == .notMultiple(width: 192, height: 128, scale: 3))
    let whole = try TestPicture(hr: Self.sample, source: .reduced, scale: 1, modcrop: false).hr
    let cut = try TestPicture(hr: Self.sample, source: .reduced, scale: 3, modcrop: true)
    #expect(cut.hr.width == 192 && cut.hr.height == 126)
    guard case .eight(let all) = whole.samples, case .eight(let part) = cut.hr.samples else {
      Issue.record("8 bits")
      return
    }
    #expect(all.prefix(192 * 126 * 3).elementsEqual(part))
    #expect(cut.lr?.width == 64 && cut.lr?.height == 42 && cut.sr == nil)
    let column = whole.cropped(width: 1, height: 128)
    let left = (0..<128).flatMap { row in all[row * 576..<row * 576 + 3] }
    #expect(column.samples == .eight(left))
  }

  @Test("sizes that do not fit are errors")
  func sizes() {
    #expect(
      failure(Self.sample, .lr(Self.sample), scale: 2)
        == .wrongSize(width: 192, height: 128, expectedWidth: 96, expectedHeight: 64))
    #expect(failure(Self.sample, .sr(Self.sample), scale: 2) == nil)
  }

  @Test("grey becomes RGB, opaque alpha goes, transparency is an error")
  func kinds() throws {
    func picture(alpha: [UInt8]) -> Image {
      Image(
        width: 2, height: 2, color: .grey, hasAlpha: true,
        samples: .eight(alpha.enumerated().flatMap { [UInt8($0 * 50), $1] }))
    }
    let opaque = try stored(picture(alpha: [255, 255, 255, 255]))
    let veiled = try stored(picture(alpha: [9, 9, 9, 9]))
    defer { for path in [opaque, veiled] { try? FileManager.default.removeItem(atPath: path) } }
    let hr = try TestPicture(hr: opaque, source: .reduced, scale: 1, modcrop: false).hr
    #expect(hr.samples == .eight([0, 0, 0, 50, 50, 50, 100, 100, 100, 150, 150, 150]))
    #expect(failure(veiled, .reduced, scale: 1) == .transparent)
  }

  @Test("the nearest pixel, and models through the upscaler")
  func methods() throws {
    let lr = Image(width: 2, height: 1, color: .rgb, samples: .eight([1, 2, 3, 4, 5, 6]))
    let nearest = try EvaluationMethod.nearest.enlarge(lr, scale: 2)
    #expect(
      nearest.samples == .eight([1, 2, 3, 1, 2, 3, 4, 5, 6, 4, 5, 6, 1, 2, 3, 1, 2, 3, 4, 5, 6, 4, 5, 6]))
    let upscaler = try Repository.upscaler(2)
    let picture = try TestPicture(hr: Self.sample, source: .reduced, scale: 2, modcrop: false)
    let small = try #require(picture.lr)
    let plain = EvaluationMethod.model(upscaler, ensemble: false)
    let mean = EvaluationMethod.model(upscaler, ensemble: true)
    #expect(plain.name == "msrn-light" && mean.name == "msrn-light+")
    #expect(try plain.enlarge(small, scale: 2) == upscaler.upscale(small))
    let scores = try [.bicubic, plain, mean].map {
      try EvaluationProtocol.msrn.score($0.enlarge(small, scale: 2), reference: picture.hr, scale: 2).psnr
    }
    #expect(scores[0] + 1 < scores[1] && scores[1] < scores[2], "\(scores)")
  }
}
