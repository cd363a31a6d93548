import Foundation
import MSRNCommand
import MSRNKit
import MSRNLayers
import MSRNModels
import MSRNReference
import MSRNTensors
import MSRNTestSupport
import Testing

/// The line protocol, spoken to the built command.
@Suite struct WorkerTests {
  private static let weights = Command.root.appending(path: "weights/msrn-light-x4.safetensors").path

  private func picture(_ height: Int, _ width: Int) -> Tensor {
    let count = 3 * height * width
    return Tensor(shape: [1, 3, height, width], values: (0..<count).map { Float($0 * 37 % 256) })
  }

  /// What the command answers to these lines, the line that says what it is first.
  private func answers(
    _ command: Command, _ lines: [String], weights: String = weights, height: Int = 5, width: Int = 7,
    options: [String] = []
  ) throws -> [String] {
    let arguments = ["bench", "worker"] + options + [weights, "\(height)", "\(width)", "2"]
    let input = Data(lines.map { $0 + "\n" }.joined().utf8)
    let result = try command.start(arguments, input: input).end()
    #expect(result.status == 0)
    #expect(result.error == "")
    return result.text.split(separator: "\n").map(String.init)
  }

  @Test func computesWhatTheReferenceDoes() throws {
    let command = try Command()
    defer { command.remove() }
    let input = picture(5, 7)
    try command.put("in.npy", Numpy.write(input))
    let answers = try answers(command, ["load in.npy", "run", "run", "save out.npy", "quit", "run"])
    try #require(answers.count == 5, "one line, one answer to each request before quit: \(answers)")
    #expect(answers[0].hasPrefix("msrn ") && answers[0].hasSuffix(", 32 features, 4 blocks, x4, 2 threads"))
    #expect(answers[1] == "ok" && answers[4] == "ok")
    for run in answers[2...3] {
      let parts = run.split(separator: " ")
      #expect(parts.count == 2 && parts[0] == "ok" && Double(parts[1]).map { $0 > 0 } == true, "\(run)")
    }

    let result = try Numpy.read([UInt8](command.data("out.npy")))
    #expect(result.shape == [1, 3, 20, 28])
    let model = try Model.read(Self.weights)
    let expected = try reference(
      model.architecture.network, weights: try model.weights,
      input: Tensor(shape: [3, 5, 7], values: input.values))
    let error = zip(result.values, expected.values).map { abs($0 - $1) }.max() ?? .infinity
    #expect(error < 1e-2, "grey levels, in fast")
  }

  @Test func picturesAtOnceAreThosePicturesOneByOne() throws {
    let command = try Command()
    defer { command.remove() }
    let pictures = (0..<3).map { CounterWeights.tensor("input.\($0)", [3, 5, 7]) }
    try command.put(
      "in.npy", Numpy.write(Tensor(shape: [3, 3, 5, 7], values: pictures.flatMap(\.values))))
    let together = try answers(command, ["load in.npy", "run", "save out.npy"], options: ["--batch", "3"])
    #expect(together.count == 4 && together.allSatisfy { !$0.hasPrefix("error") }, "\(together)")
    let result = try Numpy.read([UInt8](command.data("out.npy")))
    #expect(result.shape == [3, 3, 20, 28])
    for (index, picture) in pictures.enumerated() {
      try command.put("in.npy", Numpy.write(Tensor(shape: [1, 3, 5, 7], values: picture.values)))
      _ = try answers(command, ["load in.npy", "run", "save out.npy"])
      let one = try Numpy.read([UInt8](command.data("out.npy"))).values
      #expect(Array(result.values[index * one.count..<(index + 1) * one.count]) == one)
    }
  }

  @Test(arguments: [1, 5]) func classifies(batch: Int) throws {
    let command = try Command()
    defer { command.remove() }
    let network = try Zoo.network(named: "lenet5"), shape = network.input
    let weights = try FamilyGolden.weights(network)
    try command.put("lenet.safetensors", weights.safetensors())
    let pictures = (0..<batch).map { CounterWeights.tensor("input.\($0)", [shape.c, shape.h, shape.w]) }
    try command.put(
      "in.npy",
      Numpy.write(Tensor(shape: [batch, shape.c, shape.h, shape.w], values: pictures.flatMap(\.values))))
    let answers = try answers(
      command, ["load in.npy", "run", "save out.npy"], weights: "lenet.safetensors", height: shape.h,
      width: shape.w, options: ["--network", "lenet5", "--batch", "\(batch)"])
    #expect(answers.count == 4 && answers[0].hasSuffix(", lenet5, 2 threads"), "\(answers)")
    #expect(answers.dropFirst().allSatisfy { $0.hasPrefix("ok") }, "\(answers)")

    let result = try Numpy.read([UInt8](command.data("out.npy")))
    #expect(result.shape == [batch, 10])
    for (index, picture) in pictures.enumerated() {
      let expected = try reference(network.layer(), weights: weights, input: picture)
      #expect(
        FamilyGolden.error(Array(result.values[index * 10..<(index + 1) * 10]), expected.values) < 1e-4)
    }
  }

  @Test func whatFailsIsSaidAndTheNextLineAnswered() throws {
    let command = try Command()
    defer { command.remove() }
    try command.put("other.npy", Numpy.write(picture(7, 5)))
    try command.put("text.npy", Data("no array".utf8))
    let answers = try answers(
      command,
      [
        "run", "save out.npy", "load missing.npy", "load other.npy", "load text.npy", "", "load", "run x",
        "RUN",
      ])
    #expect(answers.count == 10)
    for answer in answers.dropFirst() { #expect(answer.hasPrefix("error "), "\(answer)") }
    #expect(answers[3].contains("missing.npy"))
    #expect(answers[4].contains("[1, 3, 7, 5]") && answers[4].contains("[1, 3, 5, 7]"))
    #expect(command.names == ["other.npy", "text.npy"])
  }

  @Test func peakOfTheInstructionSetAskedFor() throws {
    let command = try Command()
    defer { command.remove() }
    let answers = try answers(command, ["peak"], options: ["--cpu", "generic"])
    #expect(answers[0].contains(", generic, "))
    #expect(Double(answers[1].dropFirst(3)).map { $0 > 1e8 } == true, "\(answers)")
  }

  @Test func wrongUseIsFoundBeforeAnyAnswer() throws {
    let command = try Command()
    defer { command.remove() }
    let missing = try command.run("bench", "worker", "missing.safetensors", "8", "8", "1")
    #expect((missing.status, missing.text) == (4, ""))
    let size = try command.run("bench", "worker", Self.weights, "0", "8", "1")
    #expect((size.status, size.text) == (2, ""))
    let batch = try command.run("bench", "worker", Self.weights, "8", "8", "1", "--batch", "0")
    #expect((batch.status, batch.text) == (2, ""))
    let network = try command.run("bench", "worker", Self.weights, "8", "8", "1", "--network", "resnet19")
    #expect((network.status, network.text) == (2, ""))
    let other = try command.run("bench", "worker", Self.weights, "64", "64", "1", "--network", "resnet18")
    #expect((other.status, other.text) == (4, ""))
    #expect(other.error.contains("fc.weight"))
  }
}
