/// A failure and the file it concerns.
///
/// The layers below do not know file names; this is the one place where a name is put before their sentence:
/// `in.png: not a PNG or JPEG picture (it starts with 47 49 46 38)`.
public struct FileError: Error, Sendable {
  /// The file as the caller named it, or `standard input`, `standard output`.
  public var path: String
  /// What went wrong, its description one sentence without the name.
  ///
  /// An ``AccessError``, an `ImageError`, a `WeightsError` or a `ModelError`; where pictures are evaluated, also an
  /// ``EvaluationError``, a `QualityError` or an ``UpscaleError``.
  public var underlying: any Error

  /// Puts a name to a failure.
  public init(path: String, underlying: any Error) { (self.path, self.underlying) = (path, underlying) }
}

extension FileError: CustomStringConvertible {
  /// The name, a colon, and the sentence.
  public var description: String { "\(path): \(underlying)" }
}

/// Why a file could not be read or written.
public enum AccessError: Error, Hashable, Sendable {
  /// A system call failed; `action` completes "cannot be …", `code` is `errno`.
  case system(action: String, code: Int32)
  /// Neither a regular file nor a stream: `kind` says what it is, such as `a folder`.
  case notAFile(kind: String)
  /// More bytes than the limit.
  case tooLarge(limit: Int)
  /// It has been written to since it was read.
  case changed
  /// There is a file of this name already, and replacing it was not asked for.
  case exists
  /// The program is being ended, and starts no new file.
  case ending
}

extension AccessError: CustomStringConvertible {
  /// One sentence, such as `cannot be opened: No such file or directory`.
  public var description: String {
    switch self {
    case .system(let action, let code): "cannot be \(action): \(SystemFile.message(code))"
    case .notAFile(let kind): "is \(kind), not a regular file"
    case .tooLarge(let limit): "is larger than the limit of \(limit) bytes"
    case .changed: "has been written to since it was read"
    case .exists: "exists already; --force replaces it"
    case .ending: "was not begun, since the program is being ended"
    }
  }
}
