#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// The pictures of a run, found by looking through the folders that were named.
///
/// A file that is named is taken as it is; in a folder, files are chosen. What is left out is counted, never lost
/// silently. Folders that symbolic links lead to are not entered, so that no loop is walked.
package struct Selection: Sendable {
  /// A picture, and where it was found.
  package struct Picture: Hashable, Sendable {
    /// The path to open it by.
    package var path: String
    /// Its folder below the one that was named, such as `a/b`; empty for files that were named and for the folder itself.
    package var folder: String
    /// The file's size; 0 where it cannot be seen.
    package var bytes: Int
    /// Columns and rows as the header states them; `nil` where nobody has looked, or the header cannot be read.
    package var pixels: Pixels?

    package init(path: String, folder: String, bytes: Int, pixels: Pixels? = nil) {
      (self.path, self.folder, self.bytes, self.pixels) = (path, folder, bytes, pixels)
    }
  }

  /// Columns and rows.
  package struct Pixels: Hashable, Codable, Sendable {
    package var width: Int
    package var height: Int
    package init(width: Int, height: Int) { (self.width, self.height) = (width, height) }
    /// All of them.
    package var count: Int { width * height }
  }

  /// What is chosen in folders.
  package struct Rules: Sendable {
    /// Whether folders in folders are looked through.
    package var recursive: Bool
    /// What is taken, whatever its extension; empty: whatever has a picture's extension.
    package var include: [Glob]
    /// What is left out, folders too.
    package var exclude: [Glob]

    /// Rules; by default all pictures of the folder itself.
    package init(recursive: Bool = false, include: [Glob] = [], exclude: [Glob] = []) {
      (self.recursive, self.include, self.exclude) = (recursive, include, exclude)
    }
  }

  /// How many things were left out, and why.
  package struct Skipped: Hashable, Sendable {
    /// Files and folders whose name begins with a dot.
    package var hidden = 0
    /// Files that have no picture's extension, or none that `include` asks for; devices and pipes.
    package var others = 0
    /// Files and folders that `exclude` names.
    package var excluded = 0
    /// Folders that were not entered: without `recursive` all, otherwise those that are links.
    package var folders = 0

    /// `3 hidden, 2 not pictures`; empty for nothing.
    package var description: String {
      let parts = [(hidden, "hidden"), (others, "not pictures"), (excluded, "excluded")].filter { $0.0 > 0 }
        .map { "\($0.0) \($0.1)" }
      return (parts + (folders > 0 ? ["\(folders) folder\(folders == 1 ? "" : "s") not entered"] : []))
        .joined(separator: ", ")
    }
  }

  /// The pictures, inputs in the order they were named, a folder's in the order of their names.
  package private(set) var pictures: [Picture] = []
  /// What was left out.
  package private(set) var skipped = Skipped()
  /// The folders that could not be read.
  package private(set) var failures: [FileError] = []

  private let rules: Rules
  private let outputFolder: String?

  /// Looks for pictures.
  ///
  /// - Parameters:
  ///   - inputs: files, folders, and patterns as ``Glob`` has them. What does not exist and is no pattern counts as a file,
  ///     whose reading will say so.
  ///   - rules: what is chosen in folders.
  ///   - output: the folder that the results go to, which is not looked through where it lies in one that is; `nil`: there is none.
  package init(_ inputs: [String], rules: Rules = Rules(), output: String?) {
    self.rules = rules
    outputFolder = output.flatMap { SystemFile.resolved($0) }
    for input in inputs {
      switch SystemFile.kind(input) {
      case .folder: look(through: input, below: "")
      case .regular(let bytes, _): pictures.append(Picture(path: input, folder: "", bytes: bytes))
      case nil where Glob.isPattern(input): expand(input)
      default: pictures.append(Picture(path: input, folder: "", bytes: 0))
      }
    }
  }

  /// Takes the files that a pattern stands for, as a shell does; none is a failure.
  private mutating func expand(_ pattern: String) {
    let parts = pattern.split(separator: "/", omittingEmptySubsequences: true).map(String.init)
    let fixed = parts.prefix { !Glob.isPattern($0) }
    let base = (pattern.hasPrefix("/") ? "/" : "") + fixed.joined(separator: "/")
    let rest = parts.dropFirst(fixed.count)
    let glob = Glob(rest.joined(separator: "/"))
    let count = pictures.count
    expand(
      glob, in: base.isEmpty ? "." : base, naming: base.isEmpty || base == "/" ? base : base + "/", below: "",
      depth: rest.contains { $0.contains("**") } ? .max : rest.count)
    if pictures.count == count {
      failures.append(FileError(path: pattern, underlying: AccessError.system(action: "found", code: ENOENT)))
    }
  }

  private mutating func expand(
    _ glob: Glob, in folder: String, naming prefix: String, below relative: String, depth: Int
  ) {
    for name in SystemFile.names(in: folder) where !name.hasPrefix(".") {
      let (below, path) = (relative + name, prefix + name)
      switch SystemFile.kind(path) {
      case .folder where depth > 1 && !SystemFile.isLink(path):
        expand(glob, in: path, naming: path + "/", below: below + "/", depth: depth - 1)
      case .regular(let bytes, _) where glob.matches(below):
        pictures.append(Picture(path: path, folder: "", bytes: bytes))
      default: break
      }
    }
  }

  private mutating func look(through folder: String, below relative: String) {
    let names: [String]
    do throws(AccessError) { names = try SystemFile.contents(of: folder) } catch {
      failures.append(FileError(path: folder, underlying: error))
      return
    }
    for name in names {
      let path = folder.hasSuffix("/") ? folder + name : "\(folder)/\(name)"
      let below = relative.isEmpty ? name : "\(relative)/\(name)"
      if name.hasPrefix(".") {
        skipped.hidden += 1
      } else if rules.exclude.contains(where: { $0.matches(below) }) {
        skipped.excluded += 1
      } else {
        consider(path, below: below, in: relative)
      }
    }
  }

  private mutating func consider(_ path: String, below relative: String, in folder: String) {
    switch SystemFile.kind(path) {
    case .folder:
      if let outputFolder, SystemFile.resolved(path) == outputFolder { return }
      if rules.recursive, !SystemFile.isLink(path) {
        look(through: path, below: relative)
      } else {
        skipped.folders += 1
      }
    case .regular(let bytes, _):
      if isWanted(path, relative) {
        pictures.append(Picture(path: path, folder: folder, bytes: bytes))
      } else {
        skipped.others += 1
      }
    case nil where isWanted(path, relative):
      // A link to nothing, a folder that may be listed and not entered: its reading says why.
      pictures.append(Picture(path: path, folder: folder, bytes: 0))
    case .pipe, .other, nil: skipped.others += 1
    }
  }

  private func isWanted(_ path: String, _ relative: String) -> Bool {
    rules.include.isEmpty
      ? PictureFile(path).codec != nil : rules.include.contains { $0.matches(relative) }
  }
}
