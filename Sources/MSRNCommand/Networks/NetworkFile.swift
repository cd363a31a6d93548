import MSRNKit
import MSRNModels
import MSRNTensors

/// A classification network's weights file.
struct NetworkFile {
  let path: String
  private let bytes: [UInt8]

  /// Reads a file.
  ///
  /// - Throws: `FileError`, its cause a ``SetUpError``.
  init(_ path: String) throws {
    self.path = path
    do throws(AccessError) { bytes = try SystemFile.read(path, maximumBytes: Model.maximumBytes) } catch {
      throw FileError(path: path, underlying: SetUpError(underlying: error))
    }
  }

  /// The digest of the file's bytes.
  var digest: SHA256 { SHA256(bytes) }

  /// The file as a network's.
  ///
  /// - Throws: As ``init(_:)``, where it holds no weights or another network's.
  func bound(to network: NamedNetwork) throws -> NamedNetwork.Bound {
    do { return try network.bind(Weights.read(bytes)) } catch {
      throw FileError(path: path, underlying: SetUpError(underlying: error))
    }
  }
}
