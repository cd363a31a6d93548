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

    /// The file, if there is one.
    var path: String? {
      switch self {
      case .reduced: nil
      case .lr(let path), .sr(let path): path
      }
    }
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
    try self.init(try Files(hr: hr, source: source), scale: scale, modcrop: modcrop)
  }

  /// Decodes and checks the pictures of files that have been read.
  ///
  /// - Parameters:
  ///   - files: their bytes.
  ///   - scale: how many times as wide and high the original is.
  ///   - modcrop: whether the original is cut, at right and bottom, to multiples of the scale.
  /// - Throws: ``FileError`` with an `ImageError`, or an ``EvaluationError`` where sizes do not fit or there is
  ///   transparency.
  public init(_ files: Files, scale: Int, modcrop: Bool) throws(FileError) {
    precondition(scale > 0, "a scale is positive, not \(scale)")
    let original = try Self.decode(files.hr, files.path)
    let (width, height) = (original.width / scale * scale, original.height / scale * scale)
    let fits = (width, height) == (original.width, original.height)
    guard fits || modcrop && width > 0 && height > 0 else {
      throw FileError(
        path: files.path,
        underlying: EvaluationError.notMultiple(
          width: original.width, height: original.height, scale: scale))
    }
    hr = original.cropped(width: width, height: height)
    func other(_ path: String, _ width: Int, _ height: Int) throws(FileError) -> Image {
      let image = try Self.decode(files.other, path)
      if (image.width, image.height) != (width, height) {
        throw FileError(
          path: path,
          underlying: EvaluationError.wrongSize(
            width: image.width, height: image.height, expectedWidth: width, expectedHeight: height))
      }
      return image
    }
    switch files.source {
    case .reduced: (lr, sr) = (hr.resized(by: 1 / Double(scale)), nil)
    case .lr(let path): (lr, sr) = (try other(path, width / scale, height / scale), nil)
    case .sr(let path): (lr, sr) = (nil, try other(path, width, height))
    }
  }

  /// A picture as it is measured.
  private static func decode(_ bytes: [UInt8], _ path: String) throws(FileError) -> Image {
    do {
      let image = try Image.decode(bytes).image.oriented()
      if image.hasAlpha && image.alphaIsConstant.map(Int.init) != image.maximum {
        throw EvaluationError.transparent
      }
      return image.droppingAlpha().inRGB()
    } catch {
      throw FileError(path: path, underlying: error)
    }
  }
}

extension TestPicture {
  /// The files of a test picture, read and not yet decoded.
  public struct Files: Sendable {
    /// The original's file.
    public let path: String
    /// Where the other picture comes from.
    public let source: Source
    let hr: [UInt8]
    /// Empty where the other picture is made of the original.
    let other: [UInt8]

    /// Reads the files.
    ///
    /// - Parameters:
    ///   - hr: the original's file.
    ///   - source: where the other picture comes from.
    /// - Throws: ``FileError`` with an ``AccessError``.
    public init(hr: String, source: Source) throws(FileError) {
      (path, self.source) = (hr, source)
      self.hr = try PictureFile(hr).read()
      other = try source.path.map { path throws(FileError) in try PictureFile(path).read() } ?? []
    }

    /// A text that tells these contents from all others: the SHA-256 of each file.
    public var identity: String {
      let original = SHA256(hr).hexadecimal
      return switch source {
      case .reduced: original + " reduced"
      case .lr: original + " lr " + SHA256(other).hexadecimal
      case .sr: original + " sr " + SHA256(other).hexadecimal
      }
    }

    /// What the original's header says; its sides are those before it is turned upright.
    ///
    /// - Throws: ``FileError`` with an `ImageError`.
    public var header: ImageHeader {
      get throws(FileError) {
        do throws(ImageError) { return try Image.header(hr) } catch {
          throw FileError(path: path, underlying: error)
        }
      }
    }

    /// Bytes of memory that the pictures take at most, with so many results and while one of them is measured.
    ///
    /// - Parameter results: how many results are held at a time.
    /// - Returns: the bytes.
    /// - Throws: ``FileError`` with an `ImageError`.
    package func bytes(results: Int) throws(FileError) -> Int {
      let header = try header
      let pixels = header.width * header.height
      return TestPicture.bytes(pixels: pixels, depth: header.depth, results: results) + hr.count + other.count
    }
  }

  /// Bytes of memory that an original of so many pixels takes at most, with so many results and while one is measured.
  package static func bytes(pixels: Int, depth: Int, results: Int) -> Int {
    // The original, its copy as it is cut, LR; the results; six planes of double precision in `rgb`.
    pixels * (depth / 8 * 3 * (3 + results) + 6 * 8)
  }
}
