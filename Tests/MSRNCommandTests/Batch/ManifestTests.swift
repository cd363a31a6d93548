import Foundation
import MSRNCommand
import MSRNKit
import Testing

@Suite struct ManifestTests {
  private let pictures: [Selection.Picture] = [
    .init(path: "in/a \"b\"\n.png", folder: "", bytes: 5, pixels: .init(width: 3, height: 4)),
    .init(path: "in/s/ü.jpg", folder: "s", bytes: 0),
  ]

  @Test func thereAndBack() throws {
    #expect(try Manifest.pictures(Array(Manifest.text(pictures).utf8)) == pictures)
    #expect(try Manifest.pictures(Array(Manifest.text([]).utf8)) == [])
  }

  @Test func whatIsNone() throws {
    let text = try Manifest.text(pictures)
    let lines = text.split(separator: "\n").map(String.init)
    for (text, says) in [
      ("", "not a manifest"), ("x\n", "not a manifest"), (lines[1], "not a manifest"),
      (lines[0] + "\n" + lines[1], "has 1 of 2 pictures; it was cut off or changed"),
      (String(text.dropLast(9)), "line 3 is no picture"),
      ("{\"manifest\":2,\"pictures\":0}", "a manifest of version 2"),
      (text.replacingOccurrences(of: "\"s\"", with: "\"../s\""), "line 3 is no picture"),
      (text.replacingOccurrences(of: "\"s\"", with: "\"/s\""), "line 3 is no picture"),
      (text.replacingOccurrences(of: "ü", with: "\\u0000"), "line 3 is no picture"),
    ] {
      do {
        _ = try Manifest.pictures(Array(text.utf8))
        Issue.record("\(text) was taken")
      } catch {
        #expect(error.description.contains(says), "\(error)")
      }
    }
    // Sizes that cannot be are not believed.
    let huge = text.replacingOccurrences(of: "\"width\":3", with: "\"width\":-9223372036854775808")
    #expect(try Manifest.pictures(Array(huge.utf8))[0].pixels == nil)
  }

  /// A run in three parts, by one list: each picture once, whatever becomes of one part.
  @Test func parts() throws {
    let command = try Command()
    defer { command.remove() }
    for index in 0..<7 {
      try command.put(deep: "in/s/p\(index).png", Command.png(seed: index, width: 16 + 8 * index))
    }
    try command.put(deep: "in/bad.png", [1, 2])
    let list = try command.run("manifest", "in", "-r")
    #expect(list.status == 0)
    #expect(list.error.hasPrefix("msrn: 8 pictures, 6720 pixels, 1 without a header"), "\(list.error)")
    try command.put("work.jsonl", list.output)
    func run(_ part: String, _ environment: [String: String] = [:]) throws -> Command.Result {
      try command.run(
        "upscale", "--manifest", "work.jsonl", "--shard", part, "--resume", "-s", "2", "out",
        environment: environment)
    }
    _ = try run("0/3")
    _ = try run("auto/3", ["JOB_COMPLETION_INDEX": "2"])
    let open = try command.run("report", "out", "--manifest", "work.jsonl")
    #expect(open.status == 75)
    #expect(open.text.contains("missing: in/s/p"))
    let slurm = ["ID": "1", "COUNT": "3", "MIN": "0", "MAX": "2"].map { ("SLURM_ARRAY_TASK_" + $0, $1) }
    _ = try run("auto", Dictionary(uniqueKeysWithValues: slurm))
    let report = try command.run("report", "out", "--manifest", "work.jsonl")
    #expect(report.status == 3)
    #expect(report.text.hasPrefix("failed: in/bad.png: not a PNG or JPEG picture"))
    #expect(report.text.hasSuffix("7 done, 1 failed, 0 missing in 3 logs\n"))
    let logs = (0..<3).map { "msrn-log-\($0)-of-3.jsonl" }
    #expect(try logs.map { try command.log("out/" + $0).count }.reduce(0, +) == 8)
    #expect(command.files(below: "out") == logs + (0..<7).map { "s/p\($0)_x2.png" })

    // A later run over all knows what the parts have done; a result that goes is missing.
    let again = try command.run("upscale", "in", "-r", "--resume", "-s", "2", "out")
    #expect(again.error.contains("msrn: 0 done, 1 failed, 7 unchanged"), "\(again.error)")
    try FileManager.default.removeItem(atPath: command.path("out/s/p3_x2.png"))
    try command.put(deep: "in/bad.png", try Command.png())
    _ = try command.run("upscale", "in/bad.png", "--resume", "-s", "2", "out")
    let last = try command.run("report", "out", "--json")
    #expect(last.status == 75)
    let findings = try #require(JSONSerialization.jsonObject(with: last.output) as? [String: Any])
    #expect(findings["missing"] as? [String] == ["out/s/p3_x2.png"])
    #expect(findings["done"] as? Int == 7 && (findings["failed"] as? [Any])?.isEmpty == true)
  }

  @Test func refusals() throws {
    let command = try Command()
    defer { command.remove() }
    try command.put(deep: "in/a.png", try Command.png())
    try command.put("bad.jsonl", Array("{}\n".utf8))
    for (arguments, status, text) in [
      (["upscale", "in", "out", "--shard", "2/2"], 2, "--shard 2/2: the parts are 0 to 1"),
      (["upscale", "in", "out", "--shard", "auto"], 2, "--shard auto needs SLURM_ARRAY_TASK_ID"),
      (["upscale", "in/a.png", "o.png", "--shard", "0/2"], 2, "--shard is for folders"),
      (
        ["upscale", "in", "in", "--shard", "0/2"], 2,
        "--shard with results among the pictures in in needs --manifest"
      ),
      (
        ["upscale", "in", "out", "--manifest", "bad.jsonl"], 2,
        "--manifest bad.jsonl says what the pictures are, and in too"
      ),
      (
        ["upscale", "out", "--manifest", "bad.jsonl", "-r"], 2,
        "--manifest bad.jsonl says what the pictures are, and --rec"
      ),
      (["upscale", "out", "--manifest", "bad.jsonl"], 4, "bad.jsonl: not a manifest"),
      (["upscale", "out", "--manifest", "none"], 4, "none: cannot be opened"),
      (["report", "none"], 4, "none: has no log of a run"),
      (["manifest"], 2, "Missing expected argument '<inputs> ...'"),
      (["manifest", "-"], 2, "a manifest lists files and folders"),
    ] as [([String], Int32, String)] {
      let result = try command.start(arguments).end()
      #expect(result.status == status, "\(arguments): \(result.error)")
      #expect(result.error.hasPrefix("msrn: \(text)"), "\(arguments): \(result.error)")
    }
    #expect(command.names == ["bad.jsonl", "in"])
  }
}
