public import MSRNImages

/// Pictures whose classes are known.
public struct LabelledPictures: Sendable {
  private enum Source: Sendable {
    case cifar(CIFARTestSet)
    case files([(path: String, label: Int)])
  }

  /// What the set is called.
  public let name: String
  /// How many classes there are; nil where only labels say it.
  public let classes: Int?
  private let source: Source

  /// How many pictures there are; at least one.
  public var count: Int {
    switch source {
    case .cifar(let set): set.count
    case .files(let files): files.count
    }
  }

  /// The class of a picture, counted from 0.
  public func label(_ index: Int) -> Int {
    switch source {
    case .cifar(let set): set.label(index)
    case .files(let files): files[index].label
    }
  }

  /// The largest class that a picture has.
  public var largestLabel: Int { (0..<count).reduce(0) { max($0, label($1)) } }

  /// A picture, upright.
  ///
  /// - Parameter index: Its number, from 0.
  /// - Returns: The picture.
  /// - Throws: ``FileError`` with an ``AccessError`` or an `ImageError`.
  public func image(_ index: Int) throws(FileError) -> Image {
    switch source {
    case .cifar(let set): return set.image(index)
    case .files(let files):
      let bytes = try PictureFile(files[index].path).read()
      do throws(ImageError) { return try Image.decode(bytes).image.oriented() } catch {
        throw FileError(path: files[index].path, underlying: error)
      }
    }
  }

  // MARK: Where they come from

  /// CIFAR-10's test set in its binary version.
  ///
  /// - Parameter path: The file, or a folder with `test_batch.bin`, itself or in `cifar-10-batches-bin`.
  /// - Returns: Its pictures.
  /// - Throws: ``FileError`` with an ``AccessError`` or a ``CIFARError``.
  public static func cifar10(_ path: String) throws(FileError) -> LabelledPictures {
    let names = ["test_batch.bin", "cifar-10-batches-bin/test_batch.bin"].map { Self.joined(path, $0) }
    let file =
      SystemFile.kind(path) == .folder ? names.first { SystemFile.kind($0) != nil } ?? names[0] : path
    let bytes = try PictureFile(file).read()
    do throws(CIFARError) {
      return LabelledPictures(
        name: "CIFAR-10", classes: CIFARTestSet.classes.count, source: .cifar(try CIFARTestSet(bytes)))
    } catch {
      throw FileError(path: file, underlying: error)
    }
  }

  /// Folders of pictures, a folder a class.
  ///
  /// - Parameters:
  ///   - path: The folder of folders; names that begin with a dot are passed over.
  ///   - labels: The folders' names in the order of the classes, of which some may have no folder; nil: the names' own order,
  ///     byte by byte, as torchvision takes it.
  /// - Returns: Their pictures.
  /// - Throws: ``FileError`` with an ``AccessError`` or a ``LabelledPicturesError``.
  public static func folders(_ path: String, labels: Labels? = nil) throws(FileError) -> LabelledPictures {
    let names: [String]
    do throws(AccessError) { names = try SystemFile.contents(of: path) } catch {
      throw FileError(path: path, underlying: error)
    }
    let folders = names.filter { !$0.hasPrefix(".") && SystemFile.kind(joined(path, $0)) == .folder }
      .sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    guard !folders.isEmpty else { throw FileError(path: path, underlying: LabelledPicturesError.noFolders) }
    var files: [(String, Int)] = []
    for (number, folder) in folders.enumerated() {
      let whole = joined(path, folder)
      guard let label = labels.map({ $0.names.firstIndex(of: folder) }) ?? number else {
        throw FileError(path: whole, underlying: LabelledPicturesError.unknownClass(folder))
      }
      let pictures: [String]
      do throws(AccessError) { pictures = try SystemFile.contents(of: whole) } catch {
        throw FileError(path: whole, underlying: error)
      }
      files += pictures.filter { !$0.hasPrefix(".") && PictureFile($0).codec != nil }.sorted().map {
        (joined(whole, $0), label)
      }
    }
    guard !files.isEmpty else { throw FileError(path: path, underlying: EvaluationError.noPictures) }
    return LabelledPictures(
      name: path, classes: labels?.names.count ?? folders.count, source: .files(files))
  }

  /// Pictures that a list names: a line a picture, its path below a folder, a space, its class counted from 0.
  ///
  /// - Parameters:
  ///   - path: The folder.
  ///   - list: The file, such as `val.txt` of Caffe's ImageNet; empty lines are passed over.
  /// - Returns: Its pictures.
  /// - Throws: ``FileError`` with an ``AccessError`` or a ``LabelledPicturesError``.
  public static func listed(_ path: String, by list: String) throws(FileError) -> LabelledPictures {
    let bytes: [UInt8]
    do throws(AccessError) { bytes = try SystemFile.read(list, maximumBytes: 1 << 28) } catch {
      throw FileError(path: list, underlying: error)
    }
    var files: [(String, Int)] = []
    let lines = String(decoding: bytes, as: UTF8.self).split(
      omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    for (number, line) in lines.enumerated() {
      guard line.contains(where: { !$0.isWhitespace }) else { continue }
      guard let space = line.lastIndex(where: { $0 == " " || $0 == "\t" }), space != line.startIndex,
        let label = Int(line[line.index(after: space)...]), (0..<1_000_000).contains(label)
      else { throw FileError(path: list, underlying: LabelledPicturesError.line(number + 1)) }
      files.append((joined(path, String(line[..<space])), label))
    }
    guard !files.isEmpty else { throw FileError(path: list, underlying: EvaluationError.noPictures) }
    return LabelledPictures(name: path, classes: nil, source: .files(files))
  }

  private static func joined(_ folder: String, _ name: String) -> String {
    folder + (folder.hasSuffix("/") ? "" : "/") + name
  }
}

/// Why pictures have no classes.
public enum LabelledPicturesError: Error, Hashable, Sendable {
  /// There is no folder in the folder.
  case noFolders
  /// A folder whose name is none of the classes'.
  case unknownClass(String)
  /// A line of a list without a picture and its class.
  case line(Int)
}

extension LabelledPicturesError: CustomStringConvertible {
  /// One sentence.
  public var description: String {
    switch self {
    case .noFolders: "has no folders, one a class"
    case .unknownClass(let name): "\"\(name)\" is none of the classes' names"
    case .line(let number): "line \(number) is not a picture, a space and a class counted from 0"
    }
  }
}
