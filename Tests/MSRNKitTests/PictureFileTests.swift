import Foundation
import MSRNKit
import Testing

@Suite final class PictureFileTests {
  private let root = NSTemporaryDirectory() + "msrn-files-\(UUID().uuidString)"

  init() throws { try FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: true) }
  deinit { try? FileManager.default.removeItem(atPath: root) }

  private var names: [String] { (try? FileManager.default.contentsOfDirectory(atPath: root).sorted()) ?? [] }

  @Test(
    arguments: [
      ("a.png", "png"), ("a.b.JPG", "JPG"), ("dir.d/name", nil), (".png", nil), ("a.", nil), ("-", nil),
      ("mit Leerzeichen ü.jpeg", "jpeg"),
    ] as [(String, String?)])
  func extensions(path: String, expected: String?) {
    #expect(PictureFile(path).fileExtension == expected)
    #expect(PictureFile(path).codec == expected.flatMap { Codec(fileExtension: $0) })
  }

  @Test func writtenAndReadBack() throws {
    let file = PictureFile("\(root)/a b.png")
    let bytes = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* 7) }
    try file.write(bytes, replacing: false)
    #expect(try file.read() == bytes)
    #expect(names == ["a b.png"])
  }

  @Test func replacingIsAskedFor() throws {
    let file = PictureFile("\(root)/a.png")
    try file.write([1], replacing: false)
    #expect(throws: FileError.self) { try file.checkWritable(replacing: false) }
    #expect(throws: FileError.self) { try file.write([2], replacing: false) }
    #expect(try file.read() == [1])
    try file.checkWritable(replacing: true)
    try file.write([2], replacing: true)
    #expect(try file.read() == [2])
    #expect(names == ["a.png"])
  }

  @Test func permissionsAndLinksAreKept() throws {
    let file = PictureFile("\(root)/a.png")
    try file.write([1], replacing: false)
    try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file.path)
    try FileManager.default.createSymbolicLink(atPath: "\(root)/l.png", withDestinationPath: "a.png")
    try PictureFile("\(root)/l.png").write([3], replacing: true)
    #expect(try file.read() == [3])
    let attributes = try FileManager.default.attributesOfItem(atPath: file.path)
    #expect(attributes[.posixPermissions] as? Int == 0o600)
    #expect(try FileManager.default.destinationOfSymbolicLink(atPath: "\(root)/l.png") == "a.png")
  }

  @Test func placesThatTakeNoFile() throws {
    for path in ["\(root)/none/a.png", root, "/dev/null"] {
      #expect(throws: FileError.self, "\(path)") { try PictureFile(path).checkWritable(replacing: true) }
      #expect(throws: FileError.self, "\(path)") { try PictureFile(path).write([1], replacing: true) }
    }
    #expect(names.isEmpty)
  }

  @Test func whatIsNotRead() throws {
    try PictureFile("\(root)/a.png").write([UInt8](repeating: 0, count: 1000), replacing: false)
    #expect(try PictureFile("\(root)/a.png").read(maximumBytes: 1000).count == 1000)
    for (path, text) in [
      ("\(root)/a.png", "is larger than the limit of 999 bytes"), (root, "is a folder, not a regular file"),
      ("\(root)/b.png", "cannot be opened: No such file or directory"),
      ("/dev/zero", "is a device, not a regular file"),
    ] {
      let error = #expect(throws: FileError.self) { try PictureFile(path).read(maximumBytes: 999) }
      #expect(error.map { "\($0)" } == "\(path): \(text)")
    }
  }
}
