import Foundation
import MSRNKit
import Testing

/// `--memory`: the prediction, the bands, the same picture.
@Suite(.serialized) struct MemoryTests {
  struct Report: Decodable {
    struct Machine: Decodable {
      let memory: Int
      let bands: Int
    }
    let machine: Machine
    let peak: Int?
    var ratio: Double? { peak.map { Double(machine.memory) / Double($0) } }
  }

  /// A picture with something in it everywhere.
  private func picture(width: Int, height: Int) throws -> [UInt8] {
    let samples = (0..<width * height * 3).map { i -> UInt8 in
      let (x, y) = (i / 3 % width, i / 3 / width)
      return UInt8(truncatingIfNeeded: (x * 3 + y * 5 + i % 3 * 40) / 4 + (x ^ y) % 9)
    }
    return try Image(width: width, height: height, color: .rgb, samples: .eight(samples)).encode(.png)
  }

  private func run(_ command: Command, _ arguments: String...) throws -> Report {
    try run(command, arguments)
  }

  private func run(_ command: Command, _ arguments: [String]) throws -> Report {
    let result = try command.start(["upscale", "in.png"] + arguments + ["--force", "--json"]).end()
    try #require(result.status == 0, "\(result.error)")
    return try JSONDecoder().decode(Report.self, from: result.output)
  }

  @Test("what is said before is within 15 % of what is taken, and less memory gives the same file")
  func prediction() throws {
    let command = try Command()
    defer { command.remove() }
    try command.put("in.png", try picture(width: 500, height: 400))
    let whole = try run(command, "whole.png", "--scale", "2", "--memory", "8G")
    let bands = try run(command, "bands.png", "--scale", "2", "--memory", "100M")
    #expect(whole.machine.bands == 1 && bands.machine.bands > 1)
    #expect(bands.machine.memory < 100 << 20 && bands.machine.memory < whole.machine.memory)
    #expect(try command.data("whole.png") == command.data("bands.png"))
    for report in [whole, bands] {
      guard let ratio = report.ratio else { continue }  // the system does not tell
      #expect(abs(ratio - 1) < 0.15, "\(report.machine.memory) predicted, \(report.peak ?? 0) taken")
    }
  }

  @Test("too little is refused before work starts, with what would do")
  func refused() throws {
    let command = try Command()
    defer { command.remove() }
    try command.put("in.png", try picture(width: 500, height: 400))
    let result = try command.run("upscale", "in.png", "out.png", "--memory", "20M")
    #expect(result.status == 75)
    #expect(result.error.contains("and 20 MiB are available") && !command.names.contains("out.png"))
    let words = result.error.split(separator: " ")
    let needed = try #require(words.firstIndex(of: "about").flatMap { Int(words[$0 + 1]) })
    #expect(try command.run("upscale", "in.png", "out.png", "--memory", "\(needed)M").status == 0)
    for size in ["0", "x", "1.2.3M", "5Q", "-3M"] {
      #expect(try command.run("upscale", "in.png", "o.png", "--memory", size).status == 2, "\(size)")
    }
  }

  #if os(Linux)
  @Test(
    "many pictures stay within what they are given, and none waits for ever",
    arguments: ["100M", "150M", "8G"])
  func manyPictures(memory: String) throws {
    let command = try Command()
    defer { command.remove() }
    for index in 0..<40 {
      let side = index % 8 == 0 ? 300 : 60 + index
      try command.put(deep: "in/\(index).png", try picture(width: side, height: side))
    }
    let shell = Process()
    shell.executableURL = URL(filePath: "/bin/sh")
    shell.currentDirectoryURL = command.folder
    shell.arguments = [
      "-c", "timeout 120 \"$0\" upscale in out -s 4 --json --threads 4 --memory \(memory) > text 2> err",
      Command.binary.path,
    ]
    try shell.run()
    shell.waitUntilExit()
    #expect(shell.terminationStatus == 0, "124: it has not ended")
    struct Report: Decodable {
      struct Summary: Decodable {
        let done: Int
        let peak: Int
      }
      let summary: Summary
    }
    let last = try #require(try command.data("text").split(separator: 10).last)
    let summary = try JSONDecoder().decode(Report.self, from: Data(last)).summary
    #expect(summary.done == 40)
    // As with one picture, the prediction is right within 15 %.
    let limit = ["100M": 100 << 20, "150M": 150 << 20][memory] ?? 8 << 30
    #expect(Double(summary.peak) < 1.15 * Double(limit), "\(summary.peak) bytes")
  }
  #endif

  @Test(
    "a result of 100 megapixels in less than 1 GB, 1000x750 x4 in less than 400 MB, full network and light",
    .enabled(
      if: ProcessInfo.processInfo.environment["MSRN_QUALITY"] != nil, "SKIPPED: make quality runs this"))
  func large() throws {
    let command = try Command()
    defer { command.remove() }
    #expect(try command.run("bench", "weights", "full.safetensors").status == 0)
    let jobs = [
      ("light", 2500, 2500, 1_000_000_000), ("light", 1000, 750, 400_000_000),
      ("full", 1000, 750, 400_000_000),
    ]
    for (name, width, height, limit) in jobs {
      try command.put("in.png", try picture(width: width, height: height))
      let report = try run(
        command,
        ["out.png", "--scale", "4", "--memory", "\(limit / 1024)K", "--compression", "1"]
          + (name == "full" ? ["--weights", "full.safetensors", "--threads", "2"] : []))
      let peak = try #require(report.peak)
      print("\(width)x\(height) x4, \(name): \(report.machine.memory) bytes predicted, \(peak) taken")
      let ratio = try #require(report.ratio)
      #expect(peak < limit && abs(ratio - 1) < 0.15)
    }
  }
}
