package import MSRNTensors
import Synchronization

/// The tensors of a weights file: in memory until a network is made of them, then read again for whoever asks.
///
/// A large file stays open for that. What came through a pipe stays in memory, and so do tensors of a small file: reading them again takes
/// time, and letting go of them gives back little.
package final class WeightsFile: Sendable {
  /// The file as it was named.
  package let path: String
  /// The digest of its bytes.
  package let digest: SHA256
  /// Open where tensors are let go of.
  private let file: OpenFile?
  private let held: Mutex<Weights?>

  /// Bytes of the largest file whose tensors stay in memory.
  private static var smallBytes: Int { 8 << 20 }

  /// Reads a weights file.
  ///
  /// - Parameter path: the file.
  /// - Throws: ``FileError`` with the path and an ``AccessError`` or a `WeightsError`.
  package convenience init(_ path: String) throws(FileError) {
    do {
      let file = try OpenFile(path)
      let bytes =
        try file?.read(maximumBytes: Model.maximumBytes)
        ?? SystemFile.read(path, maximumBytes: Model.maximumBytes)
      try self.init(path, bytes, bytes.count > Self.smallBytes ? file : nil)
    } catch let error as FileError {
      throw error
    } catch {
      throw FileError(path: path, underlying: error)
    }
  }

  /// Takes the bytes of a weights file, whose tensors stay in memory.
  ///
  /// - Parameters:
  ///   - path: the name to call it by.
  ///   - bytes: the whole file.
  /// - Throws: ``FileError`` with the path and a `WeightsError`.
  package convenience init(path: String, bytes: [UInt8]) throws(FileError) { try self.init(path, bytes, nil) }

  private init(_ path: String, _ bytes: [UInt8], _ file: OpenFile?) throws(FileError) {
    do { held = Mutex(try Weights.read(bytes)) } catch { throw FileError(path: path, underlying: error) }
    (self.path, self.file, digest) = (path, file, SHA256(bytes))
  }

  /// The tensors, from memory or from the file.
  package var weights: Weights {
    get throws(FileError) {
      if let held = held.withLock({ $0 }) { return held }
      return try readAgain()
    }
  }

  /// The tensors for a network, which lets go of them where it can have them ``again``; they are not held here any longer then.
  ///
  /// - Returns: the tensors.
  /// - Throws: ``FileError``, where they have to be read again.
  package func take() throws(FileError) -> Weights {
    let found = held.withLock { held in
      defer { if file != nil { held = nil } }
      return held
    }
    if let found { return found }
    return try readAgain()
  }

  /// Reads the tensors again; `nil` where they stay in memory.
  package var again: (@Sendable () throws -> Weights)? {
    if file == nil { return nil }
    return { try self.readAgain() }
  }

  private func readAgain() throws(FileError) -> Weights {
    guard let file else { preconditionFailure("tensors without a file stay in memory") }
    do { return try Weights.read(file.read(maximumBytes: Model.maximumBytes)) } catch {
      throw FileError(path: path, underlying: error)
    }
  }
}
