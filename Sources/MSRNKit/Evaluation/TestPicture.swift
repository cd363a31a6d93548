public import MSRNImages

/// An original and what is to be made into it again: one picture of a test set, decoded and cut to size.
///
/// Pictures are turned upright and taken as red, green and blue, as the field's scripts do with grey ones; alpha that is
/// opaque everywhere is dropped.
public struct TestPicture: Sendable {
  /// Where the low-resolution picture or the result comes from.
  public enum Source: Hashable, Sendable {
    /// Reduced from the original, as the field's test sets are (MATLAB's bicubic).
    case reduced
    /// The low-resolution picture is this file.
    case lr(String)
    /// The result itself is this file; nothing is enlarged.
    case sr(String)
  }

  /// The original, its sides multiples of the scale.
  public let hr: Image
  /// What is enlarged; `nil` where the result is given.
  public let lr: Image?
  /// The result that is given.
  public let sr: Image?

  /// Reads and checks the pictures.
  ///
  /// - Parameters:
  ///   - hr: the original's file.
  ///   - source: where the other picture comes from.
  ///   - scale: how many times as wide and high the original is.
  ///   - modcrop: whether the original is cut, at right and bottom, to multiples of the scale.
  /// - Throws: ``FileError`` with an ``AccessError``, an `ImageError`, or an ``EvaluationError`` where sizes do not fit or
  ///   there is transparency.
  public init(hr: String, source: Source, scale: Int, modcrop: Bool) throws(FileError) {
    precondition(scale > 0, "a scale is positive, not \(scale)")
    var original = try Self.read(hr)
    let (width, height) = (original.width / scale * scale, original.height / scale * scale)
    if width != original.width || height != original.height {
      guard modcrop, width > 0, height > 0 else {
        throw FileError(
          path: hr,
          underlying: EvaluationError.notMultiple(
            width: original.width, height: original.height, scale: scale))
      }
      original = original.cropped(width: width, height: height)
    }
    switch source {
    case .reduced: (lr, sr) = (original.resized(by: 1 / Double(scale)), nil)
    case .lr(let path): (lr, sr) = (try Self.read(path, width: width / scale, height: height / scale), nil)
    case .sr(let path): (lr, sr) = (nil, try Self.read(path, width: width, height: height))
    }
    self.hr = original
  }

  /// A picture as it is measured; its size must be the one given, if any is.
  static func read(_ path: String, width: Int? = nil, height: Int? = nil) throws(FileError) -> Image {
    let bytes = try PictureFile(path).read()
    do {
      let image = try Image.decode(bytes).image.oriented()
      if image.hasAlpha && image.alphaIsConstant.map(Int.init) != image.maximum {
        throw EvaluationError.transparent
      }
      if let width, let height, (image.width, image.height) != (width, height) {
        throw EvaluationError.wrongSize(
          width: image.width, height: image.height, expectedWidth: width, expectedHeight: height)
      }
      return image.droppingAlpha().inRGB()
    } catch {
      throw FileError(path: path, underlying: error)
    }
  }
}
