#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// The system calls behind the files read and written here; the only file of this module that holds pointers to them.
package enum SystemFile {
  /// What a name stands for.
  package enum Kind: Hashable, Sendable {
    case regular(bytes: Int, mode: UInt32)
    case folder
    /// A pipe or FIFO.
    case pipe
    case other

    package var isRegular: Bool { if case .regular = self { true } else { false } }
  }

  /// The text of an error number, such as `No such file or directory`.
  package static func message(_ code: Int32) -> String {
    guard let text = unsafe strerror(code) else { return "error \(code)" }
    return unsafe String(cString: text)
  }

  /// What is at `path`, symbolic links followed; `nil` where there is nothing to be seen, `errno` saying why.
  package static func kind(_ path: String) -> Kind? {
    var status = stat()
    return unsafe stat(path, &status) == 0 ? kind(status) : nil
  }

  private static func kind(_ status: stat) -> Kind {
    switch UInt32(status.st_mode) & UInt32(S_IFMT) {
    case UInt32(S_IFREG): .regular(bytes: Int(status.st_size), mode: UInt32(status.st_mode) & 0o777)
    case UInt32(S_IFDIR): .folder
    case UInt32(S_IFIFO): .pipe
    default: .other
    }
  }

  /// Whether this process may create files in `folder`; the error number if not.
  package static func cannotCreate(in folder: String) -> Int32? {
    unsafe access(folder, W_OK | X_OK) == 0 ? nil : errno
  }

  /// The path with all symbolic links resolved; `nil` if there is nothing there.
  package static func resolved(_ path: String) -> String? {
    guard let result = unsafe realpath(path, nil) else { return nil }
    defer { unsafe free(result) }
    return unsafe String(cString: result)
  }

  /// The names in a folder, sorted; empty where it cannot be read.
  package static func names(in folder: String) -> [String] { (try? contents(of: folder)) ?? [] }

  /// The names in a folder, sorted.
  package static func contents(of folder: String) throws(AccessError) -> [String] {
    guard let stream = unsafe opendir(folder) else { throw .system(action: "read", code: errno) }
    defer { unsafe closedir(stream) }
    var names: [String] = []
    while let entry = unsafe readdir(stream) {
      names.append(
        unsafe withUnsafePointer(to: &entry.pointee.d_name) { name in
          unsafe name.withMemoryRebound(
            to: CChar.self, capacity: MemoryLayout.size(ofValue: entry.pointee.d_name)
          ) {
            unsafe String(cString: $0)
          }
        })
    }
    // By bytes: texts that look alike may be two names.
    return names.filter { $0 != "." && $0 != ".." }.sorted {
      $0.utf8.lexicographicallyPrecedes($1.utf8)
    }
  }

  /// Whether there is a symbolic link of this name.
  package static func isLink(_ path: String) -> Bool {
    var status = stat()
    return unsafe lstat(path, &status) == 0
      && UInt32(status.st_mode) & UInt32(S_IFMT) == UInt32(S_IFLNK)
  }

  /// Creates a folder and those above it, where they are missing.
  package static func createFolders(_ path: String) throws(AccessError) {
    if kind(path) == .folder { return }
    if unsafe mkdir(path, 0o777) == 0 { return }
    if errno == ENOENT, let slash = path.dropLast().lastIndex(of: "/"), slash != path.startIndex {
      try createFolders(String(path[..<slash]))
      if unsafe mkdir(path, 0o777) == 0 { return }
    }
    let code = errno
    // Another process may have been quicker.
    if kind(path) != .folder { throw .system(action: "created", code: code) }
  }

  /// The value of an environment variable; `nil` where it is unset or empty.
  package static func environment(_ name: String) -> String? {
    guard let value = unsafe getenv(name) else { return nil }
    let text = unsafe String(cString: value)
    return text.isEmpty ? nil : text
  }

  /// The file of the running program, links resolved.
  package static var executable: String? {
    #if canImport(Darwin)
    var size: UInt32 = 4096
    var buffer = [CChar](repeating: 0, count: Int(size))
    guard unsafe _NSGetExecutablePath(&buffer, &size) == 0 else { return nil }
    return unsafe resolved(String(cString: buffer))
    #else
    return resolved("/proc/self/exe")
    #endif
  }

  /// The processor's name where the system has a name to ask for (macOS); `nil` elsewhere.
  package static var processorName: String? {
    #if canImport(Darwin)
    var size = 256
    var text = [CChar](repeating: 0, count: size)
    guard unsafe sysctlbyname("machdep.cpu.brand_string", &text, &size, nil, 0) == 0 else { return nil }
    return unsafe String(cString: text)
    #else
    return nil
    #endif
  }

  // MARK: Reading

  /// The text of a small file such as those of `/proc`; `nil` where there is none.
  package static func text(_ path: String) -> String? {
    guard let bytes = try? read(path, maximumBytes: 1 << 20) else { return nil }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// The first bytes of a regular file, at most `count`; `nil` where there is none or it cannot be read.
  package static func start(of path: String, count: Int) -> [UInt8]? {
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0, case .regular(let bytes, _) = kind(status) else {
      return nil
    }
    let wanted = min(count, bytes)
    var got = 0
    let start = unsafe [UInt8](unsafeUninitializedCapacity: wanted) { buffer, filled in
      while filled < wanted {
        got = unsafe systemRead(descriptor, buffer.baseAddress.map { unsafe $0 + filled }, wanted - filled)
        if got < 0 && errno == EINTR { continue }
        if got <= 0 { break }
        filled += got
      }
    }
    return got < 0 ? nil : start
  }

  /// The last byte of a regular file; `nil` where there is none.
  package static func lastByte(_ path: String) -> UInt8? {
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var byte: UInt8 = 0
    guard lseek(descriptor, -1, SEEK_END) >= 0, unsafe systemRead(descriptor, &byte, 1) == 1 else {
      return nil
    }
    return byte
  }

  /// All bytes of a regular file or pipe; a larger regular file is refused before anything of it is read.
  package static func read(_ path: String, maximumBytes: Int) throws(AccessError) -> [UInt8] {
    // Opened without waiting, so that a FIFO without a writer is not waited for before its kind is known.
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw .system(action: "opened", code: errno) }
    defer { close(descriptor) }
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0 else { throw .system(action: "read", code: errno) }
    switch kind(status) {
    case .regular(let bytes, _):
      guard bytes <= maximumBytes else { throw .tooLarge(limit: maximumBytes) }
      return try read(descriptor: descriptor, expected: bytes, maximumBytes: maximumBytes)
    case .pipe:
      let flags = fcntl(descriptor, F_GETFL)
      guard flags >= 0, fcntl(descriptor, F_SETFL, flags & ~O_NONBLOCK) >= 0 else {
        throw .system(action: "read", code: errno)
      }
      return try read(descriptor: descriptor, expected: 1 << 16, maximumBytes: maximumBytes)
    case .folder: throw .notAFile(kind: "a folder")
    case .other: throw .notAFile(kind: "a device")
    }
  }

  /// All bytes of an open file up to its end.
  ///
  /// - Parameters:
  ///   - descriptor: the open file.
  ///   - expected: how many there will likely be, so that they are read in one go.
  ///   - maximumBytes: more are refused.
  /// - Returns: the bytes.
  /// - Throws: ``AccessError``.
  package static func read(descriptor: Int32, expected: Int, maximumBytes: Int) throws(AccessError) -> [UInt8]
  {
    var bytes: [UInt8] = []
    var chunk = max(1 << 16, expected + 1)
    while true {
      var failure: Int32 = 0
      let capacity = chunk
      let part = unsafe [UInt8](unsafeUninitializedCapacity: capacity) { buffer, count in
        var got: Int
        repeat {
          got = unsafe systemRead(descriptor, buffer.baseAddress, capacity)
        } while got < 0 && errno == EINTR
        if got < 0 { failure = errno }
        count = max(0, got)
      }
      if failure != 0 { throw .system(action: "read", code: failure) }
      if part.isEmpty { return bytes }
      if bytes.isEmpty { bytes = part } else { bytes += part }
      guard bytes.count <= maximumBytes else { throw .tooLarge(limit: maximumBytes) }
      chunk = 1 << 20
    }
  }

  // MARK: Writing

  /// Writes all of `bytes` to an open file.
  package static func write(_ bytes: [UInt8], descriptor: Int32) throws(AccessError) {
    var written = 0
    while written < bytes.count {
      let start = written
      let sent = unsafe bytes.withUnsafeBytes { buffer in
        unsafe systemWrite(descriptor, buffer.baseAddress.map { unsafe $0 + start }, bytes.count - start)
      }
      if sent < 0 && errno == EINTR { continue }
      guard sent >= 0 else { throw .system(action: "written", code: errno) }
      written += sent
    }
  }

  /// Creates a new file.
  ///
  /// - Parameters:
  ///   - path: its name, which nothing else may have.
  ///   - mode: the permissions, from which the process's mask is taken.
  /// - Returns: a descriptor to write to.
  /// - Throws: ``AccessError``.
  package static func create(_ path: String, mode: UInt32 = 0o666) throws(AccessError) -> Int32 {
    let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode_t(mode))
    guard descriptor >= 0 else { throw .system(action: "created", code: errno) }
    return descriptor
  }

  /// Opens a file to add to its end, and creates it where there is none.
  package static func openToAppend(_ path: String) throws(AccessError) -> Int32 {
    let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, mode_t(0o666))
    guard descriptor >= 0 else { throw .system(action: "written", code: errno) }
    return descriptor
  }

  /// Waits until an open file's bytes are on the disk; pipes and some file systems cannot, which loses nothing.
  package static func sync(_ descriptor: Int32) throws(AccessError) {
    guard fsync(descriptor) == 0 || errno == EINVAL || errno == ENOTSUP else {
      throw .system(action: "written", code: errno)
    }
  }

  /// Sets the permissions of an open file; where the file system has none, nothing happens.
  package static func setMode(_ mode: UInt32, descriptor: Int32) { _ = fchmod(descriptor, mode_t(mode)) }

  /// Waits until an open file's bytes are on the disk, then closes it.
  package static func syncAndClose(_ descriptor: Int32) throws(AccessError) {
    // Pipes and some file systems cannot sync: EINVAL, which loses nothing.
    let synced = fsync(descriptor) == 0 || errno == EINVAL || errno == ENOTSUP
    let code = errno
    guard close(descriptor) == 0 || errno == EINTR else { throw .system(action: "written", code: errno) }
    guard synced else { throw .system(action: "written", code: code) }
  }

  /// Gives the file `temporary` the name `path` at one stroke.
  ///
  /// Without `replacing`, a file that has come to that name in the meantime is kept and ``AccessError/exists`` thrown.
  package static func rename(_ temporary: String, to path: String, replacing: Bool) throws(AccessError) {
    if !replacing {
      if unsafe link(temporary, path) == 0 {
        remove(temporary)
        return
      }
      if errno == EEXIST { throw .exists }
      // A file system without hard links: look, then rename.
      if kind(path) != nil { throw .exists }
    }
    guard unsafe systemRename(temporary, path) == 0 else { throw .system(action: "written", code: errno) }
  }

  /// Waits until a folder's list of names is on the disk, where the system can.
  package static func syncFolder(_ folder: String) {
    let descriptor = unsafe open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    _ = fsync(descriptor)
    close(descriptor)
  }

  /// Removes a file if it is there.
  package static func remove(_ path: String) { unsafe _ = unlink(path) }

  /// The number of this process.
  package static var process: Int32 { getpid() }
}

// The C functions whose names the functions above share.
#if canImport(Darwin)
private let systemRead = unsafe Darwin.read
private let systemWrite = unsafe Darwin.write
private let systemRename = unsafe Darwin.rename
#elseif canImport(Musl)
private let systemRead = unsafe Musl.read
private let systemWrite = unsafe Musl.write
private let systemRename = unsafe Musl.rename
#else
private let systemRead = unsafe Glibc.read
private let systemWrite = unsafe Glibc.write
private let systemRename = unsafe Glibc.rename
#endif
