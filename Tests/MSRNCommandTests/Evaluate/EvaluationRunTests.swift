import Foundation
import MSRNKit
import Testing

@Suite struct EvaluationRunTests {
  private static let weights = Command.root.appending(path: "weights/msrn-light-x4.safetensors").path

  private struct Report: Decodable {
    struct Result: Decodable, Equatable {
      let psnr: Double
      let ssim: Double
      let seconds: Double?
    }
    struct Picture: Decodable {
      let name: String
      let results: [Result]
      let exit: Int32?
      let error: String?
    }
    struct Mean: Decodable, Equatable {
      let method: String
      let psnr: Double
    }
    struct Row: Decodable { let psnr: Double }
    struct Set: Decodable {
      let name: String
      let means: [Mean]
      let pictures: [Picture]
      let published: [Row]
    }
    struct Method: Decodable { let name: String }
    let sets: [Set]
    let methods: [Method]
    let tiles: String
    struct Time: Decodable { let sideBySide: Int }
    let time: Time
  }

  /// Two sets, one of them with a file that is no picture, and one picture that is too small to be measured.
  private func command() throws -> Command {
    let command = try Command()
    for folder in ["Set5/HR", "other"] {
      try FileManager.default.createDirectory(
        at: command.folder.appending(path: folder), withIntermediateDirectories: true)
    }
    let whole = try Image.decode([UInt8](Data(contentsOf: URL(filePath: Command.sample)))).image
    try command.put("Set5/HR/a.png", whole.cropped(width: 64, height: 48).encode(.png))
    try command.put("Set5/HR/b.png", [UInt8]("no picture".utf8))
    try command.put("Set5/HR/c.png", whole.cropped(width: 16, height: 16).encode(.png))
    try command.put("Set5/HR/d.png", whole.cropped(width: 96, height: 96).encode(.png))
    try command.put("other/e.png", whole.cropped(width: 80, height: 40).encode(.png))
    return command
  }

  private func run(_ command: Command, _ arguments: [String], status: Int32 = 3) throws -> (
    Report, error: String
  ) {
    let result = try command.start(
      ["evaluate", "--scale", "4", "--json", "--method", "bicubic", "--method", "lanczos"] + arguments
    ).end()
    #expect(result.status == status, "\(result.error)")
    return (try JSONDecoder().decode(Report.self, from: result.output), result.error)
  }

  @Test("several sets; what is bad is told and counts in no mean; all the same one thing after the other")
  func sets() throws {
    let command = try command()
    defer { command.remove() }
    let arguments = ["--hr", "Set5/HR", "--hr", "other", "--weights", Self.weights]
    let (report, error) = try run(command, arguments)
    #expect(report.sets.map(\.name) == ["Set5", "other"])
    #expect(report.methods.map(\.name) == ["msrn-light", "bicubic", "lanczos"])
    let set = report.sets[0]
    #expect(
      set.pictures.map(\.name) == ["a", "b", "c", "d"] && set.pictures.map(\.exit) == [nil, 3, 3, nil])
    #expect(set.pictures[1].error?.hasPrefix("Set5/HR/b.png: not a PNG or JPEG picture") == true)
    #expect(error.split(separator: "\n").count == 2)
    for (index, mean) in set.means.enumerated() {
      let good = [0, 3].map { set.pictures[$0].results[index].psnr }
      #expect(abs(mean.psnr - (good[0] + good[1]) / 2) < 1e-9)
    }
    #expect(set.means[0].psnr > set.means[2].psnr && set.means[2].psnr > set.means[1].psnr)
    // The authors' figures for Set5, and none for a set of another name.
    #expect(set.published.map(\.psnr) == [32.25, 32.41] && report.sets[1].published.isEmpty)
    #expect(report.tiles == "whole")

    let (serial, _) = try run(command, arguments + ["--serial"])
    #expect(serial.sets.map(\.means) == report.sets.map(\.means))
    let (chopped, _) = try run(command, arguments + ["--compat", "edsr-chop"])
    #expect(chopped.tiles == "edsr-chop" && chopped.sets[0].means[1] == report.sets[0].means[1])
    #expect(abs(chopped.sets[0].means[0].psnr - report.sets[0].means[0].psnr) < 0.2)
    #expect(chopped.sets[0].means[0] != report.sets[0].means[0])

