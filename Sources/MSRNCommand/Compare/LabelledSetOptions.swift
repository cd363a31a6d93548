import ArgumentParser
import MSRNKit

/// The pictures that errors are measured on.
struct LabelledSetOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "CIFAR-10's binary version, or its file test_batch.bin.", valueName: "folder"),
    completion: .directory)
  var cifar10: String?

  @Option(
    help: ArgumentHelp("Pictures, a folder for each class, or those of --truth.", valueName: "folder"),
    completion: .directory)
  var images: String?

  @Option(
    help: ArgumentHelp(
      "Names of the folders of --images by class: one a line, or a JSON array (default: in the order of their names).",
      valueName: "file"), completion: .file())
  var labels: String?

  @Option(
    help: ArgumentHelp(
      "Which pictures of --images are of which class: a line is a path, a space, a class from 0.",
      valueName: "file"), completion: .file())
  var truth: String?

  mutating func validate() throws {
    if images == nil, labels != nil || truth != nil {
      throw ValidationError("--labels and --truth are for --images")
    }
    if labels != nil, truth != nil { throw ValidationError("--labels and --truth exclude each other") }
  }

  /// The sets.
  ///
  /// - Throws: `FileError`, its cause a ``SetUpError``.
  func read() throws -> LabelledSets {
    do {
      return LabelledSets(
        cifar10: try cifar10.map { path throws(FileError) in try .cifar10(path) }, images: try imageSet())
    } catch let error as FileError {
      throw FileError(path: error.path, underlying: SetUpError(underlying: error.underlying))
    }
  }

  private func imageSet() throws -> LabelledPictures? {
    guard let images else { return nil }
    if let truth { return try .listed(images, by: truth) }
    guard let labels else { return try .folders(images) }
    do {
      let bytes = try SystemFile.read(labels, maximumBytes: 1 << 24)
      return try .folders(images, labels: Labels(String(decoding: bytes, as: UTF8.self)))
    } catch let error as FileError {
      throw error
    } catch {
      throw FileError(path: labels, underlying: error)
    }
  }
}

/// The sets that were given.
struct LabelledSets {
  let cifar10: LabelledPictures?
  let images: LabelledPictures?

  /// The set for a network, or why there is none.
  enum Choice {
    case set(LabelledPictures)
    /// No set was given.
    case none
    /// A set was given, and is not for the network.
    case unfit(String)
  }

  /// Finds the set that a network's errors are measured on.
  func choice(for network: ComparedNetwork) -> Choice {
    if let cifar10, network.set == .cifar10 { return .set(cifar10) }
    guard network.network.medium == .pictures else { return .none }
    if let images {
      let fits = images.classes.map { $0 == network.classes } ?? (images.largestLabel < network.classes)
      if fits { return .set(images) }
      let count = images.classes.map { "\($0)" } ?? "at least \(images.largestLabel + 1)"
      return .unfit("\(network.name) has \(network.classes) classes, \(images.name) has \(count)")
    }
    return cifar10 == nil ? .none : .unfit("\(network.name) is no network for CIFAR-10")
  }
}
