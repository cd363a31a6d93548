import Foundation
import MSRNKit
import Testing

/// What is found, how it is called, and what is refused before work begins.
@Suite struct FolderTests {
  @Test func treeOfPictures() throws {
    let command = try Command()
    defer { command.remove() }
    for (index, name) in ["a.png", "s/t/b c.png", "s/%d#ü.png", ".hidden.png", "s/notes.txt"].enumerated() {
      try command.put(deep: "in/\(name)", try Command.png(seed: index))
    }
    let dry = try command.run("upscale", "in", "out", "-r", "-s", "2", "--dry-run")
    #expect(dry.status == 0)
    #expect(
      dry.text == """
        in/a.png -> out/a_x2.png
        in/s/%d#ü.png -> out/s/%d#ü_x2.png
        in/s/t/b c.png -> out/s/t/b c_x2.png

        """)
    #expect(dry.error == "msrn: 3 to do; skipped 1 hidden, 1 not pictures\n")
    #expect(command.names == ["in"])

    let result = try command.run("upscale", "in", "out", "-r", "-s", "2")
    #expect(result.status == 0, "\(result.error)")
    #expect(result.text.split(separator: "\n").count == 3)
    #expect(result.text.contains("out/a_x2.png: 48x48, msrn-light x2, "))
    #expect(result.error.hasPrefix("msrn: 3 done, 0 failed in "))
    #expect(
      command.files(below: "out") == [
        "a_x2.png", "msrn-log.jsonl", "s/%d#ü_x2.png", "s/t/b c_x2.png",
      ])
    // The same bytes as one by one.
    _ = try command.run("upscale", "in/a.png", "one.png", "-s", "2")
    #expect(try command.data("one.png") == command.data("out/a_x2.png"))
  }

  @Test func listsOfFiles() throws {
    let command = try Command()
    defer { command.remove() }
    for name in ["a.png", "-b.png", "line\nend.png", "c.txt"] { try command.put(deep: name, Command.png()) }
    let several = try command.run(
      "upscale", "-s", "2", "--name", "{model}-{stem}.jpg", "--", "a.png", "-b.png", "out/")
    #expect(several.status == 0, "\(several.error)")
    #expect(command.files(below: "out") == ["msrn-light--b.jpg", "msrn-light-a.jpg", "msrn-log.jsonl"])
    #expect(Codec.sniff([UInt8](try command.data("out/msrn-light-a.jpg"))) == .jpeg)

    // What is named is taken whatever its extension; a zero byte anywhere ends names, so that lines may be in them.
    let listed = try command.run(
      "upscale", "--files-from", "-", "list", "-s", "2", input: Data("line\nend.png\0c.txt\0".utf8))
    #expect(listed.status == 0, "\(listed.error)")
    #expect(command.files(below: "list") == ["c.txt_x2.png", "line\nend_x2.png", "msrn-log.jsonl"])
    try command.put("list.txt", Data("a.png\n\n-b.png\n".utf8))
    let lines = try command.run("upscale", "--files-from", "list.txt", "lines", "-s", "2", "--json")
    #expect(lines.status == 0, "\(lines.error)")
    let records = try lines.text.split(separator: "\n").map {
      try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any]
    }
    #expect(Set(records.dropLast().compactMap { $0?["output"] as? String }) == ["a_x2.png", "-b_x2.png"])
    #expect(records.dropLast().map { $0?["to"] as? [Int] } == [[48, 48], [48, 48]])
    let summary = try #require(records.last??["summary"] as? [String: Any])
    #expect(summary["done"] as? Int == 2 && summary["failed"] as? Int == 0 && summary["exit"] as? Int == 0)
  }

  @Test func sizes() throws {
    let command = try Command()
    defer { command.remove() }
    try command.put(deep: "in/a.png", try Command.png(width: 30, height: 20))
    try command.put(deep: "in/b.png", try Command.png(width: 10, height: 40))
    // Turned by its EXIF orientation: 60x40 upright.
    let turned = Command.root.appending(
      path: "Tests/MSRNImagesTests/Fixtures/exif_orientation/Landscape_6.jpg")
    try command.put(deep: "in/c.jpg", [UInt8](try Data(contentsOf: turned)))
    let result = try command.run("upscale", "in", "out", "--width", "75")
    #expect(result.status == 0, "\(result.error)")
    #expect(command.files(below: "out") == ["a_w75.png", "b_w75.png", "c_w75.jpg", "msrn-log.jsonl"])
    let sizes = try command.log().map {
      ($0["output"] as? String ?? "", $0["to"] as? [Int] ?? [], $0["method"] as? String ?? "")
    }
    for expected in [
      ("a_w75.png", [75, 50], "msrn-light x3 and lanczos"),
      ("b_w75.png", [75, 300], "msrn-light x4 and lanczos"),
      ("c_w75.jpg", [75, 50], "msrn-light x2 and lanczos"),
    ] {
      #expect(sizes.contains { $0 == expected }, "\(sizes)")
    }
    // Each picture goes by its own network's weights when the run is taken up again.
    let again = try command.run("upscale", "in", "out", "--width", "75", "--resume")
    #expect(again.error.hasPrefix("msrn: 0 done, 0 failed, 3 unchanged"), "\(again.error)")
    let other = try command.run("upscale", "in", "out", "--width", "75", "--resume", "--method", "bicubic")
    #expect(other.error.hasPrefix("msrn: 3 done, 0 failed in"), "\(other.error)")
    #expect(try command.log().last?["weights"] as? String == "none")
    _ = try command.run("upscale", "in/a.png", "one.png", "--width", "75", "--method", "bicubic")
    #expect(try command.data("one.png") == command.data("out/a_w75.png"))
    let scale = try command.run("upscale", "in", "out2", "--width", "75", "--name", "{stem}_x{scale}{ext}")
    #expect(scale.status == 2 && scale.error.contains("{scale} in --name is for --scale"))
    _ = try command.run("upscale", "in", "keep", "-s", "1.5", "--format", "keep")
    #expect(command.files(below: "keep") == ["a_x1.5.png", "b_x1.5.png", "c_x1.5.jpg", "msrn-log.jsonl"])
  }

  @Test func patterns() throws {
    let command = try Command()
    defer { command.remove() }
    for name in ["in/a.png", "in/b.png", "in/s/c.png", "in/s/t/d.png", "in/.h.png", "[x].png"] {
      try command.put(deep: name, try Command.png())
    }
    func listed(_ inputs: String...) throws -> [String] {
      let result = try command.start(["upscale", "--dry-run"] + inputs + ["out"]).end()
      return result.text.split(separator: "\n").map { String($0.prefix { $0 != " " }) }
    }
    #expect(try listed("in/*.png") == ["in/a.png", "in/b.png"])
    #expect(try listed("in/*/*.png") == ["in/s/c.png"])
    #expect(try listed("in/**/[cd].png") == ["in/s/c.png", "in/s/t/d.png"])
    #expect(try listed("./i?/a.*", "in/s") == ["./in/a.png", "in/s/c.png"])
    // What is there by that very name is no pattern.
    #expect(try listed("[x].png", "in/b.png") == ["[x].png", "in/b.png"])
    let none = try command.run("upscale", "in/*.jpg", "in/a.png", "out", "-s", "2")
    #expect(
      none.status == 3 && none.error.contains("in/*.jpg: cannot be found: No such file"), "\(none.error)")
    #expect(none.error.contains("msrn: 1 done, 1 failed in "))
  }

  @Test func progress() throws {
    let command = try Command()
    defer { command.remove() }
    for index in 0..<6 {
      try command.put(deep: "in/p\(index).png", Command.png(seed: index, width: 40 + 300 * index))
    }
    let result = try command.run("upscale", "in", "out", "-s", "2", "--progress", "json")
    let events = result.error.split(separator: "\n").compactMap {
      try? JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any]
    }
    let shares = events.compactMap { $0["progress"] as? Double }
    #expect(shares.count > 5 && shares == shares.sorted() && shares.last == 1, "\(shares)")
    let names = events.compactMap { $0["picture"] as? String }
    #expect(names.count == shares.count && names.allSatisfy { $0.contains("/6 p") }, "\(names)")
    #expect(events.allSatisfy { $0["seconds"] is Double } && events.contains { $0["secondsLeft"] is Double })
    let bar = try command.run("upscale", "in", "out", "-s", "2", "-f", "--progress", "bar")
    #expect(
      bar.error.split(whereSeparator: { ["\r", "\n"].contains($0) }).allSatisfy { $0.count < 80 },
      "\(bar.error)")
    #expect(bar.error.contains("/6 p"))
  }

  @Test func refusedBeforeWork() throws {
    let command = try Command()
    defer { command.remove() }
    for name in ["in/a.png", "in/s/a.png", "b/a.png", "taken/a_x2.png"] {
      try command.put(deep: name, try Command.png())
    }
    let before = command.files(below: ".")
    for (arguments, status, text) in [
      (
        ["in", "b", "out"], 3, "in/a.png and b/a.png would both become out/a_x2.png; --name tells them apart"
      ),
      (["in", "in", "--name", "{stem}{ext}"], 3, "in/a.png would become in/a.png, which is itself one"),
      (["in", "taken"], 3, "taken/a_x2.png exists already; --resume does what is missing, --force replaces"),
      (["in/a.png", "b/a.png", "o.png"], 2, "several pictures need a folder to go to, which o.png is not"),
      (["in/a.png", "o.png", "--recursive"], 2, "--recursive is for folders and several pictures"),
      (["in/a.png", "o.png", "--dry-run"], 2, "--dry-run is for folders and several pictures"),
      (["in", "out", "--name", "{stem}.gif"], 2, "the name {stem}.gif ends neither in"),
      (["in", "out", "--name", "{stem}.jpg", "--format", "png"], 2, "--format png contradicts --name"),
      (["in", "out", "--format", "png", "--quality", "9"], 2, "--quality is for JPEG"),
      (["in", "out", "--max-errors", "0"], 2, "--max-errors is a number from 1, not 0"),
      (["in", "out", "--grace=-1"], 2, "--grace is 0 to 86400 seconds"),
      (["-", "in", "out"], 2, "standard input is one picture"),
      (["--files-from", "none", "out"], 4, "none: cannot be opened"),
    ] as [([String], Int32, String)] {
      let result = try command.start(["upscale", "--scale=2"] + arguments).end()
      #expect(result.status == status, "\(arguments): \(result.error)")
      #expect(result.error.hasPrefix("msrn: \(text)"), "\(arguments): \(result.error)")
    }
    #expect(command.files(below: ".") == before)
  }

  /// What is called as a picture is taken for one, folder or not: as ever.
  @Test func oneStaysOne() throws {
    let command = try Command()
    defer { command.remove() }
    try command.put(deep: "in/a.png", try Command.png())
    let result = try command.run("upscale", "in", "o.png", "-s", "2")
    #expect(result.status == 3 && result.error == "msrn: in: is a folder, not a regular file\n")
    let into = try command.run("upscale", "in/a.png", "in", "-s", "2")
    #expect(into.status == 0 && command.files(below: "in").contains("a_x2.png"), "\(into.error)")
  }
}
