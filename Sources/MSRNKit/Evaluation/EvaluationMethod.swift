public import MSRNImages

/// A way to enlarge a picture that is evaluated.
public enum EvaluationMethod: Sendable {
  /// Each pixel is repeated.
  case nearest
  /// MATLAB's `imresize`, cubic with a = -0.5.
  case bicubic
  /// MATLAB's `imresize`, a sinc windowed by one of three lobes ("lanczos3").
  case lanczos
  /// A network; with `ensemble`, the mean of its eight results.
  case model(Upscaler, ensemble: Bool)

  /// The method's name for tables, such as `bicubic` or `msrn-light+` (`+`: with the ensemble, as papers write it).
  public var name: String {
    switch self {
    case .nearest: "nearest"
    case .bicubic: "bicubic"
    case .lanczos: "lanczos"
    case .model(let upscaler, let ensemble): upscaler.model.name + (ensemble ? "+" : "")
    }
  }

  /// Enlarges a picture.
  ///
  /// - Parameters:
  ///   - image: the picture.
  ///   - scale: how many times as wide and high; that of the model, if there is one.
  ///   - progress: called now and then with the share of the work done; returns whether to go on.
  /// - Returns: the picture, samples rounded as a file holds them.
  /// - Throws: ``UpscaleError`` from a model.
  public func enlarge(
    _ image: Image, scale: Int, progress: (Double) -> Bool = { _ in true }
  ) throws(UpscaleError) -> Image {
    switch self {
    case .nearest: return image.repeated(scale)
    case .bicubic: return image.resized(by: Double(scale))
    case .lanczos: return image.resized(by: Double(scale), kernel: .lanczos)
    case .model(let upscaler, let ensemble):
      precondition(upscaler.scale == scale, "a model for scale \(upscaler.scale) is asked for \(scale)")
      return try upscaler.upscale(image, ensemble: ensemble, progress: progress)
    }
  }
}
