import Foundation
import MSRNKit
import Testing

/// A run goes on, or stops where it was told to, and the worst thing that happened is its exit code.
@Suite struct BatchRunTests {
  private func folder(pictures: Int, broken: [String] = []) throws -> Command {
    let command = try Command()
    for index in 0..<pictures { try command.put(deep: "in/p\(100 + index).png", Command.png(seed: index)) }
    for name in broken { try command.put(deep: "in/\(name)", Array("What is this?".utf8)) }
    return command
  }

  @Test func badPicturesAreLeftOut() throws {
    let command = try folder(pictures: 3, broken: ["a.png", "p1000.png"])
    defer { command.remove() }
    try command.put(deep: "in/cut.png", try Command.png().dropLast(60))
    try FileManager.default.createSymbolicLink(
      atPath: command.path("in/loop.png"), withDestinationPath: "loop.png")
    try command.put(deep: "in/\(String(repeating: "n", count: 250)).png", try Command.png())
    let result = try command.run("upscale", "in", "out", "-s", "2")
    #expect(result.status == 3)
    #expect(result.text.split(separator: "\n").count == 3)
    for text in [
      "in/a.png: not a PNG or JPEG picture (", "in/p1000.png: not a PNG", "in/cut.png: not a valid PNG: ",
      "in/loop.png: cannot be opened: ", "n_x2.png: cannot be created: File name too long",
      "msrn: 3 done, 5 failed in ",
    ] {
      #expect(result.error.contains(text), "\(text): \(result.error)")
    }
    #expect(command.files(below: "out") == ["msrn-log.jsonl", "p100_x2.png", "p101_x2.png", "p102_x2.png"])
    let log = try command.log()
    #expect(log.count == 8)
    #expect(log.filter { $0["status"] as? String == "failed" && $0["exit"] as? Int == 3 }.count == 5)
  }

  @Test func stopping() throws {
    let command = try folder(pictures: 30, broken: ["a.png", "b.png", "p100b.png"])
    defer { command.remove() }
    for (option, failed) in [(["--fail-fast"], 1...3), (["--max-errors", "2"], 2...3)] {
      let result = try command.start(["upscale", "in", "out", "-s", "2", "--force"] + option).end()
      #expect(result.status == 3)
      #expect(failed.contains { result.error.contains(" done, \($0) failed, ") }, "\(result.error)")
      #expect(result.error.contains(" not begun in "), "\(result.error)")
    }
    #expect(try command.run("upscale", "in", "out", "-s", "2", "--force", "--max-errors", "9").status == 3)
    #expect(command.files(below: "out").count == 31)
  }

  @Test func worstExitCode() throws {
    let command = try folder(pictures: 2, broken: ["bad.png"])
    defer { command.remove() }
    // Too little memory is 75, which outweighs a bad picture's 3.
    let memory = try command.run("upscale", "in", "out", "-s", "2", "--memory", "1M")
    #expect(memory.status == 75, "\(memory.error)")
    #expect(memory.error.contains("msrn: 0 done, 3 failed in "))
    #expect(memory.error.contains("in/p100.png: needs about "))
    #if os(Linux)
    let place = try command.run("upscale", "in", "/proc/none", "-s", "2")
    #expect(
      place.status == 4 && place.error.hasPrefix("msrn: /proc/none: cannot be created: "), "\(place.error)")
    #endif
    let weights = try command.run("upscale", "in", "out2", "--model", "huge")
    #expect(weights.status == 4)
  }

  /// Where files may not grow, as on a disk that is full, the run ends instead of doing all the work in vain.
  @Test func noSpace() throws {
    let command = try folder(pictures: 0)
    defer { command.remove() }
    var random = SystemRandomNumberGenerator()
    for index in 0..<8 {
      let noise = (0..<64 * 64 * 3).map { _ in UInt8.random(in: 0...255, using: &random) }
      try command.put(
        deep: "in/\(index).png",
        try Image(width: 64, height: 64, color: .rgb, samples: .eight(noise)).encode(.png))
    }
    let shell = Process()
    shell.executableURL = URL(filePath: "/bin/sh")
    shell.currentDirectoryURL = command.folder
    shell.arguments = [
      "-c", "trap '' XFSZ; ulimit -f 20; \"$0\" upscale in out -s 4 2> err", Command.binary.path,
    ]
    try shell.run()
    shell.waitUntilExit()
    let error = String(decoding: try command.data("err"), as: UTF8.self)
    #expect(shell.terminationStatus == 4, "\(error)")
    #expect(error.contains("msrn: 0 done, ") && error.contains(" not begun in "), "\(error)")
    #expect(command.files(below: "out") == ["msrn-log.jsonl"])
  }

  @Test(arguments: [("TERM", SIGTERM, 143), ("INT", SIGINT, 130)] as [(String, Int32, Int32)])
  func signalLetsThePictureInHandBeFinished(name: String, signal: Int32, status: Int32) throws {
    let command = try folder(pictures: 200)
    defer { command.remove() }
    let running = try command.start(["upscale", "in", "out", "-s", "4", "--threads", "1", "--grace", "60"])
    try command.wait(for: running) { try command.log().count > 2 }
    command.send(signal, to: running)
    let result = try running.end()
    #expect(result.status == status, "\(result.error)")
    #expect(result.error.hasPrefix("msrn: finishing the picture in hand, for at most 60.0 s; "))
    #expect(result.error.contains(" done, 0 failed, ") && result.error.contains(" not begun in "))
    // All that the log has is there, whole, and nothing else.
    let logged = try command.log().compactMap { $0["output"] as? String }
    #expect(command.files(below: "out") == (logged + ["msrn-log.jsonl"]).sorted())
    #expect(result.text.split(separator: "\n").count == logged.count)
  }

  @Test func secondSignalAndNoGraceEndAtOnce() throws {
    let command = try folder(pictures: 0)
    defer { command.remove() }
    for index in 0..<2 { try command.put(deep: "in/\(index).png", Command.png(width: 20_000)) }
    for grace in ["600", "0"] {
      let running = try command.start(
        ["upscale", "in", "out", "-s", "4", "--threads", "1", "--progress", "json", "--grace", grace, "-f"])
      command.wait(for: running) { running.error.contains("progress") }
      command.send(SIGINT, to: running)
      if grace != "0" {
        command.wait(for: running) { running.error.contains("once more ends at once") }
        command.send(SIGTERM, to: running)
      }
      #expect(try running.end().status == (grace == "0" ? 130 : 143))
      #expect(command.files(below: "out") == ["msrn-log.jsonl"])
    }
  }
}
