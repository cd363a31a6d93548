import Foundation
import MSRNKit
import Testing

@Suite struct PictureFolderTests {
  /// Folders with empty files of these names.
  private func folders(_ first: [String], _ second: [String]) throws -> (own: String, other: String, all: URL)
  {
    let all = FileManager.default.temporaryDirectory.appending(path: "msrn-folders-\(UUID().uuidString)")
    for (folder, names) in [("a", first), ("b", second)] {
      let url = all.appending(path: folder)
      try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
      for name in names { try Data().write(to: url.appending(path: name)) }
    }
    return (all.appending(path: "a").path, all.appending(path: "b").path, all)
  }

  private func stems(_ first: [String], _ second: [String], scale: Int? = 4) throws -> [String] {
    let (own, other, all) = try folders(first, second)
    defer { try? FileManager.default.removeItem(at: all) }
    return try PictureFolder(own).paired(with: PictureFolder(other), scale: scale).map {
      "\($0.own.stem) \($0.other.stem)"
    }
  }

  private func failure(_ first: [String], _ second: [String]) throws -> EvaluationError? {
    do { _ = try stems(first, second) } catch let error as FileError {
      return error.underlying as? EvaluationError
    }
    return nil
  }

  @Test("names go together by stem, with or without the scale, whatever the format")
  func pairs() throws {
    let pairs = try stems(
      ["b.png", "a.jpg", "c.d.png", "notes.txt"], ["ax4.png", "b_x4.JPG", "c.d.png", ".hidden"])
    #expect(pairs == ["a ax4", "b b_x4", "c.d c.d"])
    #expect(try stems(["a.png", "ax4.png"], ["a.png", "ax4.png"], scale: nil) == ["a a", "ax4 ax4"])
  }

  @Test("what has no partner, or two, is an error")
  func failures() throws {
    guard case .noPartner("b", _) = try failure(["a.png", "b.png"], ["a.png"]) else {
      Issue.record("an original without partner")
      return
    }
    guard case .noPartner("bx2", _) = try failure(["a.png"], ["a.png", "bx2.png"]) else {
      Issue.record("a result without original")
      return
    }
    #expect(
      try failure(["a.png"], ["a.png", "ax4.png"])
        == .ambiguous(stem: "a", names: ["a.png", "ax4.png"]))
    #expect(
      try failure(["a.png", "a.jpg"], ["a.png"]) == .ambiguous(stem: "a", names: ["a.jpg", "a.png"]))
    #expect(try failure(["a.txt"], ["a.png"]) == .noPictures)
  }

  @Test("a single file is a folder of one")
  func files() throws {
    let (own, other, all) = try folders(["a.png"], ["z.png"])
    defer { try? FileManager.default.removeItem(at: all) }
    let pairs = try PictureFolder(own + "/a.png").paired(with: PictureFolder(other + "/z.png"), scale: nil)
    #expect(pairs.map(\.other.path) == [other + "/z.png"])
    #expect(throws: FileError.self) { try PictureFolder(own + "/nothing.png") }
  }
}
