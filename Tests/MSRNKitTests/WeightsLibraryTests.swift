import Foundation
import MSRNKit
import Testing

@Suite final class WeightsLibraryTests {
  private let root = NSTemporaryDirectory() + "msrn-library-\(UUID().uuidString)"

  deinit { try? FileManager.default.removeItem(atPath: root) }

  /// Creates empty files below the test's own folder.
  private func make(_ names: String...) throws {
    for name in names {
      let url = URL(fileURLWithPath: "\(root)/\(name)")
      try FileManager.default.createDirectory(
        at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data().write(to: url)
    }
  }

  @Test func namesAreUnderstood() {
    let entry = WeightsLibrary.Entry(name: "msrn-my-own-x4.safetensors", folder: "/w")
    #expect(entry == WeightsLibrary.Entry(model: "my-own", scale: 4, path: "/w/msrn-my-own-x4.safetensors"))
    for name in [
      "msrn-x4.safetensors", "msrn-light-x04.safetensors", "msrn-light-x4.pt", "msrn-light-4.safetensors",
      "x",
    ] {
      #expect(WeightsLibrary.Entry(name: name, folder: "/w") == nil, "\(name)")
    }
  }

  @Test func theBestModelAndTheFirstFolderWin() throws {
    try make("a/msrn-light-x4.safetensors", "b/msrn-light-x4.safetensors", "b/msrn-full-x4.safetensors")
    try make("b/msrn-light-x2.safetensors", "b/README.md")
    let library = WeightsLibrary(folders: ["\(root)/none", "\(root)/a", "\(root)/b"])
    #expect(library.entries.map(\.model) == ["full", "light", "light"])
    #expect(try library.path(scale: 4) == "\(root)/b/msrn-full-x4.safetensors")
    #expect(try library.path(scale: 4, model: "light") == "\(root)/a/msrn-light-x4.safetensors")
    #expect(throws: LibraryError.noScale(3, model: nil, scales: [2, 4])) { try library.path(scale: 3) }
    #expect(throws: LibraryError.noScale(2, model: "full", scales: [4])) {
      try library.path(scale: 2, model: "full")
    }
    #expect(
      LibraryError.noScale(2, model: "full", scales: [4]).description
        == "no weights for scale 2 of model \"full\"; there is scale 4")
    #expect(
      LibraryError.noScale(3, model: nil, scales: [2, 4]).description
        == "no weights for scale 3; there are scales 2, 4")
    #expect(throws: LibraryError.noModel("big", models: ["full", "light"])) {
      try library.path(scale: 4, model: "big")
    }
    #expect(throws: LibraryError.empty(folders: ["\(root)/none"])) {
      try WeightsLibrary(folders: ["\(root)/none"]).path(scale: 4)
    }
  }

  @Test func foldersInTheirOrder() {
    let environment = ["XDG_DATA_HOME": "/data", "XDG_DATA_DIRS": "/s:/t", "HOME": "/home/me"]
    let installed = WeightsLibrary(environment: { environment[$0] }, executable: "/usr/local/bin/msrn")
    #expect(
      installed.folders == [
        "/usr/local/bin/weights", "/usr/local/share/msrn/weights", "/data/msrn/weights", "/s/msrn/weights",
        "/t/msrn/weights",
      ])
    let built = WeightsLibrary(
      environment: { ["HOME": "/home/me"][$0] }, executable: "/src/msrn/.build/x86_64/release/msrn")
    #expect(built.folders.contains("/src/msrn/weights"))
    #expect(
      built.folders.suffix(3) == [
        "/home/me/.local/share/msrn/weights", "/usr/local/share/msrn/weights", "/usr/share/msrn/weights",
      ])
  }

  @Test func theVariableNamesAFolderOrAFile() throws {
    try make("a/msrn-light-x4.safetensors", "mine.pt")
    let folder = WeightsLibrary(environment: { ["MSRN_WEIGHTS": "\(self.root)/a"][$0] }, executable: nil)
    #expect(try folder.path(scale: 4) == "\(root)/a/msrn-light-x4.safetensors")
    let file = WeightsLibrary(environment: { ["MSRN_WEIGHTS": "\(self.root)/mine.pt"][$0] }, executable: nil)
    #expect(try file.path(scale: 3) == "\(root)/mine.pt")
    #expect(throws: LibraryError.self) { try file.path(scale: 3, model: "no such model") }
  }

  /// The plausibility check knows the shipped files by their digests.
  @Test func theShippedFilesAreThoseKnown() throws {
    let library = WeightsLibrary(folders: ["\(Repository.root)/weights"])
    #expect(
      library.entries.map { "\($0.model) x\($0.scale)" } == ["light x2", "light x3", "light x4", "photo x4"])
    for entry in library.entries where entry.model == "light" {
      #expect(try library.path(scale: entry.scale) == entry.path, "the default is for clean pictures")
    }
    #expect(
      try library.path(scale: 4, model: "photo") == "\(Repository.root)/weights/msrn-photo-x4.safetensors")
    let digests = try library.entries.map { try Model.read($0.path).digest.hexadecimal }
    #expect(Set(digests) == Model.shipped)
    let readme = try String(contentsOfFile: "\(Repository.root)/weights/README.md", encoding: .utf8)
    for digest in digests { #expect(readme.contains(digest)) }
  }
}
