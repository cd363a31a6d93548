import Foundation
import MSRNEngine
import MSRNKit
import MSRNModels
import MSRNTensors
import MSRNTestSupport
import Testing

/// Comparisons: that they are whole and hang together, never how fast anything is.
@Suite struct CompareTests {
  /// As little time as there can be.
  private static let quick = ["--rounds", "2", "--seconds", "0", "--batch", "2", "--threads", "2"]

  private func object(_ result: Command.Result) throws -> [String: Any] {
    #expect(result.status == 0, "\(result.error)")
    return try #require(JSONSerialization.jsonObject(with: result.output) as? [String: Any])
  }

  private func networks(_ report: [String: Any]) throws -> [[String: Any]] {
    try #require(report["networks"] as? [[String: Any]])
  }

  @Test("JSON says what networks are, what they cost and how fast they are")
  func json() throws {
    let command = try Command()
    defer { command.remove() }
    let report = try object(
      command.start(["compare", "lenet5", "plain20", "ResNet2?", "--json"] + Self.quick).end())
    #expect(report["rounds"] as? Int == 2 && report["threads"] as? Int == 2 && report["batch"] as? Int == 2)
    #expect(try #require(report["peak"] as? Double) > 0)
    let networks = try networks(report)
    #expect(networks.map { $0["name"] as? String } == ["lenet5", "plain20", "resnet20"])
    #expect(networks.map { $0["parameters"] as? Int } == [61_706, 269_722, 269_722])
    #expect(networks.allSatisfy { $0["weights"] == nil && $0["errors"] == nil })
    for network in networks {
      let speed = try #require(network["speed"] as? [String: Any])
      let numbers = try ["fastest", "p50", "p95"].map { try #require(speed[$0] as? Double) }
      #expect(numbers == numbers.sorted() && numbers[0] > 0)
      #expect(speed["runs"] as? Int == 10)
      #expect(try #require(speed["imagesPerSecond"] as? Double) >= 1 / numbers[2])
      #expect(try #require(speed["timesPeak"] as? Double) > 0)
      #expect(ClassifierBatch.Way(rawValue: speed["batchWay"] as? String ?? "") != nil)
      let alone = try #require(speed["peakBytes"] as? Int)
      #expect(alone > 1 << 20 && alone <= speed["batchPeakBytes"] as? Int ?? 0)
    }
    #expect(networks[0]["published"] == nil && networks[0]["set"] == nil)
    let published = try #require(networks[2]["published"] as? [String: Any])
    #expect(
      published["top1Error"] as? Double == 8.75 && published["source"] as? String == "He et al., CVPR 2016")
    #expect((networks[2]["allPublished"] as? [Any])?.count == 2)
  }

