/// Why two pictures cannot be compared.
public enum QualityError: Error, Hashable, Sendable {
  /// The pictures have different sizes.
  case sizesDiffer(width: Int, height: Int, referenceWidth: Int, referenceHeight: Int)
  /// Fewer pixels per side are left inside the shaved border than the measure needs.
  case tooSmall(width: Int, height: Int, shave: Int, needed: Int)
}

extension QualityError: CustomStringConvertible {
  /// One sentence with the sizes.
  public var description: String {
    switch self {
    case .sizesDiffer(let width, let height, let referenceWidth, let referenceHeight):
      "\(width)x\(height) pixels cannot be compared with \(referenceWidth)x\(referenceHeight); "
        + "crop the reference to a multiple of the scale"
    case .tooSmall(let width, let height, let shave, let needed):
      "\(width)x\(height) pixels are too few: inside a border of \(shave) at least \(needed)x\(needed) are needed"
    }
  }
}

extension Luma {
  /// What of two pictures is compared: all but the border, when they are equal in size and `needed` pixels per side are
  /// left.
  func compared(
    with reference: Luma, _ shave: Int, needed: Int
  ) throws(QualityError) -> (columns: Range<Int>, rows: Range<Int>) {
    precondition(shave >= 0, "a border of \(shave) pixels")
    guard width == reference.width, height == reference.height else {
      throw .sizesDiffer(
        width: width, height: height, referenceWidth: reference.width, referenceHeight: reference.height)
    }
    guard min(width, height) - 2 * shave >= needed else {
      throw .tooSmall(width: width, height: height, shave: shave, needed: needed)
    }
    return (shave..<width - shave, shave..<height - shave)
  }
}
