import MSRNKit
import MSRNModels
import MSRNTensors

/// A classification network's weights file.
struct NetworkFile {
  private let file: WeightsFile

  /// Reads a file.
  ///
  /// - Throws: `FileError`, its cause a ``SetUpError``.
  init(_ path: String) throws {
    do throws(FileError) { file = try WeightsFile(path) } catch {
      throw FileError(path: path, underlying: SetUpError(underlying: error.underlying))
    }
  }

  /// The digest of the file's bytes.
  var digest: SHA256 { file.digest }

  /// The file as a network's; where its tensors can be read again, they are not held here any longer.
  ///
  /// - Throws: As ``init(_:)``, where it holds no weights or another network's.
  func bound(to network: NamedNetwork) throws -> NamedNetwork.Bound {
    let weights: Weights
    do throws(FileError) { weights = try file.take() } catch {
      throw FileError(path: file.path, underlying: SetUpError(underlying: error.underlying))
    }
    do { return try network.bind(weights) } catch {
      throw FileError(path: file.path, underlying: SetUpError(underlying: error))
    }
  }

  /// Reads the file as a network's again; `nil` where its tensors stay in memory.
  func again(for network: NamedNetwork) -> (@Sendable () throws -> NamedNetwork.Bound)? {
    guard let again = file.again else { return nil }
    return { try network.bind(again()) }
  }
}
