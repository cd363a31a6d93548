import MSRNImages

/// The pictures of a folder by their stems, or one picture.
public struct PictureFolder: Sendable {
  /// One of its files.
  public struct Entry: Hashable, Sendable {
    /// The file's name without extension.
    public let stem: String
    /// Its path.
    public let path: String
  }

  /// The folder or file.
  public let path: String
  /// Whether it is one file.
  public let isFile: Bool
  /// Its PNG and JPEG files (known by their extensions), by name; at least one.
  ///
  /// Other files are passed over.
  public let entries: [Entry]

  /// Looks into a folder, or takes one file.
  ///
  /// - Parameter path: the folder, or a file whatever its name.
  /// - Throws: ``FileError`` with an ``AccessError`` where there is nothing, with an ``EvaluationError`` where the folder has
  ///   no pictures.
  public init(_ path: String) throws(FileError) {
    self.path = path
    isFile = SystemFile.kind(path) != .folder
    if isFile {
      // Opening says why there is nothing, if there is nothing.
      if SystemFile.kind(path) == nil { _ = try PictureFile(path).read() }
      entries = [Self.entry(path)]
    } else {
      entries = SystemFile.names(in: path).filter { PictureFile($0).codec != nil }.map {
        Self.entry(path + (path.hasSuffix("/") ? "" : "/") + $0)
      }
      if entries.isEmpty { throw FileError(path: path, underlying: EvaluationError.noPictures) }
    }
  }

  /// Finds for each picture the one of the other folder that has its stem.
  ///
  /// The other's name may end in the scale: `baby` goes with `baby`, `babyx4` and `baby_x4`. Two single files are a pair
  /// whatever their names.
  ///
  /// - Parameters:
  ///   - other: the other folder.
  ///   - scale: the scale that a name may end in; `nil`: none.
  /// - Returns: the pairs, in the order of this folder.
  /// - Throws: ``FileError`` with an ``EvaluationError`` where a picture of either folder has no partner or more than one.
  public func paired(
    with other: PictureFolder, scale: Int?
  ) throws(FileError) -> [(own: Entry, other: Entry)] {
    if isFile && other.isFile { return [(entries[0], other.entries[0])] }
    var left = other.entries
    var pairs: [(Entry, Entry)] = []
    for entry in entries {
      if let twin = entries.first(where: { $0.stem == entry.stem && $0 != entry }) {
        throw Self.ambiguous(entry.stem, [entry, twin], in: path)
      }
      let stems = [entry.stem] + (scale.map { ["\(entry.stem)x\($0)", "\(entry.stem)_x\($0)"] } ?? [])
      let partners = other.entries.filter { stems.contains($0.stem) }
      if partners.count > 1 { throw Self.ambiguous(entry.stem, partners, in: other.path) }
      guard let partner = partners.first else {
        throw FileError(
          path: entry.path, underlying: EvaluationError.noPartner(stem: entry.stem, folder: other.path))
      }
      left.removeAll { $0 == partner }
      pairs.append((entry, partner))
    }
    if let lonely = left.first {
      throw FileError(
        path: lonely.path, underlying: EvaluationError.noPartner(stem: lonely.stem, folder: path))
    }
    return pairs
  }

  private static func ambiguous(_ stem: String, _ entries: [Entry], in folder: String) -> FileError {
    let names = entries.map { $0.path.split(separator: "/").last.map(String.init) ?? $0.path }
    return FileError(path: folder, underlying: EvaluationError.ambiguous(stem: stem, names: names))
  }

  private static func entry(_ path: String) -> Entry {
    let name = path.split(separator: "/").last.map(String.init) ?? path
    let end = PictureFile(path).fileExtension.map { $0.count + 1 } ?? 0
    return Entry(stem: String(name.dropLast(end)), path: path)
  }
}
