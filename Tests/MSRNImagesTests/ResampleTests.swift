import Foundation
import MSRNImages
import Testing

/// Set5 is not part of the repository: its licence is not stated.
private let set5 = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
  .appending(path: "../../../shared/data/eval/Set5").standardized

private func picture(_ path: String) throws -> Image {
  try Image.decode([UInt8](Data(contentsOf: set5.appending(path: path)))).image
}

/// The whole of Set5, PSNR per picture and mean SSIM with unrounded luma.
@Suite(
  "Bicubic on Set5",
  .enabled(if: FileManager.default.fileExists(atPath: set5.path), "needs ../shared/data/eval/Set5"))
struct BicubicTests {
  @Test(
    "samples and decibels are MATLAB's",
    arguments: [
      (2, [37.07810, 36.82096, 27.43652, 34.88172, 32.14976], 0.93029),
      (3, [33.92466, 32.58447, 24.03849, 32.90260, 28.56634], 0.86891),
      (4, [31.78419, 30.18150, 22.09961, 31.61325, 26.46654], 0.81114),
    ])
  func golden(scale: Int, decibels: [Double], similarity: Double) throws {
    var similarities = 0.0
    for (name, expected) in zip(["baby", "bird", "butterfly", "head", "woman"], decibels) {
      let whole = try picture("HR/\(name).png")
      let (width, height) = (whole.width / scale * scale, whole.height / scale * scale)
      guard case .eight(let samples) = whole.samples, whole.color == .rgb, !whole.hasAlpha else {
        Issue.record("\(name) is 8-bit RGB")
        continue
      }
      let rows = (0..<height).flatMap { samples[$0 * whole.width * 3..<($0 * whole.width + width) * 3] }
      let high = Image(width: width, height: height, color: .rgb, samples: .eight(rows))
      let low = high.resized(by: 1 / Double(scale))
      #expect(low.samples == (try picture("LR_bicubic/X\(scale)/\(name)x\(scale).png")).samples, "\(name)")
      let (result, reference) = (Luma(low.resized(by: Double(scale))), Luma(high))
      let psnr = try result.psnr(to: reference, shave: scale)
      #expect(abs(psnr - expected) < 1e-4, "\(name): \(psnr) dB")
      similarities += try result.ssim(to: reference, shave: scale)
    }
    #expect(abs(similarities / 5 - similarity) < 1e-5)
  }
}
