public import MSRNImages

/// What of two pictures is compared: of which colours, inside which border, rounded or not.
///
/// PSNR is 10 log10(255² / MSE) in double precision, SSIM that of Wang et al. (2004) with an 11x11 Gaussian window; both
/// are taken of each picture, and a set's figure is the mean of its pictures'.
public enum EvaluationProtocol: String, CaseIterable, Hashable, Sendable {
  /// Luma as it is, border = scale: MSRN, EDSR, RCAN and BasicSR on the usual sets.
  case msrn
  /// Luma rounded to whole levels, border = scale: SelfExSR, A+, SRCNN.
  case selfexsr
  /// Red, green and blue, border = scale: PSNR of all their values together, SSIM the mean of three.
  case rgb
  /// Red, green and blue, border = scale + 6: EDSR on the validation pictures of DIV2K.
  case div2k

  /// Rows and columns left out at each border.
  public func shave(scale: Int) -> Int { self == .div2k ? scale + 6 : scale }

  /// What is compared, in a few words.
  public var summary: String {
    switch self {
    case .msrn: "Y of BT.601, not rounded"
    case .selfexsr: "Y of BT.601, rounded to whole levels"
    case .rgb, .div2k: "red, green and blue"
    }
  }

  /// Measures how near a picture comes to its original.
  ///
  /// - Parameters:
  ///   - result: the picture, alpha ignored.
  ///   - reference: the original, of the same size.
  ///   - scale: how many times as wide and high the picture was made.
  /// - Returns: PSNR and SSIM.
  /// - Throws: `QualityError` where sizes differ or fewer than 11x11 pixels are left inside the border.
  /// - Complexity: linear in the pixels, about 400 operations each.
  public func score(_ result: Image, reference: Image, scale: Int) throws(QualityError) -> Score {
    let (planes, originals) = (planes(of: result), planes(of: reference))
    let border = shave(scale: scale)
    var (error, similarity) = (0.0, 0.0)
    for (plane, original) in zip(planes, originals) {
      similarity += try plane.ssim(to: original, shave: border)
      error += try plane.meanSquaredError(to: original, shave: border)
    }
    let count = Double(planes.count)
    return Score(psnr: Luma.psnr(meanSquaredError: error / count), ssim: similarity / count)
  }

  private func planes(of image: Image) -> [Luma] {
    switch self {
    case .msrn: return [Luma(image)]
    case .selfexsr: return [Luma(image, isRounded: true)]
    case .rgb, .div2k:
      // Three equal channels have the measures of one, but the other picture may be coloured.
      let coloured = image.inRGB()
      return (0..<3).map { Luma(channel: $0, of: coloured) }
    }
  }
}

/// How near a picture comes to its original.
public struct Score: Hashable, Sendable {
  /// Peak signal-to-noise ratio in dB; infinite for equal pictures.
  public var psnr: Double
  /// Structural similarity, 1 for equal pictures.
  public var ssim: Double

  /// A pair of measures.
  public init(psnr: Double, ssim: Double) { (self.psnr, self.ssim) = (psnr, ssim) }

  /// The means of both measures over pictures, of which there is at least one.
  ///
  /// The mean is taken of decibels, so one picture that is equal to its original makes it infinite.
  public static func mean(_ scores: [Score]) -> Score {
    precondition(!scores.isEmpty, "there is no mean of no pictures")
    let count = Double(scores.count)
    return Score(
      psnr: scores.reduce(0) { $0 + $1.psnr } / count, ssim: scores.reduce(0) { $0 + $1.ssim } / count)
  }
}
