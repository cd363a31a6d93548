#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

extension SystemFile {
  /// Locks an open file against ``removeUnlocked(_:olderThan:)`` for as long as it is open, where the file system can.
  package static func lock(_ descriptor: Int32) { _ = flock(descriptor, LOCK_EX | LOCK_NB) }

  /// Removes a regular file that nobody has locked and that has not been written to for so many seconds.
  ///
  /// - Returns: whether it was removed.
  package static func removeUnlocked(_ path: String, olderThan seconds: Double) -> Bool {
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW)
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    var status = stat(), now = timespec()
    guard unsafe fstat(descriptor, &status) == 0, unsafe clock_gettime(CLOCK_REALTIME, &now) == 0,
      UInt32(status.st_mode) & UInt32(S_IFMT) == UInt32(S_IFREG)
    else { return false }
    #if canImport(Darwin)
    let written = status.st_mtimespec.tv_sec
    #else
    let written = status.st_mtim.tv_sec
    #endif
    guard Double(now.tv_sec - written) > seconds, flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      return false
    }
    return unsafe unlink(path) == 0
  }
}
