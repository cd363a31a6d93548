import Dispatch
package import MSRNImages
import Synchronization

/// What the headers of a run's pictures say, read before it begins: for its order, its shards and its progress.
package enum Survey {
  /// Bytes of a file that are read at first, and if the header is longer.
  private static let starts = [1 << 16, 1 << 22]

  /// The pictures with their columns and rows, where nobody has looked yet.
  ///
  /// Of each file the first 64 KiB are read, seldom 4 MiB. A file without a readable header stays without; its reading says why.
  ///
  /// - Parameters:
  ///   - pictures: the pictures.
  ///   - threads: how many files are read at a time.
  /// - Returns: the same pictures.
  package static func measured(_ pictures: [Selection.Picture], threads: Int) -> [Selection.Picture] {
    let found = Mutex<[Int: Selection.Pixels]>([:])
    let missing = pictures.indices.filter { pictures[$0].pixels == nil }
    Lanes.run(missing, count: max(1, threads), stopped: { false }) { index, _ in
      guard let header = header(pictures[index].path) else { return }
      found.withLock { $0[index] = Selection.Pixels(width: header.width, height: header.height) }
    }
    var pictures = pictures
    for (index, pixels) in found.withLock({ $0 }) { pictures[index].pixels = pixels }
    return pictures
  }

  /// What a file's header says; `nil` where it has none that can be read.
  package static func header(_ path: String) -> ImageHeader? {
    for count in starts {
      guard let bytes = SystemFile.start(of: path, count: count) else { return nil }
      if let header = try? Image.header(bytes) { return header }
      if bytes.count < count { return nil }
    }
    return nil
  }
}
