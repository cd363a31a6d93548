import MSRNEngine
import MSRNKit
import MSRNModels
import MSRNTensors
import MSRNTestSupport
import Testing

@Suite struct ClassifierBatchTests {
  private static func classifier(_ name: String, threads: Int) throws -> Classifier {
    let network = try Zoo.network(named: name)
    return try Classifier(
      network.bind(FamilyGolden.weights(network)), input: network.input,
      options: EngineOptions(threads: threads, precision: .exact))
  }

  @Test(
    "every way gives the results of one picture at a time, to the bit", arguments: ["plain20", "lenet5"])
  func results(name: String) throws {
    let classifier = try Self.classifier(name, threads: 3)
    let network = try Zoo.network(named: name)
    let inputs = (0..<7).map { FamilyGolden.input(network.input, picture: $0) }
    let expected = try inputs.map { try classifier.logits(for: $0) }
    #expect(Set(expected).count == inputs.count)
    for way in ClassifierBatch.Way.allCases {
      let batch = ClassifierBatch(classifier, way: way)
      #expect(try batch.logits(for: inputs) == expected)
      #expect(try batch.logits(for: [inputs[4]]) == [expected[4]])
      #expect(try batch.logits(for: []) == [])
    }
    #expect(try ClassifierBatch.fastest(classifier, for: inputs).logits(for: inputs) == expected)
  }

  @Test("one thread has one way")
  func single() throws {
    let classifier = try Self.classifier("lenet5", threads: 1)
    let input = Tensor(Shape(c: 1, h: 32, w: 32))
    #expect(try ClassifierBatch.fastest(classifier, for: [input, input]).way == .inTurn)
  }

  @Test("an input that fails fails the batch")
  func failure() throws {
    let classifier = try Self.classifier("densenet121", threads: 2)
    let inputs = [64, 8, 64].map { Tensor(Shape(c: 3, h: $0, w: $0)) }
    for way in ClassifierBatch.Way.allCases {
      #expect(throws: (any Error).self) { try ClassifierBatch(classifier, way: way).logits(for: inputs) }
    }
  }
}
