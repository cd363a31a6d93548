import Synchronization

#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// A regular file that stays open, so that it can be read again when its name has gone to another one.
final class OpenFile: Sendable {
  /// Held by who reads, since the place in the file is everyone's.
  private let descriptor: Mutex<Int32>
  private let state: State

  /// What is another one when a file has been written to.
  private struct State: Hashable {
    let bytes: Int
    let seconds: Int
    let nanoseconds: Int
  }

  /// Opens a file; `nil` for what is no regular file, which can be read once.
  ///
  /// - Parameter path: its name.
  /// - Throws: ``AccessError/system(action:code:)``.
  init?(_ path: String) throws(AccessError) {
    guard SystemFile.kind(path)?.isRegular == true else { return nil }
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw .system(action: "opened", code: errno) }
    guard let state = Self.state(descriptor) else {
      let code = errno
      close(descriptor)
      throw .system(action: "read", code: code)
    }
    self.descriptor = Mutex(descriptor)
    self.state = state
  }

  deinit { descriptor.withLock { _ = close($0) } }

  /// All bytes.
  ///
  /// - Parameter maximumBytes: more are refused.
  /// - Returns: the same at every call.
  /// - Throws: ``AccessError/changed`` where the file has been written to since it was opened.
  func read(maximumBytes: Int) throws(AccessError) -> [UInt8] {
    guard state.bytes <= maximumBytes else { throw .tooLarge(limit: maximumBytes) }
    return try descriptor.withLock { descriptor throws(AccessError) in
      guard lseek(descriptor, 0, SEEK_SET) == 0 else { throw .system(action: "read", code: errno) }
      let bytes = try SystemFile.read(
        descriptor: descriptor, expected: state.bytes, maximumBytes: maximumBytes)
      guard Self.state(descriptor) == state, bytes.count == state.bytes else { throw .changed }
      return bytes
    }
  }

  private static func state(_ descriptor: Int32) -> State? {
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0 else { return nil }
    #if canImport(Darwin)
    let written = status.st_mtimespec
    #else
    let written = status.st_mtim
    #endif
    return State(bytes: Int(status.st_size), seconds: written.tv_sec, nanoseconds: written.tv_nsec)
  }
}