  @Test("text and CSV: no figure where nothing was measured, and sources beside what was published")
  func text() throws {
    let command = try Command()
    defer { command.remove() }
    let arguments = ["compare", "resnet20", "lenet5", "--rounds", "1", "--seconds", "0", "--batch", "1"]
    let text = try command.start(arguments).end()
    #expect(text.status == 0 && text.error == "")
    for part in [
      "random", "8.75  a", "a: He et al., CVPR 2016", "0.270", "random weights, which have no error",
    ] {
      #expect(text.text.contains(part), "\(part): \(text.text)")
    }
    #expect(!text.text.contains(" by ") && !text.text.contains("CIFAR-10,"))
    for line in text.text.split(separator: "\n") { #expect(line.count <= 80, "\(line)") }
    let lines = try command.start(arguments + ["--csv"]).end().text.split(separator: "\n").map { line in
      line.split(separator: ",", omittingEmptySubsequences: false)
    }
    #expect(lines.count == 3)
    func cell(_ line: Int, _ heading: String) throws -> Substring {
      let column = try #require(lines[0].firstIndex(of: Substring(heading)))
      return lines[line][column]
    }
    #expect(try cell(1, "top1_error") == "" && cell(1, "batch") == "" && cell(1, "parameters") == "269722")
    #expect(try cell(1, "published_top1_error") == "8.750" && cell(2, "published_top1_error") == "")
    #expect(try Double(cell(2, "p50_ms")).map { $0 > 0 } == true)
  }

  /// Weights that both a plain network and its residual twin take, and pictures of CIFAR-10's form.
  private func put(_ command: Command) throws -> [UInt8] {
    for depth in [20, 56] {
      let network = try Zoo.network(named: "plain\(depth)")
      try command.put("w\(depth).safetensors", FamilyGolden.weights(network).safetensors())
    }
    let labels = (0..<24).map { $0 * 7 % 10 }
    let bytes = labels.enumerated().flatMap { [UInt8($1)] + CounterWeights.bytes("picture \($0)", 3072) }
    try command.put("test_batch.bin", bytes)
    return bytes
  }

  @Test("plain networks and residual ones are read and evaluated on CIFAR-10")
  func degradation() throws {
    let command = try Command()
    defer { command.remove() }
    let bytes = try put(command)
    let names = ["plain20", "plain56", "resnet20", "resnet56"]
    let weights = names.flatMap { ["--weights", "\($0)=w\($0.suffix(2)).safetensors"] }
    let report = try object(
      command.start(
        ["compare", "--cifar10", ".", "--json", "--precision", "exact"] + weights + Self.quick
      ).end())
    let networks = try networks(report)
    #expect(networks.map { $0["name"] as? String } == names)
    let set = try CIFARTestSet(bytes)
    for (name, row) in zip(names, networks) {
      let network = try Zoo.network(named: name)
      let classifier = try Classifier(
        network.bind(FamilyGolden.weights(Zoo.network(named: "plain\(name.suffix(2))"))),
        input: network.input,
        options: EngineOptions(threads: 1, precision: .exact))
      let logits = try (0..<set.count).map {
        try classifier.logits(for: set.image($0).prepared(network.preprocessing()))
      }
      let right = logits.indices.count { Guess.best(logits[$0], count: 1)[0].index == set.label($0) }
      let inFive = logits.indices.count { index in
        Guess.best(logits[index], count: 5).contains { $0.index == set.label(index) }
      }
      let errors = try #require(row["errors"] as? [String: Any])
      #expect(errors["right"] as? Int == right && errors["rightInFive"] as? Int == inFive, "\(name)")
      let error = try #require(errors["top1Error"] as? Double)
      #expect(abs(error - 100 * Double(24 - right) / 24) < 1e-9)
      #expect(errors["pictures"] as? Int == 24 && errors["set"] as? String == "CIFAR-10")
      let file = try #require(row["weights"] as? [String: Any])
      #expect((file["sha256"] as? String)?.count == 64)
    }
  }

  @Test("folders of pictures, by their names or by labels; one that cannot be read is told")
  func folders() throws {
    let command = try Command()
    defer { command.remove() }
    try command.put("lenet.safetensors", NetworkTests.seven)
    let picture = try Data(contentsOf: URL(filePath: Command.sample))
    for name in ["seven", "other"] {
      try FileManager.default.createDirectory(
        at: command.folder.appending(path: "set/\(name)"), withIntermediateDirectories: true)
    }
    try command.put("set/seven/a.png", picture)
    try command.put("set/seven/b.png", picture)
    try command.put("set/other/c.png", picture)
    try command.put("set/other/bad.png", [UInt8]("no picture".utf8))
    try command.put(
      "names.json", [UInt8](#"["other", "1", "2", "3", "4", "5", "6", "seven", "8", "9"]"#.utf8))
    try command.put("truth.txt", [UInt8]("seven/a.png 7\nother/c.png 3\nseven/b.png 9\n".utf8))
    let arguments =
      ["compare", "--weights", "lenet5=lenet.safetensors", "--images", "set", "--json"] + Self.quick
    let named = try command.start(arguments + ["--labels", "names.json"]).end()
    #expect(named.status == 3 && named.error.contains("set/other/bad.png: not a PNG"))
    let report = try #require(JSONSerialization.jsonObject(with: named.output) as? [String: Any])
    let errors = try #require(try networks(report)[0]["errors"] as? [String: Any])
    // Class 7 is the answer to everything, then the lower classes.
    #expect(errors["pictures"] as? Int == 3 && errors["failed"] as? Int == 1)
    #expect(errors["right"] as? Int == 2 && errors["rightInFive"] as? Int == 3)
    let listed = try object(command.start(arguments + ["--truth", "truth.txt"]).end())
    let counts = try #require(try networks(listed)[0]["errors"] as? [String: Any])
    #expect(counts["right"] as? Int == 1 && counts["rightInFive"] as? Int == 2)
    // Two folders are two classes.
    let unfit = try object(command.start(arguments).end())
    #expect(try networks(unfit)[0]["errors"] == nil)
    #expect((unfit["notes"] as? [String])?.first?.contains("lenet5 has 10 classes, set has 2") == true)
  }

  @Test("weights of one network may be several, and are told apart")
  func several() throws {
    let command = try Command()
    defer { command.remove() }
    _ = try put(command)
    let report = try object(
      command.start(
        [
          "compare", "resnet56", "--weights", "resnet20=w20.safetensors",
          "--weights=resnet20=w20.safetensors",
          "--json",
        ] + Self.quick
      ).end())
    #expect(try networks(report).map { $0["name"] as? String } == ["resnet56", "resnet20", "resnet20 (2)"])
  }

  @Test("what is wrong is found before anything is timed, and said")
  func failures() throws {
    let command = try Command()
    defer { command.remove() }
    _ = try put(command)
    try command.put("text.th", [UInt8]("no weights".utf8))
    try command.put("out.html", [1])
    let cases: [([String], Int32, String)] = [
      ([], 2, "a network is missing"), (["resnet51"], 2, "did you mean"), (["resnet9*"], 2, "did you mean"),
      (["lenet5", "--weights", "none.th"], 2, "none.th"),
      (["lenet5", "--weights", "lenet5=none.th"], 4, "none.th"),
      (["--weights", "lenet6=none.th"], 2, "lenet5"), (["--weights", "lenet5=text.th"], 4, "text.th"),
      (["--weights", "resnet18=w20.safetensors"], 4, "fc.weight"),
      (["lenet5", "--cifar10", "none"], 4, "none"), (["lenet5", "--cifar10", "text.th"], 4, "CIFAR-10"),
      (["lenet5", "--images", "none"], 4, "none"), (["lenet5", "--images", "."], 4, "has no folders"),
      (["lenet5", "--images", ".", "--truth", "text.th"], 4, "line 1"),
      (["lenet5", "--labels", "text.th"], 2, "--images"), (["lenet5", "--size", "16x16"], 2, "32x32 alone"),
      (["inception_v3", "--size", "20x20"], 2, "too small"), (["lenet5", "--rounds", "0"], 2, "--rounds"),
      (["lenet5", "--batch", "0"], 2, "--batch"), (["lenet5", "--csv", "--json"], 2, "cannot both"),
      (["lenet5", "--report", "-"], 2, "is a file"),
      (["lenet5", "--report", "out.html"], 4, "exists already"),
      (["lenet5", "--report", "none/out.html"], 4, "none/out.html"),
    ]
    for (arguments, status, part) in cases {
      let result = try command.start(["compare"] + arguments).end()
      #expect(result.status == status, "\(arguments): \(result.error)")
      #expect(result.error.contains(part), "\(arguments): \(result.error)")
      #expect(result.text.isEmpty, "\(arguments)")
    }
  }

  #if os(Linux)
  @Test("a signal ends the process that is being timed too")
  func interrupted() throws {
    let command = try Command()
    defer { command.remove() }
    let running = try command.start(["compare", "lenet5", "--seconds", "60"])
    let parent = running.process.processIdentifier
    var child = ""
    command.wait(for: running) {
      let list = try? String(contentsOfFile: "/proc/\(parent)/task/\(parent)/children", encoding: .utf8)
      child = list?.split(separator: " ").first.map(String.init) ?? ""
      return !child.isEmpty
    }
    command.send(SIGTERM, to: running)
    let result = try running.end()
    #expect(result.status == 143 && !child.isEmpty, "\(result.status): \(result.error)")
    var hasEnded = false
    for _ in 0..<400 where !hasEnded {
      // Whoever inherits it may not have asked yet how it ended.
      let state = try? String(contentsOfFile: "/proc/\(child)/stat", encoding: .utf8)
      hasEnded = state?.contains(") Z ") ?? true
      if !hasEnded { Thread.sleep(forTimeInterval: 0.05) }
    }
    #expect(hasEnded)
  }
  #endif
}
