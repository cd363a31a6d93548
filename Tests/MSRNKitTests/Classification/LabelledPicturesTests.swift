import Foundation
import MSRNImages
import MSRNKit
import Testing

@Suite struct LabelledPicturesTests {
  private let folder = FileManager.default.temporaryDirectory.appending(
    path: "msrn-labelled-\(UUID().uuidString)")

  private func put(_ name: String, _ bytes: [UInt8]) throws -> String {
    let file = folder.appending(path: name)
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(bytes).write(to: file)
    return file.path
  }

  private func remove() { try? FileManager.default.removeItem(at: folder) }

  private func picture(_ grey: UInt8) throws -> [UInt8] {
    try Image(width: 2, height: 1, color: .grey, samples: .eight([grey, grey])).encode(.png)
  }

  private func grey(_ image: Image) -> UInt8? {
    guard case .eight(let samples) = image.samples else { return nil }
    return samples.first
  }

  @Test("a folder a class, in the order of names or of labels")
  func folders() throws {
    defer { remove() }
    for (name, grey) in [("b/2.png", 20), ("b/1.PNG", 10), ("B/0.jpg.png", 30), (".c/1.png", 40)]
      as [(String, UInt8)]
    {
      _ = try put(name, picture(grey))
    }
    _ = try put("b/notes.txt", [1])
    _ = try put("list.txt", [1])
    let set = try LabelledPictures.folders(folder.path)
    #expect(set.count == 3 && set.classes == 2 && set.largestLabel == 1)
    #expect((0..<3).map { set.label($0) } == [0, 1, 1])
    #expect(try (0..<3).map { grey(try set.image($0)) } == [30, 10, 20])
    let named = try LabelledPictures.folders(folder.path + "/", labels: Labels(["a", "b", "c", "B"]))
    #expect(named.classes == 4 && (0..<3).map { named.label($0) } == [3, 1, 1])
    let error = #expect(throws: FileError.self) {
      try LabelledPictures.folders(folder.path, labels: Labels(["b"]))
    }
    #expect(error?.underlying as? LabelledPicturesError == .unknownClass("B"))
  }

  @Test("pictures by a list, names with spaces among them")
  func listed() throws {
    defer { remove() }
    _ = try put("x/a b.png", picture(7))
    let list = try put("val.txt", Array("x/a b.png 65\r\n\nx/none.png\t0\n".utf8))
    let set = try LabelledPictures.listed(folder.path, by: list)
    #expect(set.count == 2 && set.classes == nil && set.largestLabel == 65)
    #expect(set.label(0) == 65)
    #expect(try grey(set.image(0)) == 7)
    #expect(throws: FileError.self) { try set.image(1) }
    for (text, line) in [("a.png 1\nb.png", 2), ("a.png -1", 1), (" 3", 1), ("a.png 1.5", 1), ("1", 1)] {
      let list = try put("bad.txt", Array(text.utf8))
      let error = #expect(throws: FileError.self, "\(text)") {
        try LabelledPictures.listed(folder.path, by: list)
      }
      #expect(error?.underlying as? LabelledPicturesError == .line(line), "\(text)")
    }
    let empty = try put("empty.txt", [10])
    #expect(throws: FileError.self) { try LabelledPictures.listed(folder.path, by: empty) }
  }

  @Test("CIFAR-10 by its file, its folder, or the folder it is unpacked in")
  func cifar() throws {
    defer { remove() }
    let file = try put("a/cifar-10-batches-bin/test_batch.bin", [4] + [UInt8](repeating: 9, count: 3072))
    for path in [
      file, folder.appending(path: "a").path, folder.appending(path: "a/cifar-10-batches-bin").path,
    ] {
      let set = try LabelledPictures.cifar10(path)
      #expect(set.count == 1 && set.label(0) == 4 && set.classes == 10)
      #expect(try grey(set.image(0)) == 9)
    }
    let short = try put("b/test_batch.bin", [1, 2])
    let error = #expect(throws: FileError.self) { try LabelledPictures.cifar10(folder.path + "/b") }
    #expect(error?.path == short && error?.underlying is CIFARError)
    #expect(throws: FileError.self) { try LabelledPictures.cifar10(folder.path + "/none") }
  }

  @Test("folders that hold no pictures of classes")
  func empty() throws {
    defer { remove() }
    _ = try put("a.png", picture(1))
    let flat = #expect(throws: FileError.self) { try LabelledPictures.folders(folder.path) }
    #expect(flat?.underlying as? LabelledPicturesError == .noFolders)
    _ = try put("a/b.txt", [1])
    let bare = #expect(throws: FileError.self) { try LabelledPictures.folders(folder.path) }
    #expect(bare?.underlying as? EvaluationError == .noPictures)
    #expect(throws: FileError.self) { try LabelledPictures.folders(folder.path + "/none") }
  }
}
