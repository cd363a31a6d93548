package import MSRNKit

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// A list of pictures with their sizes, made once for all parts of a large run: JSON, one line a picture.
///
/// The first line says how many follow, so that a list that was cut off is not taken for a whole one.
package enum Manifest {
  private struct Head: Codable {
    /// The version of the form.
    let manifest: Int
    let pictures: Int
  }

  private struct Line: Codable {
    let path: String
    let folder: String
    let bytes: Int
    let pixels: Selection.Pixels?
  }

  /// Why bytes are no manifest, in one sentence.
  package struct Fault: Error, Hashable, Sendable, CustomStringConvertible { package let description: String }

  private static let version = 1

  /// The lines for some pictures, each with its end.
  package static func text(_ pictures: [Selection.Picture]) throws -> String {
    let head = try JSONLine.text(Head(manifest: version, pictures: pictures.count))
    return try pictures.reduce(into: head + "\n") { text, picture in
      text +=
        try JSONLine.text(
          Line(path: picture.path, folder: picture.folder, bytes: picture.bytes, pixels: picture.pixels))
        + "\n"
    }
  }

  /// Reads a manifest.
  ///
  /// - Parameter bytes: the file's.
  /// - Returns: the pictures, in its order.
  /// - Throws: ``Fault`` with the number of the line: nothing of a list is left out silently.
  package static func pictures(_ bytes: [UInt8]) throws(Fault) -> [Selection.Picture] {
    let decoder = JSONDecoder()
    let lines = bytes.split(separator: 10)
    guard let first = lines.first, let head = try? decoder.decode(Head.self, from: Data(first)) else {
      throw Fault(description: "not a manifest: its first line has no \"manifest\" and \"pictures\"")
    }
    guard head.manifest == version else {
      throw Fault(description: "a manifest of version \(head.manifest), and only \(version) is read")
    }
    guard head.pictures == lines.count - 1 else {
      throw Fault(
        description: "has \(lines.count - 1) of \(head.pictures) pictures; it was cut off or changed")
    }
    var pictures: [Selection.Picture] = []
    for (index, bytes) in lines.enumerated().dropFirst() {
      guard let line = try? decoder.decode(Line.self, from: Data(bytes)), !line.path.isEmpty,
        !line.path.utf8.contains(0), !line.folder.utf8.contains(0),
        !line.folder.split(separator: "/").contains(".."), !line.folder.hasPrefix("/")
      else { throw Fault(description: "line \(index + 1) is no picture of a manifest") }
      // Sizes beyond reason are worth nothing as a prediction.
      let pixels = line.pixels.flatMap { sides.contains($0.width) && sides.contains($0.height) ? $0 : nil }
      pictures.append(
        Selection.Picture(path: line.path, folder: line.folder, bytes: max(0, line.bytes), pixels: pixels))
    }
    return pictures
  }

  private static let sides = 1...(1 << 31)
}
