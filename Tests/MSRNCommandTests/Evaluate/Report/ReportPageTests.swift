import Foundation
import MSRNKit
import Testing

@Suite struct ReportPageTests {
  /// A set whose name and whose pictures' names are markup.
  private func command() throws -> Command {
    let command = try Command()
    let folder = "<b>&'x"
    try FileManager.default.createDirectory(
      at: command.folder.appending(path: folder), withIntermediateDirectories: true)
    let whole = try Image.decode([UInt8](Data(contentsOf: URL(filePath: Command.sample)))).image
    for (name, x) in [("\"><script>alert(1)<", 0), ("two", 40), ("three", 90)] {
      try command.put("\(folder)/\(name).png", whole.cropped(width: 96, height: 80, x: x, y: 8).encode(.png))
    }
    try command.put("\(folder)/bad&bad.png", [UInt8]("<i>".utf8))
    return command
  }

  @Test("a page is well-formed, needs nothing beside itself, and shows what was measured")
  func page() throws {
    let command = try command()
    defer { command.remove() }
    let arguments = ["evaluate", "--hr", "<b>&'x", "--scale", "4", "--report", "out.html"]
    let networks = ["--weights", Command.root.appending(path: "weights/msrn-light-x4.safetensors").path]
    let result = try command.start(arguments + networks + ["--method", "lanczos"]).end()
    #expect(result.status == 3, "\(result.error)")
    let data = try command.data("out.html")
    let page = try PageReader(data)

    let text = String(decoding: data, as: UTF8.self)
    #expect(!text.contains("http://") && !text.contains("url(") && !text.contains("@import"))
    page.expectSelfContained()
    #expect(page.all("script").count == 1)

    // Every picture is one, and says what it shows.
    let pictures = page.all("img")
    // Three examples: two results on the slider, the original, two error maps, one more method.
    #expect(pictures.count == 3 * 6 && page.all("article").count == 3)
    for picture in pictures {
      #expect(picture["alt"]?.isEmpty == false)
      let encoded = try #require(
        picture["src"]?.split(separator: ",").last.flatMap { Data(base64Encoded: String($0)) })
      let image = try Image.decode([UInt8](encoded)).image
      #expect("\(image.width)" == picture["width"] && "\(image.height)" == picture["height"])
    }
    #expect(page.all("input").allSatisfy { $0["type"] == "range" && $0["aria-label"]?.isEmpty == false })
    #expect(page.all("svg").count == 3)
    for part in [
      "\"><script>alert(1)<", "bad&bad", "not a PNG or JPEG picture", "lanczos", "bicubic", "msrn-light",
      "SHA-256", "'<b>&'\\''x'", "Left out",
    ] { #expect(page.text.contains(part), "\(part)") }
    #expect(result.text.contains("lanczos") && result.text.contains("bicubic"))

    let again = try command.start(arguments + networks).end()
    #expect(again.status == 4 && again.error.contains("exists already"))
  }

  @Test("results that are given have a page too, without gains")
  func given() throws {
    let command = try Command()
    defer { command.remove() }
    let whole = try Image.decode([UInt8](Data(contentsOf: URL(filePath: Command.sample)))).image
    for name in ["a", "b"] {
      try FileManager.default.createDirectory(
        at: command.folder.appending(path: name), withIntermediateDirectories: true)
    }
    try command.put("a/p.png", whole.encode(.png))
    try command.put("b/p.png", whole.resized(by: 0.5).resized(by: 2).encode(.png))
    try command.put("a/same.png", whole.encode(.png))
    try command.put("b/same.png", whole.encode(.png))
    let result = try command.run(
      "evaluate", "--hr", "a", "--sr", "b", "--scale", "2", "--report", "out.html")
    #expect(result.status == 0, "\(result.error)")
    let page = try PageReader(command.data("out.html"))
    // A picture that equals its original has no rank.
    #expect(page.all("article").count == 1 && page.all("input").isEmpty)
    #expect(page.text.contains("given") && page.text.contains("inf"))
    #expect(page.text.contains("2 pictures"))

    let one = ["evaluate", "--hr", "a/p.png", "--scale", "2", "--method", "bicubic", "--report", "one.html"]
    #expect(try command.start(one).end().status == 0)
    let text = try PageReader(command.data("one.html")).text
    #expect(text.contains("1 picture") && !text.contains("1 pictures"))
  }
}
