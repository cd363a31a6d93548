/// Why bytes are not a picture we can read, or a picture not one we can write.
///
/// Each description is one sentence without the file's name, which the caller knows and puts before it.
public enum ImageError: Error, Hashable, Sendable {
  /// The first bytes are of no format known here, or of one that is known but not read.
  case unknownFormat(description: String)
  /// The codec found the data broken; `reason` says where (byte or row).
  case malformed(format: String, reason: String)
  /// Valid, but a kind that is not supported, such as 12-bit JPEG.
  case unsupported(format: String, reason: String)
  /// Larger than the limits given; nothing was allocated.
  case tooLarge(width: Int, height: Int, limit: String)
  /// The machine would not give the memory that the codec needs.
  case outOfMemory(reason: String)
  /// The picture cannot be stored in this format as it is, for example alpha in a JPEG.
  case unencodable(format: String, reason: String)
}

extension ImageError: CustomStringConvertible {
  /// One sentence, such as `not a valid PNG: read past the end of the data at byte 841`.
  public var description: String {
    switch self {
    case .unknownFormat(let description): "not a PNG or JPEG picture (\(description))"
    case .malformed(let format, let reason): "not a valid \(format): \(reason)"
    case .unsupported(let format, let reason): "unsupported \(format): \(reason)"
    case .tooLarge(let width, let height, let limit):
      "\(width)x\(height) pixels is more than the limit, \(limit)"
    case .outOfMemory(let reason): reason
    case .unencodable(let format, let reason): "cannot be written as \(format): \(reason)"
    }
  }
}
