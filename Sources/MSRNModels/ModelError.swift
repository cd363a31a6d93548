/// Why weights are not those of a network known here.
public enum ModelError: Error, Hashable, Sendable {
  /// No architecture recognises the tensors' names.
  case unrecognised(names: [String], known: [String])
  /// No network has that name; these have the most similar ones.
  case unknownName(String, near: [String])
  /// The network is known, but not run.
  case unsupported(reason: String)
  /// The network needs a tensor that the file lacks.
  case missing(tensor: String, expected: [Int])
  /// A tensor has another shape than the network needs.
  case misshapen(tensor: String, expected: [Int], found: [Int])
  /// The file holds a tensor that the network does not know.
  case unknown(tensor: String, network: String)
}

extension ModelError: CustomStringConvertible {
  /// One sentence.
  public var description: String {
    switch self {
    case .unrecognised(let names, let known):
      "no known network has these tensors (\(names.isEmpty ? "there are none" : names.joined(separator: ", ")), …); "
        + "known: \(known.joined(separator: ", "))"
    case .unknownName(let name, let near):
      "no network is called \"\(name)\"; did you mean \(near.joined(separator: " or "))?"
    case .unsupported(let reason): reason
    case .missing(let tensor, let expected): "tensor \(tensor) of shape \(expected) is missing"
    case .misshapen(let tensor, let expected, let found):
      "tensor \(tensor) has shape \(found) where the network needs \(expected)"
    case .unknown(let tensor, let network): "tensor \(tensor) is none of \(network)"
    }
  }
}
