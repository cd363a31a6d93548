import Foundation
import MSRNKit
import Testing

/// Every failure is one line on standard error, an exit code, and no file.
@Suite struct FailureTests {
  private func expect(
    _ command: Command, _ arguments: [String], status: Int32, says text: String, input: Data = Data(),
    environment: [String: String] = [:], _ location: SourceLocation = #_sourceLocation
  ) throws {
    let before = command.names
    let result = try command.start(arguments, input: input, environment: environment).end()
    #expect(result.status == status, "\(arguments): \(result.error)", sourceLocation: location)
    #expect(
      result.error.hasPrefix("msrn: \(text)"), "\(arguments): \(result.error)", sourceLocation: location)
    if status != 2 {
      #expect(result.error.split(separator: "\n").count == 1, "\(result.error)", sourceLocation: location)
    }
    #expect(result.output.isEmpty, sourceLocation: location)
    #expect(command.names == before, sourceLocation: location)
  }

  @Test func wrongUse() throws {
    let command = try Command()
    defer { command.remove() }
    let sample = Command.sample
    for (arguments, text) in [
      (["frobnicate"], "Unexpected argument 'frobnicate'"),
      (["upscale"], "Missing expected argument '<input>'"),
      (["upscale", sample], "Missing expected argument '<output>'"),
      (["upscale", sample, "o.gif"], "o.gif does not end in one of .png, .jpg"),
      (["upscale", sample, "o.png", "--format", "jpeg"], "--format jpeg contradicts the name o.png"),
      (["upscale", sample, "o.png", "--scale", "four"], "The value 'four' is invalid"),
      (["upscale", sample, "o.png", "--scale", "0"], "--scale is a number above 0, at most 100, not 0"),
      (["upscale", sample, "o.png", "--threads", "0"], "--threads is 1 to 1024, not 0"),
      (["upscale", sample, "o.png", "--cpu", "mmx"], "--cpu is one of generic, neon, avx2, avx512, not mmx"),
      (["upscale", sample, "o.png", "--quality", "90"], "--quality is for JPEG"),
      (["upscale", sample, "o.jpg", "--quality", "101"], "--quality is 1 to 100, not 101"),
      (["upscale", sample, "o.jpg", "--compression", "9"], "--compression is for PNG"),
      (["upscale", sample, "o.png", "--compression", "10"], "--compression is 0 to 9, not 10"),
      (["upscale", sample, "o.png", "--metadata", "some"], "The value 'some' is invalid"),
      (["upscale", sample, "o.png", "--matte", "nocolour"], "The value 'nocolour' is invalid"),
      (
        ["upscale", sample, "o.png", "--model", "light", "--weights", "w"],
        "--model and --weights exclude each other"
      ),
      (["upscale", sample, "o.png", "--max-pixels", "0"], "--max-pixels is a number from 1, not 0"),
      (["inspect", sample, "--size", "10"], "The value '10' is invalid"),
      (["evaluate", "--hr", sample], "Missing expected argument '--scale <n>'"),
      (["evaluate", "--hr", sample, "--scale", "0"], "--scale is a whole number from 1, not 0"),
      (
        ["evaluate", "--hr", sample, "--scale", "2", "--lr", "a", "--sr", "b"],
        "--lr and --sr exclude each other"
      ),
      (
        ["evaluate", "--hr", sample, "--scale", "2", "--sr", "b", "--method", "bicubic"],
        "--sr is what a method made"
      ),
      (
        ["evaluate", "--hr", sample, "--scale", "2", "--ensemble", "--method", "bicubic"],
        "--ensemble is for models"
      ),
      (["evaluate", "--hr", sample, "--scale", "2", "--csv", "--json"], "--csv and --json cannot both"),
      (["degrade", sample, "o.png", "--scale", "2", "--kind", "bd"], "--kind bd is defined for --scale 3"),
      (["degrade", sample, "o.png", "--scale", "2", "--quality", "50"], "--quality is for --kind jpeg"),
      (
        ["degrade", sample, "o.png", "--scale", "2", "--kind", "jpeg", "--quality", "0"],
        "--quality is 1 to 100, not 0"
      ),
      (["degrade", sample, "o.jpg", "--scale", "2"], "o.jpg does not end in .png"),
    ] {
      try expect(command, arguments, status: 2, says: text)
    }
    let weights = Command.root.appending(path: "weights/msrn-light-x2.safetensors").path
    try expect(
      command, ["upscale", sample, "o.png", "--weights", weights, "--scale", "4"], status: 2,
      says: "\(weights): these weights are for scale 2, not 4; there are weights for scales 2, 3, 4")
    try expect(
      command, ["upscale", sample, "o.png"], status: 2, says: "MSRN_CPU is one of",
      environment: ["MSRN_CPU": "x"])
  }

  @Test func evaluationsThatDoNotFit() throws {
    let command = try Command()
    defer { command.remove() }
    let sample = Command.sample
    let hr = ["evaluate", "--hr", sample]
    try expect(
      command, hr + ["--scale", "3"], status: 3,
      says: "\(sample): 192x128 pixels are not a multiple of 3; --modcrop cuts them")
    try expect(
      command, hr + ["--scale", "2", "--lr", sample], status: 3,
      says: "\(sample): 192x128 pixels, where 96x64 belong to the HR picture")
    try expect(
      command, ["evaluate", "--hr", "none", "--scale", "2"], status: 3, says: "none: cannot be opened")
    try expect(command, ["evaluate", "--hr", ".", "--scale", "2"], status: 3, says: ".: has no PNG or JPEG")
    try expect(command, hr + ["--scale", "7"], status: 4, says: "no weights for scale 7")
    try expect(
      command, hr + ["--scale", "64", "--method", "nearest"], status: 3,
      says: "\(sample): 192x128 pixels are too few: inside a border of 64 at least 11x11 are needed")
    try expect(
      command, ["degrade", sample, "o.png", "--scale", "3"], status: 3,
      says: "\(sample): 192x128 pixels are not a multiple of 3")
  }

  @Test func picturesThatAreNone() throws {
    let command = try Command()
    defer { command.remove() }
    let sample = [UInt8](try Data(contentsOf: URL(filePath: Command.sample)))
    try command.put("empty.png", [])
    try command.put("text.png", Array("What is this?".utf8))
    try command.put("gif.png", Array("GIF89a".utf8) + [UInt8](repeating: 0, count: 40))
    try command.put("cut.png", Array(sample.prefix(sample.count / 2)))
    try command.put("cut.jpg", [0xFF, 0xD8, 0xFF, 0xE0])
    for (name, text) in [
      ("none.png", "cannot be opened: "), ("empty.png", "not a PNG or JPEG picture ("),
      ("text.png", "not a PNG or JPEG picture ("), ("gif.png", "not a PNG or JPEG picture ("),
      ("cut.png", "not a valid PNG: "), ("cut.jpg", "not a valid JPEG: "), (".", "is a folder"),
    ] {
      try expect(command, ["upscale", name, "o.png", "--scale", "2"], status: 3, says: "\(name): \(text)")
    }
    try expect(
      command, ["upscale", "-", "o.png"], status: 3, says: "standard input: not a PNG or JPEG picture",
      input: Data([1]))
    try expect(
      command, ["upscale", Command.sample, "o.png", "--max-pixels", "24575"], status: 3,
      says: "\(Command.sample): 192x128 pixels is more than the limit")
    try expect(
      command, ["inspect", "text.png"], status: 3, says: "text.png: neither a PNG or JPEG picture nor weights"
    )
  }

  @Test func weightsThatAreNone() throws {
    let command = try Command()
    defer { command.remove() }
    let weights = [UInt8](
      try Data(contentsOf: Command.root.appending(path: "weights/msrn-light-x2.safetensors")))
    try command.put("cut.safetensors", Array(weights.prefix(weights.count - 4)))
    try command.put("text.pt", Array("What is this?".utf8))
    func arguments(_ more: String...) -> [String] { ["upscale", Command.sample, "o.png"] + more }
    try expect(
      command, arguments("--model", "huge"), status: 4, says: "no weights of model \"huge\"; there are light")
    try expect(command, arguments("--weights", "none"), status: 4, says: "none: cannot be opened: ")
    try expect(command, arguments("--weights", "text.pt"), status: 4, says: "text.pt: not a weights file")
    try expect(
      command, arguments("--weights", "cut.safetensors"), status: 4,
      says: "cut.safetensors: not a valid safetensors")
    try expect(
      command, arguments(), status: 4, says: "none: cannot be opened: ", environment: ["MSRN_WEIGHTS": "none"]
    )
  }

  @Test func placesThatTakeNoFile() throws {
    let command = try Command()
    defer { command.remove() }
    try FileManager.default.createDirectory(atPath: command.path("d.png"), withIntermediateDirectories: true)
    func arguments(_ output: String) -> [String] {
      ["upscale", Command.sample, output, "--scale", "2", "--force"]
    }
    try expect(command, arguments("no/o.png"), status: 4, says: "no/o.png: cannot be written: No such file")
    try expect(command, arguments("d.png"), status: 3, says: "d.png: is a folder")
    // Nobody, root included, creates files there.
    #if os(Linux)
    try expect(command, arguments("/proc/o.png"), status: 4, says: "/proc/o.png: cannot be ")
    #endif
  }

  @Test(.enabled(if: FileManager.default.fileExists(atPath: "/dev/full"), "SKIPPED: no /dev/full"))
  func noSpace() throws {
    let command = try Command()
    defer { command.remove() }
    let shell = Process()
    shell.executableURL = URL(filePath: "/bin/sh")
    shell.arguments = [
      "-c", "\"$0\" upscale \"$1\" - --format png --scale 2 > /dev/full 2> \"$2\"", Command.binary.path,
      Command.sample, command.path("err"),
    ]
    try shell.run()
    shell.waitUntilExit()
    #expect(shell.terminationStatus == 4)
    #expect(
      String(decoding: try command.data("err"), as: UTF8.self).hasPrefix(
        "msrn: standard output: cannot be written"))
  }

  @Test(
    "text that standard output does not take is no success",
    .enabled(if: FileManager.default.fileExists(atPath: "/dev/full"), "SKIPPED: no /dev/full"),
    arguments: ["inspect resnet18", "--version", "--help", "manifest .", "bench start --help"])
  func noSpaceForText(arguments: String) throws {
    let command = try Command()
    defer { command.remove() }
    func shell(_ script: String) throws -> Int32 {
      let shell = Process()
      shell.executableURL = URL(filePath: "/bin/sh")
      shell.arguments = ["-c", script, Command.binary.path, command.path("err")]
      shell.currentDirectoryURL = URL(filePath: command.path("."))
      try shell.run()
      shell.waitUntilExit()
      return shell.terminationStatus
    }
    #expect(try shell("\"$0\" \(arguments) > /dev/full 2> \"$1\"") == 4)
    let error = String(decoding: try command.data("err"), as: UTF8.self)
    #expect(error.contains("msrn: standard output: cannot be written: No space left on device"), "\(error)")
    // A reader that has read enough is no failure.
    #expect(try shell("\"$0\" \(arguments) 2> \"$1\" | true; true") == 0)
    #expect(try !String(decoding: command.data("err"), as: UTF8.self).contains("standard output"))
  }
}
