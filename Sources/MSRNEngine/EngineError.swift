/// Why a network cannot be made ready or run.
public enum EngineError: Error, Hashable, Sendable {
  /// The network needs a tensor that the weights lack.
  case missingTensor(name: String, shape: [Int])
  /// A tensor has another shape than the network needs.
  case misshapenTensor(name: String, expected: [Int], found: [Int])
  /// Tensors that had been let go of cannot be read again.
  case unreadableWeights(reason: String)
  /// The instruction set's name is not one of ours, or this machine has not got it.
  case unknownInstructionSet(name: String, known: [String])
  /// The machine would not give the memory that a run needs.
  case outOfMemory(bytes: Int)
  /// A value left the range of 16-bit numbers; the result would be wrong.
  case outOfRange(layer: String)
  /// The caller asked to stop.
  case cancelled
}

extension EngineError: CustomStringConvertible {
  /// One sentence.
  public var description: String {
    switch self {
    case .missingTensor(let name, let shape): "the weights have no tensor \(name) of shape \(shape)"
    case .misshapenTensor(let name, let expected, let found):
      "tensor \(name) has shape \(found) where the network needs \(expected)"
    case .unreadableWeights(let reason): "the weights cannot be read again: \(reason)"
    case .unknownInstructionSet(let name, let known):
      "no instruction set \"\(name)\"; this machine has \(known.joined(separator: ", "))"
    case .outOfMemory(let bytes):
      "the machine has not got the \(bytes / 1_048_576) MiB that this picture needs"
    case .outOfRange(let layer): "\(layer) gives values beyond the range of 16-bit numbers"
    case .cancelled: "stopped"
    }
  }
}
