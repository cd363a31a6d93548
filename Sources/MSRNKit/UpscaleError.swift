public import MSRNEngine

/// Why a picture was not upscaled.
public enum UpscaleError: Error, Hashable, Sendable {
  /// The engine could not take the network, or not run it.
  case engine(EngineError)
  /// The work would take more memory than it may; nothing was begun.
  case tooMuchMemory(needed: Int, available: Int)
  /// The result cannot be right: `reason` says what is wrong with it.
  case implausible(reason: String)
  /// The caller asked to stop.
  case cancelled
}

extension UpscaleError: CustomStringConvertible {
  /// One sentence.
  public var description: String {
    switch self {
    case .engine(let error): "\(error)"
    case .tooMuchMemory(let needed, let available):
      "needs about \(Self.mebibytes(needed)) MiB of memory, and \(Self.mebibytes(available)) MiB are available"
    case .implausible(let reason): "the result is wrong and was thrown away: \(reason)"
    case .cancelled: "stopped"
    }
  }

  private static func mebibytes(_ bytes: Int) -> Int { (bytes + 1_048_575) / 1_048_576 }
}
