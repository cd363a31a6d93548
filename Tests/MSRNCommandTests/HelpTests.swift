import Foundation
import Testing

/// Help is part of the interface: a change shows here, and `UPDATE_SNAPSHOTS=1` accepts it.
@Suite struct HelpTests {
  private static let snapshots = URL(filePath: #filePath).deletingLastPathComponent().appending(
    path: "Snapshots")

  @Test(arguments: [
    ["--help"], ["upscale", "--help"], ["inspect", "--help"], ["bench", "--help"],
    ["bench", "model", "--help"], ["bench", "start", "--help"], ["bench", "worker", "--help"],
    ["bench", "threads", "--help"], ["bench", "weights", "--help"], ["evaluate", "--help"],
    ["degrade", "--help"], ["diff", "--help"], ["classify", "--help"], ["compare", "--help"],
    ["bench", "classifier", "--help"], ["manifest", "--help"],
    ["bench", "kernels", "--help"], ["report", "--help"],
  ])
  func helpIsAsRecorded(arguments: [String]) throws {
    let command = try Command()
    defer { command.remove() }
    let result = try command.start(arguments).end()
    #expect(result.status == 0)
    let file = Self.snapshots.appending(
      path: (["msrn"] + arguments.dropLast()).joined(separator: "-") + ".txt")
    if ProcessInfo.processInfo.environment["UPDATE_SNAPSHOTS"] != nil { try result.output.write(to: file) }
    let recorded = try String(contentsOf: file, encoding: .utf8)
    #expect(result.text == recorded)
    for line in result.text.split(separator: "\n") { #expect(line.count <= 80, "\(line)") }
  }

  @Test func version() throws {
    let command = try Command()
    defer { command.remove() }
    let result = try command.run("--version")
    #expect(result.status == 0)
    #expect(result.text.wholeMatch(of: /[0-9]+\.[0-9]+\.[0-9]+\n/) != nil)
  }

  @Test(arguments: ["bash", "zsh", "fish"]) func completions(shell: String) throws {
    let command = try Command()
    defer { command.remove() }
    let result = try command.run("--generate-completion-script", shell)
    #expect(result.status == 0)
    #expect(result.text.contains("upscale") && result.text.contains("max-pixels"))
  }
}
