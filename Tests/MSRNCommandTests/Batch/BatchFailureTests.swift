import Foundation
import MSRNKit
import Testing

/// What a disk, a name, another program or a signal can do to a run that nobody watches.
@Suite struct BatchFailureTests {
  private func folder(pictures: Int, width: Int = 24) throws -> Command {
    let command = try Command()
    for index in 0..<pictures {
      try command.put(deep: "in/p\(100 + index).png", Command.png(seed: index, width: width))
    }
    return command
  }

  /// Runs a script in the test's folder with the program as `$0`; what is mounted there is taken down afterwards.
  private func shell(_ script: String, in command: Command) throws -> Int32 {
    let shell = Process()
    shell.executableURL = URL(filePath: "/bin/sh")
    shell.currentDirectoryURL = command.folder
    shell.arguments = ["-c", script, Command.binary.path]
    try shell.run()
    shell.waitUntilExit()
    return shell.terminationStatus
  }

  private func text(_ name: String, in command: Command) -> String {
    (try? command.data(name)).map { String(decoding: $0, as: UTF8.self) } ?? ""
  }

  /// Whether this machine lets the tests mount a file system.
  static let canMount: Bool = {
    let place = NSTemporaryDirectory() + "msrn-mount-\(UUID().uuidString)"
    try? FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: place) }
    let shell = Process()
    shell.executableURL = URL(filePath: "/bin/sh")
    shell.arguments = [
      "-c", "mount -t tmpfs -o size=64k tmpfs \"$0\" 2> /dev/null && umount \"$0\" 2> /dev/null", place,
    ]
    guard (try? shell.run()) != nil else { return false }
    shell.waitUntilExit()
    return shell.terminationStatus == 0
  }()

  @Test(
    "a disk that fills up ends the run with 4 and whole files; with room again, --resume does the rest",
    .enabled(
      if: canMount, "SKIPPED: mounting is not allowed here; BatchRunTests.noSpace limits files instead"))
  func fullDisk() throws {
    let command = try folder(pictures: 0)
    defer { command.remove() }
    var random = SystemRandomNumberGenerator()
    for index in 0..<8 {
      let noise = (0..<32 * 32 * 3).map { _ in UInt8.random(in: 0...255, using: &random) }
      try command.put(
        deep: "in/\(index).png",
        try Image(width: 32, height: 32, color: .rgb, samples: .eight(noise)).encode(.png))
    }
    let status = try shell(
      """
      mkdir out && mount -t tmpfs -o size=160k tmpfs out || exit 99
      "$0" upscale in out -s 4 > text 2> err; echo $? > status
      ls -A out > list
      mount -o remount,size=10m out
      "$0" upscale in out -s 4 --resume > /dev/null 2> err2; echo $? > status2
      "$0" report out > report
      ls -A out > list2; umount out
      """, in: command)
    #expect(status == 0)
    #expect(text("status", in: command) == "4\n")
    #expect(text("err", in: command).contains("cannot be written: No space left on device"))
    #expect(text("err", in: command).contains(" not begun in "))
    #expect(!text("list", in: command).contains(".part"), "\(text("list", in: command))")
    #expect(text("status2", in: command) == "0\n", "\(text("err2", in: command))")
    #expect(text("report", in: command) == "8 done, 0 failed, 0 missing in 1 log\n")
    #expect(text("list2", in: command).split(separator: "\n").count == 9)
  }

  @Test(
    "a target that cannot be written to is found before any work",
    .enabled(if: canMount, "SKIPPED: mounting is not allowed here"))
  func readOnlyTarget() throws {
    let command = try folder(pictures: 2)
    defer { command.remove() }
    _ = try shell(
      """
      mkdir out && mount -t tmpfs -o ro tmpfs out || exit 99
      "$0" upscale in out -s 2 > text 2> err; echo $? > status; umount out
      """, in: command)
    #expect(text("status", in: command) == "4\n")
    #expect(
      text("err", in: command) == "msrn: out/msrn-log.jsonl: cannot be written: Read-only file system\n")
    #expect(text("text", in: command).isEmpty)
  }

  @Test("a picture that goes or changes meanwhile is one failure or the picture as it was read")
  func inputsThatChange() throws {
    let command = try folder(pictures: 80, width: 200)
    defer { command.remove() }
    let running = try command.start(["upscale", "in", "out", "-s", "2", "--threads", "1"])
    try command.wait(for: running) { try command.log().count > 2 }
    try FileManager.default.removeItem(atPath: command.path("in/p179.png"))
    try command.put(deep: "in/p178.png", try Command.png(seed: 5, width: 30))
    try command.put(deep: "in/p177.png", try Command.png().prefix(50))
    let result = try running.end()
    #expect(result.status == 3)
    #expect(result.error.contains("in/p179.png: cannot be opened: No such file"), "\(result.error)")
    #expect(result.error.contains("in/p177.png: not a valid PNG: "))
    #expect(result.error.contains("msrn: 78 done, 2 failed in "))
    let changed = try #require(try command.log().first { $0["output"] as? String == "p178_x2.png" })
    let now = SHA256([UInt8](try command.data("in/p178.png"))).hexadecimal
    #expect(changed["inputSHA256"] as? String == now && changed["to"] as? [Int] == [60, 48])
  }

  @Test("names of every kind, through run, log, list and report")
  func oddNames() throws {
    let command = try Command()
    defer { command.remove() }
    // The two ü are different names where the file system tells bytes apart.
    var names = [
      " a b ", "line\nend", "%d%s%n", "#x", "-dash", "--json", "ü", "u\u{308}", "日本語🙂", "quote\"'\\",
      "$(ls)`", "*?[a]",
      "{stem}", "tab\t", ".x.y", "~", String(repeating: "n", count: 251),
    ]
    for (index, name) in names.enumerated() {
      try command.put(deep: "in/s/\(name).png", try Command.png(seed: index))
    }
    // A name with a dot before it is hidden.
    names.removeAll { $0.hasPrefix(".") }
    let there = command.files(below: "in/s").count { !$0.hasPrefix(".") }
    let options = ["upscale", "in", "out", "-r", "-s", "2", "--name", "{stem}{ext}"]
    let result = try command.start(options).end()
    #expect(result.status == 0, "\(result.error)")
    #expect(result.error.hasPrefix("msrn: \(there) done, 0 failed in "), "\(result.error)")
    #expect(
      command.files(below: "out/s").sorted() == command.files(below: "in/s").filter { !$0.hasPrefix(".") })
    let again = try command.start(options + ["--resume"]).end()
    #expect(again.error.hasPrefix("msrn: 0 done, 0 failed, \(there) unchanged in "), "\(again.error)")
    let list = try command.run("manifest", "in", "-r")
    try command.put("list.jsonl", list.output)
    let report = try command.run("report", "out", "--manifest", "list.jsonl")
    #expect(report.text == "\(there) done, 0 failed, 0 missing in 1 log\n")
    // The longest name of all has no room for more.
    let longer = try command.run("upscale", "in", "longer", "-r", "-s", "2")
    #expect(longer.status == 3 && longer.error.contains("n_x2.png: cannot be created: File name too long"))
  }

  #if os(Linux)
  @Test("a name that is no UTF-8 fails alone and loudly")
  func brokenName() throws {
    let command = try folder(pictures: 1)
    defer { command.remove() }
    #expect(
      try shell(
        "cp in/p100.png \"in/$(printf 'b\\377').png\" && \"$0\" upscale in out -s 2 2> err", in: command) == 3
    )
    #expect(text("err", in: command).contains("cannot be opened: No such file"))
    #expect(text("err", in: command).contains("msrn: 1 done, 1 failed in "))
  }
  #endif

  @Test("folders that go round in circles are walked once")
  func loops() throws {
    let command = try folder(pictures: 1)
    defer { command.remove() }
    for (name, target) in [("self", "."), ("up", ".."), ("loop", "loop")] {
      try FileManager.default.createSymbolicLink(
        atPath: command.path("in/\(name)"), withDestinationPath: target)
    }
    try FileManager.default.createSymbolicLink(atPath: command.path("in/l.png"), withDestinationPath: "l.png")
    let result = try command.run("upscale", "in", "out", "-r", "-s", "2")
    #expect(result.status == 3 && result.error.contains("in/l.png: cannot be opened: Too many levels"))
    #expect(result.error.contains("msrn: 1 done, 1 failed in "), "\(result.error)")
    #expect(result.error.contains("; skipped 1 not pictures, 2 folders not entered"), "\(result.error)")
  }

  @Test(
    "a folder that cannot be read is told, and the others are done",
    .enabled(if: getuid() != 0, "SKIPPED: root reads every folder"))
  func unreadableFolder() throws {
    let command = try folder(pictures: 1)
    defer { command.remove() }
    try command.put(deep: "in/closed/a.png", try Command.png())
    try FileManager.default.setAttributes([.posixPermissions: 0], ofItemAtPath: command.path("in/closed"))
    defer {
      try? FileManager.default.setAttributes(
        [.posixPermissions: 0o755], ofItemAtPath: command.path("in/closed"))
    }
    let result = try command.run("upscale", "in", "out", "-r", "-s", "2")
    #expect(result.status == 4 && result.error.contains("in/closed: cannot be read: Permission denied"))
    #expect(result.error.contains("msrn: 1 done, 1 failed in "), "\(result.error)")
  }

  /// The run gets a process group of its own in this process's session, as a shell gives it, without which SIGTSTP does nothing.
  @Test(
    "suspended and continued as by Ctrl-Z and fg, a run is as if nothing had been",
    .enabled(if: SystemFile.kind("/usr/bin/perl") != nil, "SKIPPED: no Perl to make a process group"))
  func suspension() throws {
    let command = try folder(pictures: 60, width: 150)
    defer { command.remove() }
    // Threads of a test runner may have it blocked, which programs inherit.
    var (signals, before) = (sigset_t(), sigset_t())
    unsafe sigemptyset(&signals)
    unsafe sigaddset(&signals, SIGTSTP)
    unsafe pthread_sigmask(SIG_UNBLOCK, &signals, &before)
    let running = try command.start(
      ["-e", "setpgrp(0, 0); exec @ARGV", Command.binary.path, "upscale", "in", "out", "-s", "2"],
      executable: URL(filePath: "/usr/bin/perl"))
    unsafe pthread_sigmask(SIG_SETMASK, &before, nil)
    try command.wait(for: running) { try command.log().count > 2 }
    command.send(SIGTSTP, to: running)
    Thread.sleep(forTimeInterval: 0.3)
    let count = try command.log().count
    Thread.sleep(forTimeInterval: 0.3)
    #expect(running.process.isRunning && count < 60)
    #expect(try command.log().count == count)
    command.send(SIGCONT, to: running)
    let result = try running.end()
    #expect(result.status == 0 && result.error.hasPrefix("msrn: 60 done, 0 failed in "), "\(result.error)")
    _ = try command.run("upscale", "in", "whole", "-s", "2")
    for name in command.files(below: "whole") where name.hasSuffix(".png") {
      #expect(try command.data("out/\(name)") == command.data("whole/\(name)"))
    }
  }

  @Test("when the seconds of grace are over, the picture in hand is dropped")
  func graceEnds() throws {
    let command = try Command()
    defer { command.remove() }
    try command.put(deep: "in/a.png", Command.png(width: 20_000, height: 60))
    let running = try command.start(
      ["upscale", "in", "out", "-s", "4", "--threads", "1", "--progress", "json", "--grace", "0.2"])
    command.wait(for: running) { running.error.contains("progress") }
    command.send(SIGTERM, to: running)
    let result = try running.end()
    #expect(result.status == 143 && result.error.contains("for at most 0.2 s; "), "\(result.error)")
    #expect(command.files(below: "out") == ["msrn-log.jsonl"])
    #expect(try command.log().isEmpty)
  }

  @Test("what a killed run has left is swept by a later one")
  func sweeping() throws {
    let command = try folder(pictures: 1)
    defer { command.remove() }
    try command.put(deep: "out/.msrn-1-old.part", [1])
    try command.put(deep: "out/.msrn-1-new.part", [1])
    try FileManager.default.setAttributes(
      [.modificationDate: Date(timeIntervalSinceNow: -3600)],
      ofItemAtPath: command.path("out/.msrn-1-old.part"))
    let result = try command.run("upscale", "in", "out", "-s", "2")
    #expect(result.error.hasPrefix("msrn: removed 1 unfinished file of killed runs\n"), "\(result.error)")
    #expect(command.files(below: "out") == [".msrn-1-new.part", "msrn-log.jsonl", "p100_x2.png"])
  }

  /// A second of processor time and 100 MB are what the system gives, so that more would end the program otherwise.
  @Test("files that promise or unfold to more than there is are refused at once")
  func bombs() throws {
    let command = try Command()
    defer { command.remove() }
    func big(_ value: Int) -> [UInt8] { (0..<4).map { UInt8(value >> (24 - 8 * $0) & 255) } }
    func chunk(_ name: String, _ data: [UInt8]) -> [UInt8] {
      let body = Array(name.utf8) + data
      var crc: UInt32 = ~0
      for byte in body {
        crc ^= UInt32(byte)
        for _ in 0..<8 { crc = crc >> 1 ^ (crc & 1 == 1 ? 0xEDB8_8320 : 0) }
      }
      return big(data.count) + body + big(Int(~crc))
    }
    func png(_ width: Int, _ height: Int, depth: UInt8 = 8, _ kind: UInt8 = 2, data: [UInt8]) -> [UInt8] {
      [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
        + chunk("IHDR", big(width) + big(height) + [depth, kind, 0, 0, 0]) + chunk("IDAT", data)
        + chunk("IEND", [])
    }
    var stored: [UInt8] = [0x78, 1]
    for _ in 0..<64 { stored += [0, 0xFF, 0xFF, 0, 0] + [UInt8](repeating: 0, count: 65535) }
    try command.put(deep: "in/huge.png", png(0x7FFF_FFFF, 0x7FFF_FFFF, data: []))
    try command.put(deep: "in/large.png", png(22_000, 22_000, depth: 16, 6, data: [0x78, 1]))
    try command.put(deep: "in/long.png", png(1_000_000, 500, depth: 1, 0, data: [0x78, 1]))
    try command.put(deep: "in/more.png", png(8, 8, data: stored))
    try command.put(deep: "in/good.png", try Command.png())
    let status = try shell(
      "ulimit -t 1; ulimit -d 100000; \"$0\" upscale in out -s 2 --threads 2 --memory 2G 2> err", in: command)
    let error = text("err", in: command)
    // Of those that are possible, another machine might have the memory: 75 outweighs 3.
    #expect(status == 75, "\(error)")
    for says in [
      "in/huge.png: 2147483647x2147483647 pixels is more than the limit", "in/large.png: needs about ",
      "in/long.png: needs about ",
      "in/more.png: not a valid PNG: more than 64 KiB of image data beyond the picture",
      "msrn: 1 done, 4 failed in ",
    ] {
      #expect(error.contains(says), "\(says): \(error)")
    }
  }
}
