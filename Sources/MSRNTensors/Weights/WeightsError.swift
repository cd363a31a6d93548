/// Why bytes are not weights that can be read.
///
/// Each description is one sentence without the file's name, which the caller knows and puts before it.
public enum WeightsError: Error, Hashable, Sendable {
  /// The first bytes are of no weights format known here.
  case unknownFormat(description: String)
  /// The file breaks the rules of its format; `reason` says where.
  case malformed(format: String, reason: String)
  /// Valid, but more than a state dict of plain tensors, or a kind of tensor that is not read.
  case unsupported(format: String, reason: String)
  /// A tensor holds a value that is no number.
  case notFinite(tensor: String)
}

extension WeightsError: CustomStringConvertible {
  /// One sentence.
  public var description: String {
    switch self {
    case .unknownFormat(let description):
      "not a weights file: neither safetensors nor PyTorch's .pt or .pth (\(description))"
    case .malformed(let format, let reason): "not a valid \(format) file: \(reason)"
    case .unsupported(let format, let reason): "unsupported \(format) file: \(reason)"
    case .notFinite(let tensor): "tensor \(tensor) holds values that are not finite: the training went wrong"
    }
  }
}