    let text = try command.run(
      "evaluate", "--hr", "Set5/HR", "--hr", "other", "--scale", "4", "--weights", Self.weights)
    #expect(text.status == 3)
    for part in ["2 pictures, x4; 2 failed", "MSRN+, published", "0.8975\n", "MSRN-PyTorch, README"] {
      #expect(text.text.contains(part), "\(part)\n\(text.text)")
    }
  }

  @Test("many small pictures are done side by side, if memory allows, with the same figures")
  func sideBySide() throws {
    let command = try command()
    defer { command.remove() }
    let whole = try Image.decode([UInt8](Data(contentsOf: URL(filePath: Command.sample)))).image
    for number in 0..<8 {
      let part = whole.cropped(width: 48 + 8 * number, height: 64, x: 8 * number, y: 0)
      try command.put("Set5/HR/p\(number).png", part.encode(.png))
    }
    let arguments = ["--hr", "Set5/HR", "--hr", "other", "--weights", Self.weights]
    let (many, error) = try run(command, arguments + ["--threads", "2"])
    #expect(many.time.sideBySide == 2 && error.split(separator: "\n").count == 2)
    #expect(many.sets[0].pictures.map(\.name) == ["a", "b", "c", "d"] + (0..<8).map { "p\($0)" })
    let (serial, _) = try run(command, arguments + ["--threads", "2", "--serial"])
    #expect(serial.time.sideBySide == 1)
    #expect(serial.sets.map(\.means) == many.sets.map(\.means))
    for (one, other) in zip(serial.sets[0].pictures, many.sets[0].pictures) {
      #expect(one.results.map(\.psnr) == other.results.map(\.psnr) && one.exit == other.exit)
    }
    // One picture among them that is worth sharing out.
    try command.put("other/large.png", whole.resized(by: 8).encode(.png))
    let (large, _) = try run(command, arguments + ["--threads", "2"])
    #expect(large.time.sideBySide == 1 && large.sets[0].means == many.sets[0].means)
  }

  @Test("a run goes on where another ended; what has changed is done again")
  func resume() throws {
    let command = try command()
    defer { command.remove() }
    let arguments = ["--hr", "Set5/HR", "--log", "log"]
    // One after the other, so that the log's last line is the last picture's.
    let (first, _) = try run(command, arguments + ["--serial"])
    // A line that was cut off, as by a kill.
    let log = try command.data("log")
    #expect(log.split(separator: 10).count == 4)
    try command.put("log", log.dropLast(30))
    let whole = try Image.decode([UInt8](Data(contentsOf: URL(filePath: Command.sample)))).image
    try command.put("Set5/HR/b.png", whole.cropped(width: 100, height: 48).encode(.png))
    try command.put("Set5/HR/c.png", whole.cropped(width: 48, height: 48).encode(.png))
    let (second, _) = try run(command, arguments + ["--resume"], status: 0)
    // The time that the log has shows that nothing was done again.
    #expect(second.sets[0].pictures[0].results == first.sets[0].pictures[0].results)
    #expect(second.sets[0].pictures.allSatisfy { $0.results.count == 2 })
    #expect(second.sets[0].pictures[3].results.map(\.psnr) == first.sets[0].pictures[3].results.map(\.psnr))
    #expect(try command.data("log").split(separator: 10).count == 3 + 1 + 1 + 4)
    // Names do not count, contents do; another protocol is another figure.
    try command.put("Set5/HR/a.png", whole.cropped(width: 60, height: 60).encode(.png))
    let (third, _) = try run(command, arguments + ["--resume"], status: 0)
    #expect(third.sets[0].pictures[0].results != first.sets[0].pictures[0].results)
    #expect(third.sets[0].pictures[1].results == second.sets[0].pictures[1].results)
    let (rounded, _) = try run(command, arguments + ["--resume", "--protocol", "selfexsr"], status: 0)
    #expect(rounded.sets[0].pictures[1].results[0].psnr != second.sets[0].pictures[1].results[0].psnr)
    #expect(try command.run("evaluate", "--hr", "other", "--scale", "4", "--resume").status == 2)
    #expect(try command.run("evaluate", "--hr", "other", "--scale", "4", "--log", "no/log").status == 4)
  }

  @Test("several networks within one limit of memory, with the same figures")
  func memory() throws {
    let command = try command()
    defer { command.remove() }
    let whole = try Image.decode([UInt8](Data(contentsOf: URL(filePath: Command.sample)))).image
    try command.put("other/f.png", whole.resized(by: 5).encode(.png))
    let arguments = ["--hr", "other", "--weights", Self.weights, "--weights", Self.weights]
    let (free, _) = try run(command, arguments, status: 0)
    #expect(free.methods.map(\.name).prefix(2) == ["msrn-light", "msrn-light (2)"])
    let (narrow, _) = try run(command, arguments + ["--memory", "160M"], status: 0)
    #expect(narrow.sets[0].means == free.sets[0].means)
    let (none, error) = try run(command, arguments + ["--memory", "60M"], status: 75)
    #expect(none.sets[0].means.isEmpty && error.contains("MiB are available"))
  }

  @Test("options that contradict each other")
  func usage() throws {
    let command = try command()
    defer { command.remove() }
    for arguments in [
      ["--hr", "other", "--hr", "Set5/HR", "--lr", "other"],
      ["--lr", "other", "--sr", "other", "--hr", "other"],
      ["--hr", "other", "--method", "bicubic", "--compat", "edsr-chop"],
      ["--hr", "other", "--sr", "other", "--compat", "edsr-chop"], ["--hr", "other", "--csv", "--json"],
      ["--hr", "other", "--report", "-"],
    ] {
      let result = try command.start(["evaluate", "--scale", "4"] + arguments).end()
      #expect(result.status == 2 && result.output.isEmpty, "\(arguments)")
    }
    #expect(try command.run("evaluate", "--hr", "nothing", "--scale", "4").status == 3)
  }
}
