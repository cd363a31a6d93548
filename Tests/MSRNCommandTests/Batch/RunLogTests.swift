import Foundation
import MSRNCommand
import MSRNKit
import Testing

@Suite struct RunLogTests {
  private func folder(pictures: Int) throws -> Command {
    let command = try Command()
    for index in 0..<pictures { try command.put(deep: "in/p\(100 + index).png", Command.png(seed: index)) }
    return command
  }

  @Test func linesAndWhatIsReadOfThem() throws {
    let command = try Command()
    defer { command.remove() }
    let path = command.path("log")
    #expect(try RunLog.past([path]).isEmpty)
    var record = RunLog.Record(input: "in/a\n.png", output: "a_x2.png", options: "o", weights: "w")
    record.status = .done
    try RunLog(path).append(record)
    // A line that was cut off is nothing, and spoils no other.
    try Data(try command.data("log") + Data("{\"input\":\"in/b".utf8)).write(to: URL(filePath: path))
    (record.status, record.error) = (.failed, "no")
    try RunLog(path).append(record)
    #expect(String(decoding: try command.data("log"), as: UTF8.self).split(separator: "\n").count == 3)
    let past = try RunLog.past([path])
    #expect(past.count == 1)
    var found = try #require(past["a_x2.png"])
    #expect(abs(Date(timeIntervalSince1970: try #require(found.last.ended)).timeIntervalSinceNow) < 60)
    found.last.ended = nil
    #expect(found == .init(last: record, isOurs: true))
    // Of several logs, what ended last counts.
    try RunLog(command.path("other")).append(record)
    (record.status, record.error) = (.done, nil)
    try RunLog(path).append(record)
    #expect(try RunLog.past([path, command.path("other")])["a_x2.png"]?.last.status == .done)
    #expect(throws: FileError.self) { _ = try RunLog(command.path("none/log")) }
    #expect(throws: FileError.self) { _ = try RunLog.past([command.folder.path]) }
  }

  @Test func onlyWhatIsMissingOrChangedIsDone() throws {
    let command = try folder(pictures: 6)
    defer { command.remove() }
    func resume(_ options: String..., says text: String, _ location: SourceLocation = #_sourceLocation) throws
    {
      let result = try command.start(["upscale", "in", "out", "-s", "2", "--resume"] + options).end()
      #expect(result.status == 0, "\(result.error)", sourceLocation: location)
      #expect(result.error.hasPrefix("msrn: \(text) in "), "\(result.error)", sourceLocation: location)
    }
    try resume(says: "6 done, 0 failed")
    try resume(says: "0 done, 0 failed, 6 unchanged")
    // Missing, changed input, half-written, another picture of the same size.
    try FileManager.default.removeItem(atPath: command.path("out/p100_x2.png"))
    try command.put(deep: "in/p101.png", try Command.png(seed: 33))
    let whole = try command.data("out/p102_x2.png")
    try command.put("out/p102_x2.png", whole.prefix(whole.count / 2))
    try command.put(
      "out/p103_x2.png", [UInt8](repeating: 7, count: try command.data("out/p103_x2.png").count))
    try resume(says: "4 done, 0 failed, 2 unchanged")
    #expect(try command.data("out/p102_x2.png") == whole)
    try resume("--compression", "1", says: "6 done, 0 failed")
    try resume("--compression", "1", says: "0 done, 0 failed, 6 unchanged")
    // Another folder of the same name: the log goes by the results' names in it.
    try FileManager.default.moveItem(atPath: command.path("out"), toPath: command.path("moved"))
    let moved = try command.run("upscale", "in", "moved/", "-s", "2", "--resume", "--compression", "1")
    #expect(moved.error.hasPrefix("msrn: 0 done, 0 failed, 6 unchanged in "))
  }

  @Test func failedOnesAreDoneAgainAndStrangersKept() throws {
    let command = try folder(pictures: 2)
    defer { command.remove() }
    try command.put(deep: "in/bad.png", [1])
    try command.put(deep: "out/p101_x2.png", Array("mine".utf8))
    for _ in 0..<2 {
      let result = try command.run("upscale", "in", "out", "-s", "2", "--resume")
      #expect(result.status == 3)
      #expect(
        result.error.contains("out/p101_x2.png: exists already; --force replaces it"), "\(result.error)")
      #expect(try command.data("out/p101_x2.png") == Data("mine".utf8))
    }
    try command.put(deep: "in/bad.png", try Command.png())
    try FileManager.default.removeItem(atPath: command.path("out/p101_x2.png"))
    let result = try command.run("upscale", "in", "out", "-s", "2", "--resume")
    #expect(
      result.status == 0 && result.error.hasPrefix("msrn: 2 done, 0 failed, 1 unchanged"), "\(result.error)")
  }

  @Test func resultsAmongThePictures() throws {
    let command = try folder(pictures: 2)
    defer { command.remove() }
    #expect(try command.run("upscale", "in", "in", "-s", "2").status == 0)
    let again = try command.run("upscale", "in", "in", "-s", "2", "--resume")
    #expect(again.error.hasPrefix("msrn: 0 done, 0 failed, 2 unchanged"), "\(again.error)")
    // Without the log they are pictures like others, and in the way.
    #expect(try command.run("upscale", "in", "in", "-s", "2").status == 3)
  }

  /// Killed at several moments, each run goes on where the last one was; under a result's name there is never a part of it.
  @Test func killing() throws {
    let command = try folder(pictures: 40)
    defer { command.remove() }
    let arguments = ["upscale", "in", "out", "-s", "4", "--threads", "1", "--resume"]
    func results() -> [String] { command.files(below: "out").filter { $0.hasSuffix("_x4.png") } }
    for more in [1, 4, 9] {
      let (before, known) = (results(), try command.log().count)
      let running = try command.start(arguments)
      try command.wait(for: running) { try command.log().count >= known + more }
      #expect(running.process.isRunning)
      command.send(SIGKILL, to: running)
      #expect(try running.end().status == -SIGKILL)
      // Of what the log has, at most those that were being written are not there, one for each of three threads.
      #expect(results().count >= before.count + more - 3)
      for name in results() {
        let image = try Image.decode([UInt8](try command.data("out/\(name)"))).image
        #expect(image.width == 96)
      }
    }
    let there = results().count
    let rest = try command.start(arguments).end()
    #expect(rest.status == 0)
    #expect(
      rest.error.hasPrefix("msrn: \(40 - there) done, 0 failed, \(there) unchanged in "), "\(rest.error)")
    _ = try command.run("upscale", "in", "fresh", "-s", "4")
    for name in results() { #expect(try command.data("out/\(name)") == command.data("fresh/\(name)")) }
    #expect(results().count == 40)
  }
}
