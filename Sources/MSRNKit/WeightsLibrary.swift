/// The weights that are installed, and where they are looked for.
///
/// Folders are searched in this order, and the first file for a model and scale wins:
///
/// 1. `$MSRN_WEIGHTS`, a folder (or a file, which then is used unless a model is asked for by name);
/// 2. beside the program: `weights`, then `../share/msrn/weights`, then, for a program built in a clone's `.build`,
///    the clone's `weights`;
/// 3. `$XDG_DATA_HOME/msrn/weights`, by default `~/.local/share/msrn/weights`;
/// 4. `msrn/weights` in each folder of `$XDG_DATA_DIRS`, by default `/usr/local/share` and `/usr/share`.
///
/// A file is named `msrn-<model>-x<scale>.safetensors`, for example `msrn-light-x4.safetensors`.
public struct WeightsLibrary: Hashable, Sendable {
  /// A weights file by what its name says.
  public struct Entry: Hashable, Sendable {
    /// The model, such as `light` or `photo`.
    public var model: String
    /// The scale.
    public var scale: Int
    /// Where the file is.
    public var path: String

    /// A file of this model and scale.
    public init(model: String, scale: Int, path: String) {
      (self.model, self.scale, self.path) = (model, scale, path)
    }
  }

  /// The models from best to least on clean pictures; others that are found come after them.
  public static let ranking = ["full", "light", "photo"]

  /// The folders searched, in order, whether they exist or not.
  public let folders: [String]
  /// The file that `$MSRN_WEIGHTS` names, which goes before everything else.
  public let override: String?
  /// The files found, best model first, then by scale.
  public let entries: [Entry]

  /// Looks through given folders.
  public init(folders: [String]) { self.init(folders: folders, override: nil) }

  /// Looks through the folders that belong to this program and user.
  public static var standard: WeightsLibrary {
    WeightsLibrary(environment: { SystemFile.environment($0) }, executable: SystemFile.executable)
  }

  /// Looks through the folders that an environment and the path of a program (links resolved) stand for.
  package init(environment: (String) -> String?, executable: String?) {
    var folders: [String] = []
    var override: String?
    if let path = environment("MSRN_WEIGHTS") {
      if SystemFile.kind(path) == .folder { folders.append(path) } else { override = path }
    }
    if let executable {
      let parts = executable.split(separator: "/").dropLast().map(String.init)
      func folder(_ parts: some Sequence<String>) -> String { parts.map { "/" + $0 }.joined() }
      folders.append(folder(parts) + "/weights")
      folders.append(folder(parts.dropLast()) + "/share/msrn/weights")
      if let build = parts.lastIndex(where: { $0.hasPrefix(".build") }) {
        folders.append(folder(parts[..<build]) + "/weights")
      }
    }
    if let data = environment("XDG_DATA_HOME") ?? environment("HOME").map({ $0 + "/.local/share" }) {
      folders.append(data + "/msrn/weights")
    }
    let shared = environment("XDG_DATA_DIRS") ?? "/usr/local/share:/usr/share"
    folders += shared.split(separator: ":").map { $0 + "/msrn/weights" }
    self.init(folders: folders, override: override)
  }

  private init(folders: [String], override: String?) {
    self.folders = folders
    self.override = override
    var found: [Entry] = []
    for folder in folders {
      for entry in SystemFile.names(in: folder).compactMap({ Entry(name: $0, folder: folder) })
      where !found.contains(where: { $0.model == entry.model && $0.scale == entry.scale }) {
        found.append(entry)
      }
    }
    entries = found.sorted {
      (Self.rank($0.model), $0.model, $0.scale) < (Self.rank($1.model), $1.model, $1.scale)
    }
  }

  private static func rank(_ model: String) -> Int { ranking.firstIndex(of: model) ?? ranking.count }

  /// The file for a scale.
  ///
  /// - Parameters:
  ///   - scale: the scale wanted.
  ///   - model: the model wanted; `nil` for the best there is.
  /// - Returns: its path.
  /// - Throws: ``LibraryError``, which says what there is instead.
  public func path(scale: Int, model: String? = nil) throws(LibraryError) -> String {
    if let override, model == nil { return override }
    if let entry = entries.first(where: { $0.scale == scale && (model == nil || $0.model == model) }) {
      return entry.path
    }
    if entries.isEmpty { throw .empty(folders: folders) }
    if let model, !entries.contains(where: { $0.model == model }) {
      throw .noModel(
        model, models: entries.map(\.model).reduce(into: []) { if !$0.contains($1) { $0.append($1) } })
    }
    let scales = entries.filter { model == nil || $0.model == model }.map(\.scale)
    throw .noScale(scale, model: model, scales: Set(scales).sorted())
  }
}

extension WeightsLibrary.Entry {
  /// What a file name says; `nil` for names of another form.
  package init?(name: String, folder: String) {
    let (start, end) = ("msrn-", ".safetensors")
    guard name.hasPrefix(start), name.hasSuffix(end), name.count > start.count + end.count else { return nil }
    let middle = name.dropFirst(start.count).dropLast(end.count)
    guard let dash = middle.lastIndex(of: "-"), dash != middle.startIndex else { return nil }
    let last = middle[middle.index(after: dash)...]
    guard last.first == "x", let scale = Int(last.dropFirst()), scale > 0, last.dropFirst() == "\(scale)"
    else {
      return nil
    }
    self.init(model: String(middle[..<dash]), scale: scale, path: folder + "/" + name)
  }
}

/// Why there are no weights for what was asked.
public enum LibraryError: Error, Hashable, Sendable {
  /// No folder has any.
  case empty(folders: [String])
  /// There are weights, but not of this model.
  case noModel(String, models: [String])
  /// There are weights, but not for this scale.
  case noScale(Int, model: String?, scales: [Int])
}

extension LibraryError: CustomStringConvertible {
  /// One sentence that says what there is instead.
  public var description: String {
    switch self {
    case .empty(let folders):
      "no weights found in \(folders.joined(separator: ", ")); set MSRN_WEIGHTS or use --weights FILE"
    case .noModel(let model, let models):
      "no weights of model \"\(model)\"; there are \(models.joined(separator: ", "))"
    case .noScale(let scale, let model, let scales):
      "no weights for scale \(scale)\(model.map { " of model \"\($0)\"" } ?? ""); "
        + (scales.count == 1 ? "there is scale " : "there are scales ")
        + scales.map(String.init).joined(separator: ", ")
    }
  }
}
