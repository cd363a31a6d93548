import Foundation
import MSRNKit
import Testing

@Suite final class SelectionTests {
  private let root = NSTemporaryDirectory() + "msrn-selection-\(UUID().uuidString)"

  init() throws {
    for path in [
      "a.png", "b.JPG", "notes.txt", ".hidden.png", "._a.png", "desktop.ini", "sub/c.png", "sub/deep/d.jpeg",
      "sub/deep/draft.png", ".git/e.png", "out/old.png", "noext",
    ] {
      let url = URL(filePath: "\(root)/\(path)")
      try FileManager.default.createDirectory(
        at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data([1, 2, 3]).write(to: url)
    }
  }

  deinit { try? FileManager.default.removeItem(atPath: root) }

  private func select(_ rules: Selection.Rules, _ inputs: [String]? = nil) -> Selection {
    Selection(inputs ?? [root], rules: rules, output: "\(root)/out")
  }

  private func names(_ selection: Selection) -> [String] {
    selection.pictures.map { String($0.path.dropFirst(root.count + 1)) }
  }

  @Test func picturesOfAFolder() {
    let selection = select(.init())
    #expect(names(selection) == ["a.png", "b.JPG"])
    #expect(selection.pictures.allSatisfy { $0.folder.isEmpty && $0.bytes == 3 })
    #expect(selection.skipped.hidden == 3 && selection.skipped.others == 3 && selection.skipped.folders == 1)
    #expect(selection.skipped.description == "3 hidden, 3 not pictures, 1 folder not entered")
    #expect(select(.init(), ["\(root)/"]).pictures.map(\.path) == ["\(root)/a.png", "\(root)/b.JPG"])
  }

  @Test func treeIsKept() {
    let selection = select(.init(recursive: true))
    #expect(names(selection) == ["a.png", "b.JPG", "sub/c.png", "sub/deep/d.jpeg", "sub/deep/draft.png"])
    #expect(selection.pictures.map(\.folder) == ["", "", "sub", "sub/deep", "sub/deep"])
    #expect(selection.skipped.folders == 0)
  }

  @Test func patterns() {
    #expect(
      names(select(.init(recursive: true, exclude: [Glob("deep")]))) == ["a.png", "b.JPG", "sub/c.png"])
    #expect(
      names(select(.init(recursive: true, include: [Glob("sub/**")], exclude: [Glob("draft*")])))
        == ["sub/c.png", "sub/deep/d.jpeg"])
    // Whatever is asked for by name is taken, picture's extension or not.
    #expect(names(select(.init(include: [Glob("noext"), Glob("a.*")]))) == ["a.png", "noext"])
  }

  @Test func filesThatAreNamed() {
    let selection = select(.init(), ["\(root)/notes.txt", "\(root)/.hidden.png", "\(root)/none.png"])
    #expect(names(selection) == ["notes.txt", ".hidden.png", "none.png"])
    #expect(selection.skipped.description.isEmpty)
  }

  @Test func linksMakeNoLoop() throws {
    let files = FileManager.default
    try files.createSymbolicLink(atPath: "\(root)/sub/up", withDestinationPath: "..")
    try files.createSymbolicLink(atPath: "\(root)/self.png", withDestinationPath: "self.png")
    try files.createSymbolicLink(atPath: "\(root)/link.png", withDestinationPath: "a.png")
    let selection = select(.init(recursive: true))
    #expect(selection.skipped.folders == 1)
    #expect(names(selection).filter { $0.hasPrefix("sub/up") }.isEmpty)
    // A link to a file is followed; one to nowhere is there to be reported.
    #expect(names(selection).contains("link.png") && names(selection).contains("self.png"))
  }

  @Test func foldersThatCannotBeRead() throws {
    // Root reads every folder; nobody reads one that is not there by the time it is opened.
    try FileManager.default.setAttributes([.posixPermissions: 0], ofItemAtPath: "\(root)/sub")
    defer { try? FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: "\(root)/sub") }
    let selection = select(.init(recursive: true))
    if getuid() == 0 {
      #expect(selection.failures.isEmpty && names(selection).contains("sub/c.png"))
    } else {
      #expect(selection.failures.map(\.path) == ["\(root)/sub"])
      #expect(names(selection) == ["a.png", "b.JPG"])
    }
    #expect(throws: AccessError.self) { try SystemFile.contents(of: "\(root)/none") }
  }
}
