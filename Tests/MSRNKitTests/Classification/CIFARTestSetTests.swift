import Foundation
import MSRNImages
import MSRNKit
import MSRNModels
import MSRNTensors
import MSRNTestSupport
import Testing

@Suite struct CIFARTestSetTests {
  @Test("a label byte, then red, green, blue, row by row")
  func records() throws {
    var bytes: [UInt8] = []
    for label in [3, 9] as [UInt8] {
      bytes.append(label)
      for channel in 0..<3 as Range<UInt8> {
        bytes += (0..<1024).map { UInt8(truncatingIfNeeded: $0 / 32) &+ 100 &* channel &+ label }
      }
    }
    let set = try CIFARTestSet(bytes)
    #expect(set.count == 2 && set.label(0) == 3 && set.label(1) == 9)
    guard case .eight(let samples) = set.image(1).samples else { return }
    #expect(Array(samples.prefix(3)) == [9, 109, 209] && Array(samples.suffix(3)) == [40, 140, 240])
    #expect(throws: CIFARError.size(bytes: 6145)) { try CIFARTestSet(Array(bytes.dropLast())) }
    #expect(throws: CIFARError.size(bytes: 0)) { try CIFARTestSet([]) }
    bytes[3073] = 10
    #expect(throws: CIFARError.label(10, record: 1)) { try CIFARTestSet(bytes) }
  }

  /// The published weights, which of every 200th picture PyTorch tells wrong with them, and how many of all 10,000 right.
  static let published: [(String, wrong: [Int], right: Int)] = [
    ("20-12fca82f", [17, 26], 9173), ("32-d509ac18", [3, 15, 17, 26], 9263),
    ("44-014dd654", [3, 15, 27], 9310),
    ("56-4bfd9763", [15, 27, 48], 9339),
  ]

  /// The network of some published weights, the test set, and whether it tells a picture right.
  static func judge(_ file: String) throws -> (set: CIFARTestSet, isRight: (Int) throws -> Bool) {
    let folder = try #require(SharedData.folder)
    let data = try Data(contentsOf: folder.appending(path: "classify/cifar10/test.bin"))
    let weights = try Data(contentsOf: folder.appending(path: "weights/resnet_cifar10/resnet\(file).th"))
    let network = try Zoo.network(named: "resnet\(file.prefix(2))")
    let classifier = ReferenceClassifier(try network.bind(Weights.read([UInt8](weights))))
    let set = try CIFARTestSet([UInt8](data)), recipe = network.preprocessing()
    return (
      set,
      { picture in
        let logits = try classifier.logits(for: set.image(picture).prepared(recipe))
        return Guess.best(logits, count: 1)[0].index == set.label(picture)
      }
    )
  }

  @Test(
    "the published ResNets tell the same pictures wrong as in PyTorch",
    .enabled(if: SharedData.folder != nil, "SKIPPED: CIFAR-10's test set is not beside this checkout"),
    arguments: published)
  func accuracy(file: String, wrong: [Int], right: Int) throws {
    let isRight = try Self.judge(file).isRight
    #expect(try (0..<50).filter { try !isRight(200 * $0) } == wrong)
  }

  @Test(
    "of the whole test set the published ResNets tell as many right as published",
    .enabled(
      if: SharedData.folder != nil && ProcessInfo.processInfo.environment["MSRN_CIFAR"] != nil,
      "SKIPPED: half an hour on the reference, with MSRN_CIFAR=1"), arguments: published)
  func wholeSet(file: String, wrong: [Int], right: Int) throws {
    let (set, isRight) = try Self.judge(file)
    #expect(try (0..<set.count).count { try isRight($0) } == right)
  }
}
