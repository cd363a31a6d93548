import MSRNKit
import Synchronization

#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// Where results go that are text.
enum StandardOutput {
  /// The first failure to write there; nil where all has been taken, or the reader had read enough.
  static var failure: FileError? { lost.withLock { $0 } }

  private static let lost = Mutex<FileError?>(nil)

  /// Writes a line at once.
  static func print(_ text: some CustomStringConvertible) { write("\(text)\n") }

  /// Writes text at once.
  ///
  /// What is not taken does not stop the work; the command's exit code tells of it.
  static func write(_ text: String) {
    do throws(AccessError) {
      try SystemFile.write(Array(text.utf8), descriptor: 1)
    } catch .system(_, EPIPE) {
      // As after `| head`.
    } catch {
      lost.withLock { $0 = $0 ?? FileError(path: "standard output", underlying: error) }
    }
  }
}
