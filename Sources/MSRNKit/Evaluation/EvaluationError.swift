/// Why pictures cannot be evaluated together.
///
/// Each description is one sentence without the file's name, which a ``FileError`` puts before it.
public enum EvaluationError: Error, Hashable, Sendable {
  /// A folder without pictures.
  case noPictures
  /// There is no picture of this stem in the other folder.
  case noPartner(stem: String, folder: String)
  /// Several pictures could be the one of this stem.
  case ambiguous(stem: String, names: [String])
  /// The HR picture's sides are not multiples of the scale.
  case notMultiple(width: Int, height: Int, scale: Int)
  /// A picture has not the size that its HR picture and the scale ask for.
  case wrongSize(width: Int, height: Int, expectedWidth: Int, expectedHeight: Int)
  /// Transparency, which no protocol measures.
  case transparent
  /// A kind of degradation is not defined for this scale.
  case undefined(kind: Degradation, scale: Int)
}

extension EvaluationError: CustomStringConvertible {
  /// One sentence with names and sizes.
  public var description: String {
    switch self {
    case .noPictures: "has no PNG or JPEG pictures"
    case .noPartner(let stem, let folder): "has no partner: there is no picture \"\(stem)\" in \(folder)"
    case .ambiguous(let stem, let names):
      "has several pictures for \"\(stem)\": \(names.joined(separator: ", "))"
    case .notMultiple(let width, let height, let scale):
      min(width, height) < scale
        ? "\(width)x\(height) pixels are too few for scale \(scale)"
        : "\(width)x\(height) pixels are not a multiple of \(scale); --modcrop cuts them"
    case .wrongSize(let width, let height, let expectedWidth, let expectedHeight):
      "\(width)x\(height) pixels, where \(expectedWidth)x\(expectedHeight) belong to the HR picture"
    case .transparent: "has transparency, which no protocol measures"
    case .undefined(let kind, let scale):
      "the degradation \(kind.rawValue) is defined for scale 3, not \(scale)"
    }
  }
}
