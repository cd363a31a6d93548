import MSRNKit

/// One test set: originals, and where the pictures come from that are compared with them.
struct EvaluationSet: Sendable {
  /// One original.
  struct Picture: Sendable {
    let name: String
    let path: String
    let source: TestPicture.Source
  }

  /// For tables: `Set5` for `data/Set5/HR`.
  let name: String
  /// The originals' folder, as it was named.
  let hr: String
  /// The folder of the LR pictures; `nil` where they are made.
  let lr: String?
  /// The folder of results that are given.
  let sr: String?
  let pictures: [Picture]

  /// Looks for the pictures; everything that names alone can tell to be wrong is found here.
  ///
  /// - Parameters:
  ///   - hr: the originals, or one.
  ///   - lr: the LR pictures.
  ///   - sr: results.
  ///   - scale: the scale that names of LR pictures and results may end in.
  /// - Throws: `FileError`.
  init(hr: String, lr: String?, sr: String?, scale: Int) throws(FileError) {
    (self.hr, self.lr, self.sr) = (hr, lr, sr)
    name = Self.name(hr)
    let originals = try PictureFolder(hr)
    guard let other = lr ?? sr else {
      pictures = originals.entries.map { Picture(name: $0.stem, path: $0.path, source: .reduced) }
      return
    }
    pictures = try originals.paired(with: PictureFolder(other), scale: scale).map { own, other in
      Picture(name: own.stem, path: own.path, source: lr == nil ? .sr(other.path) : .lr(other.path))
    }
  }

  /// The last name of a path that says which set it is.
  private static func name(_ path: String) -> String {
    let parts = path.split(separator: "/").filter { $0 != "." && $0 != ".." }.map(String.init)
    let generic: Set<String> = ["hr", "gt", "gtmod12", "original", "originals", "image_srf_4"]
    return parts.last { !generic.contains($0.lowercased()) } ?? path
  }

  /// Where the LR pictures come from, in words.
  var lrSource: String {
    if sr != nil { return "none, SR is given" }
    return lr ?? "made of HR by imresize bicubic, as MATLAB's"
  }
}
