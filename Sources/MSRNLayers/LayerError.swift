public import MSRNTensors

/// Why a network has no result for a map.
public enum LayerError: Error, Hashable, Sendable {
  /// The map that comes to a layer has fewer rows or columns than its window.
  case tooSmall(layer: String, input: Shape, window: Extent)
}

extension LayerError: CustomStringConvertible {
  /// One sentence.
  public var description: String {
    switch self {
    case .tooSmall(let layer, let input, let window):
      "the picture is too small: \(layer) reads \(window) pixels of a map of \(input.h)x\(input.w)"
    }
  }
}
