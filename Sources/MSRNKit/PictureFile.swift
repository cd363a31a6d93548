public import MSRNImages
import Synchronization

/// A place where the bytes of a picture come from or go to: a file, or with the name `-` a standard stream.
///
/// A file is written beside its place under a temporary name, synced, and renamed, so that under its own name there
/// is the old file or the whole new one at any moment, whatever happens.
public struct PictureFile: Hashable, Sendable {
  /// The path; `-` is standard input or output.
  public let path: String

  /// Names a place; nothing is looked at yet.
  public init(_ path: String) { self.path = path }

  /// Whether this is standard input or output.
  public var isStream: Bool { path == "-" }

  /// What follows the last dot of the name, if anything does.
  public var fileExtension: String? {
    let name = path.split(separator: "/").last ?? ""
    guard let dot = name.lastIndex(of: "."), dot != name.startIndex, name.index(after: dot) != name.endIndex
    else {
      return nil
    }
    return String(name[name.index(after: dot)...])
  }

  /// The format that the name's extension stands for; `nil` where it has none or another.
  public var codec: Codec? { fileExtension.flatMap { Codec(fileExtension: $0) } }

  /// All bytes of the file, which is a regular one, a pipe, or standard input.
  ///
  /// - Parameter maximumBytes: a larger file is refused, a regular one before anything is read or allocated.
  /// - Returns: the bytes.
  /// - Throws: ``FileError`` with an ``AccessError``.
  public func read(maximumBytes: Int = DecodeLimits.default.maximumBytes) throws(FileError) -> [UInt8] {
    do {
      if isStream { return try SystemFile.read(descriptor: 0, expected: 1 << 16, maximumBytes: maximumBytes) }
      return try SystemFile.read(path, maximumBytes: maximumBytes)
    } catch {
      throw FileError(path: isStream ? "standard input" : path, underlying: error)
    }
  }

  /// Finds out, before any work is done, what would make ``write(_:replacing:)`` fail.
  ///
  /// - Parameter replacing: whether a file that is there already may be replaced.
  /// - Throws: ``FileError`` with an ``AccessError``: the file exists, is a folder or device, or its folder does not
  ///   exist or takes no files.
  public func checkWritable(replacing: Bool) throws(FileError) {
    guard !isStream else { return }
    _ = try target(replacing: replacing)
  }

  /// Writes the bytes, all or none.
  ///
  /// - Parameters:
  ///   - bytes: what the file will hold.
  ///   - replacing: whether a file that is there already is replaced. Its permissions are kept, and a symbolic link stays
  ///     one.
  /// - Throws: ``FileError`` with an ``AccessError``; then nothing is left behind.
  public func write(_ bytes: [UInt8], replacing: Bool) throws(FileError) {
    if isStream {
      do throws(AccessError) { try SystemFile.write(bytes, descriptor: 1) } catch {
        throw FileError(path: "standard output", underlying: error)
      }
      return
    }
    let target = try target(replacing: replacing)
    do throws(AccessError) {
      let temporary = try Temporary(in: target.folder)
      defer { temporary.discard() }
      try temporary.write(bytes, mode: target.mode)
      try temporary.rename(to: target.path, replacing: replacing)
      SystemFile.syncFolder(target.folder)
    } catch {
      throw FileError(path: path, underlying: error)
    }
  }

  /// Removes every unfinished file of this process and lets no new one begin: for a program that was told to end.
  ///
  /// It may be called from any thread, though not from within a signal handler.
  public static func abandonUnfinished() { Temporary.abandonAll() }

  /// Where the bytes really go, and the permissions to keep.
  private func target(replacing: Bool) throws(FileError) -> (path: String, folder: String, mode: UInt32?) {
    do throws(AccessError) {
      var path = path
      var mode: UInt32?
      switch SystemFile.kind(path) {
      case .regular(_, let old):
        guard replacing else { throw AccessError.exists }
        mode = old
        path = SystemFile.resolved(path) ?? path
      case .folder: throw AccessError.notAFile(kind: "a folder")
      case .pipe, .other: throw AccessError.notAFile(kind: "a device or pipe")
      case nil: break
      }
      let folder = Self.folder(of: path)
      if let code = SystemFile.cannotCreate(in: folder) {
        throw AccessError.system(action: "written", code: code)
      }
      return (path, folder, mode)
    } catch {
      throw FileError(path: path, underlying: error)
    }
  }

  private static func folder(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }
}

/// A file under construction, known to the whole process until it has its name or is gone.
private struct Temporary {
  /// The paths of all unfinished files; `nil` once the program is ending.
  private static let unfinished = Mutex<Set<String>?>([])

  private let path: String
  private let descriptor: Int32

  init(in folder: String) throws(AccessError) {
    let path =
      "\(folder)/.msrn-\(SystemFile.process)-\(String(UInt64.random(in: 0...UInt64.max), radix: 36)).part"
    // Created under the lock, so that no file can slip in between the last look and the end of the program.
    let created = Self.unfinished.withLock { paths -> Result<Int32, AccessError> in
      guard paths != nil else { return .failure(.ending) }
      return Result { () throws(AccessError) in
        let descriptor = try SystemFile.create(path)
        SystemFile.lock(descriptor)
        paths?.insert(path)
        return descriptor
      }
    }
    (self.path, descriptor) = (path, try created.get())
  }

  /// Writes, syncs and closes.
  func write(_ bytes: [UInt8], mode: UInt32?) throws(AccessError) {
    if let mode { SystemFile.setMode(mode, descriptor: descriptor) }
    do throws(AccessError) { try SystemFile.write(bytes, descriptor: descriptor) } catch {
      try? SystemFile.syncAndClose(descriptor)
      throw error
    }
    try SystemFile.syncAndClose(descriptor)
  }

  func rename(to target: String, replacing: Bool) throws(AccessError) {
    try SystemFile.rename(path, to: target, replacing: replacing)
    Self.unfinished.withLock { paths in _ = paths?.remove(path) }
  }

  /// Removes the file unless it has been renamed.
  func discard() {
    Self.unfinished.withLock { paths in
      if paths?.remove(path) != nil { SystemFile.remove(path) }
    }
  }

  static func abandonAll() {
    unfinished.withLock { paths in
      for path in paths ?? [] { SystemFile.remove(path) }
      paths = nil
    }
  }
}
