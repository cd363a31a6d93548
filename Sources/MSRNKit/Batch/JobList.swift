package import MSRNImages

/// One picture to do.
package struct Job: Hashable, Sendable {
  /// The picture.
  package let input: PictureFile
  /// Its result.
  package let output: PictureFile
  /// The result's path below the output folder, which names the job in a run log wherever the folder is mounted.
  package let name: String
  /// The result's format.
  package let codec: Codec
  /// The picture's columns and rows; `nil` where its header cannot be read.
  package let pixels: Selection.Pixels?

  /// How much work the picture is, predicted: its pixels, and as many as what every picture costs is worth.
  package var cost: Int { (pixels?.count ?? 0) + 4096 }
}

/// All that a run does, in order, with no two results of one name.
package struct JobList: Sendable {
  /// Why a run is not begun, in one sentence.
  package enum Fault: Error, Hashable, Sendable {
    /// Two pictures would be written under one name; `count` results are concerned.
    case sameName(output: String, first: String, second: String, count: Int)
    /// A result would take the place of a picture that is to be read.
    case replacesInput(output: String, from: String)
    /// Results are there already.
    case exists(output: String, count: Int)
  }

  /// The jobs, in the selection's order.
  package let jobs: [Job]

  /// Gives every picture's result its name.
  ///
  /// - Parameters:
  ///   - pictures: what was found; one that was named twice is done once.
  ///   - folder: where the results go, with the folders that the pictures lie in.
  ///   - template: how they are called.
  ///   - format: the format of all; `nil`: that of the template or of each input's name.
  ///   - target: how large results are.
  ///   - model: the model's name.
  /// - Throws: ``Fault`` where names clash.
  package init(
    _ pictures: [Selection.Picture], to folder: String, as template: NameTemplate, format: Codec?,
    target: TargetSize, model: String
  ) throws(Fault) {
    let root = folder.hasSuffix("/") ? folder : folder + "/"
    var jobs: [Job] = []
    var owners: [PathBytes: String] = [:]
    var clashes: [(output: String, first: String, second: String)] = []
    for picture in pictures {
      let (file, codec) = template.name(for: picture.path, format: format, target: target, model: model)
      let name = picture.folder.isEmpty ? file : "\(picture.folder)/\(file)"
      if let owner = owners[PathBytes(name)] {
        if Self.identity(owner) != Self.identity(picture.path) {
          clashes.append((root + name, owner, picture.path))
        }
        continue
      }
      owners[PathBytes(name)] = picture.path
      jobs.append(
        Job(
          input: PictureFile(picture.path), output: PictureFile(root + name), name: name, codec: codec,
          pixels: picture.pixels))
    }
    if let first = clashes.first {
      throw .sameName(output: first.output, first: first.first, second: first.second, count: clashes.count)
    }
    let inputs = Dictionary(jobs.map { (Self.identity($0.input.path), $0) }) { first, _ in first }
    for job in jobs {
      if let real = SystemFile.resolved(job.output.path), inputs[PathBytes(real)] != nil {
        throw .replacesInput(output: job.output.path, from: job.input.path)
      }
    }
    self.jobs = jobs
  }

  /// Finds results that are there already.
  ///
  /// - Parameter jobs: those that are to be done.
  /// - Throws: ``Fault/exists(output:count:)``.
  package static func checkNew(_ jobs: [Job]) throws(Fault) {
    let existing = jobs.filter { SystemFile.kind($0.output.path) != nil }
    if let first = existing.first { throw .exists(output: first.output.path, count: existing.count) }
  }

  /// One text for one file, however it is named.
  private static func identity(_ path: String) -> PathBytes { PathBytes(SystemFile.resolved(path) ?? path) }
}

extension JobList.Fault: CustomStringConvertible {
  /// One sentence.
  package var description: String {
    switch self {
    case .sameName(let output, let first, let second, let count):
      "\(first) and \(second) would both become \(output)\(Self.more(count)); --name tells them apart"
    case .replacesInput(let output, let from):
      "\(from) would become \(output), which is itself one of the pictures; use another folder or --name"
    case .exists(let output, let count):
      "\(output) exists already\(Self.more(count)); --resume does what is missing, --force replaces"
    }
  }

  private static func more(_ count: Int) -> String { count > 1 ? ", and so for \(count - 1) more" : "" }
}
