import Foundation
import MSRNEngine
import MSRNImages
import MSRNKit
import MSRNModels
import MSRNTensors
import MSRNTestSupport
import Testing

@Suite struct AccuracyTests {
  @Test("the likeliest class, and the five likeliest")
  func counts() {
    var accuracy = Accuracy()
    #expect(accuracy.error == nil && accuracy.errorInFive == nil)
    let logits: [Float] = [6, 5, 4, 3, 2, 1, 0]
    for label in 0..<7 { accuracy.add(logits, label: label) }
    #expect(accuracy.count == 7 && accuracy.right == 1 && accuracy.rightInFive == 5)
    #expect(accuracy.error == 6.0 / 7 && accuracy.errorInFive == 2.0 / 7)
  }

  /// Forty noisy pictures of CIFAR-10's form.
  static func noise() throws -> (file: URL, bytes: [UInt8]) {
    var bytes: [UInt8] = []
    for number in 0..<40 {
      bytes.append(UInt8(number % 10))
      bytes += CounterWeights.bytes("picture \(number)", 3072)
    }
    let file = FileManager.default.temporaryDirectory.appending(path: "msrn-cifar-\(UUID().uuidString).bin")
    try Data(bytes).write(to: file)
    return (file, bytes)
  }

  @Test("a set is counted as picture after picture is, plain networks and residual ones", arguments: [1, 3])
  func measured(threads: Int) throws {
    let (file, bytes) = try Self.noise()
    defer { try? FileManager.default.removeItem(at: file) }
    let pictures = try LabelledPictures.cifar10(file.path), set = try CIFARTestSet(bytes)
    var answers: Set<[Int]> = []
    for name in ["plain20", "resnet20", "plain56", "resnet56"] {
      let network = try Zoo.network(named: name)
      let classifier = try Classifier(
        network.bind(FamilyGolden.weights(network)), input: network.input,
        options: EngineOptions(threads: threads, precision: .exact))
      var expected = Accuracy(), shares: [Double] = [], guesses: [Int] = []
      for index in 0..<set.count {
        let logits = try classifier.logits(for: set.image(index).prepared(network.preprocessing()))
        guesses.append(Guess.best(logits, count: 1)[0].index)
        expected.add(logits, label: set.label(index))
      }
      let found = try Accuracy.measure(
        pictures, by: classifier, network.preprocessing(), progress: { shares.append($0) })
      #expect(found == expected && found.count == 40, "\(name)")
      #expect(shares.last == 1 && shares == shares.sorted())
      answers.insert(guesses)
    }
    #expect(answers.count > 1, "plain and residual networks of the same weights answer differently")
  }

  @Test("a picture that cannot be read is told and not counted")
  func failures() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "msrn-accuracy-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    for (name, bytes) in [
      (
        "0/good.png",
        try Image(width: 3, height: 3, color: .grey, samples: .eight([UInt8](0..<9))).encode(.png)
      ),
      ("1/bad.png", [1, 2, 3]),
    ] {
      let file = folder.appending(path: name)
      try FileManager.default.createDirectory(
        at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(bytes).write(to: file)
    }
    let network = try Zoo.network(named: "lenet5")
    let classifier = try Classifier(
      network.bind(FamilyGolden.weights(network)), input: network.input, options: EngineOptions(threads: 2))
    var told: [String] = []
    let accuracy = try Accuracy.measure(
      .folders(folder.path), by: classifier, network.preprocessing(), failure: { told.append($0.path) })
    #expect(accuracy.count == 1 && accuracy.failed == 1)
    #expect(told == [folder.appending(path: "1/bad.png").path])
  }
}
