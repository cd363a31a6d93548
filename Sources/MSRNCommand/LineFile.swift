import MSRNKit
import Synchronization

/// A file of JSON lines that is only ever added to, by any number of threads.
final class LineFile: Sendable {
  let path: String
  private let descriptor: Int32
  private let writing = Mutex(())

  /// Opens a file to add to it, and makes it where there is none.
  ///
  /// - Throws: `FileError`.
  init(_ path: String) throws(FileError) {
    self.path = path
    do throws(AccessError) {
      let cut = (SystemFile.lastByte(path) ?? 10) != 10
      descriptor = try SystemFile.openToAppend(path)
      // The end of a line that was cut off, so that the next one is not taken for its rest.
      if cut { try SystemFile.write([10], descriptor: descriptor) }
    } catch {
      throw FileError(path: path, underlying: error)
    }
  }

  deinit { try? SystemFile.syncAndClose(descriptor) }

  /// Adds a line.
  ///
  /// - Parameters:
  ///   - record: What the line says.
  ///   - synced: Whether to wait until it is on the disk; other threads' lines may come there with it.
  /// - Throws: `FileError`.
  func append(_ record: some Encodable, synced: Bool) throws {
    let line = Array(try JSONLine.text(record).utf8) + [10]
    do throws(AccessError) {
      try writing.withLock { _ throws(AccessError) in try SystemFile.write(line, descriptor: descriptor) }
      if synced { try SystemFile.sync(descriptor) }
    } catch {
      throw FileError(path: path, underlying: error)
    }
  }
}
