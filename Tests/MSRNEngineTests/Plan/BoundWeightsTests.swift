import MSRNEngine
import MSRNLayers
import MSRNTensors
import MSRNTestSupport
import Synchronization
import Testing

@Suite struct BoundWeightsTests {
  private static let network = Layer.sequence([
    .conv(Conv(name: "head", outputs: 32, kernel: 3)), .relu,
    .conv(Conv(name: "body", outputs: 32, kernel: 5)), .relu,
    .conv(Conv(name: "up", outputs: 128, kernel: 3)), .pixelShuffle(2),
    .conv(Conv(name: "tail", outputs: 3, kernel: 3)),
  ])

  private static let weights: Weights = {
    var weights = Weights()
    for parameter in network.weights(inputs: 3) {
      weights.tensors[parameter.name] = CounterWeights.tensor(parameter.name, parameter.shape)
    }
    return weights
  }()

  /// Reads the weights, and counts how often.
  private final class Reader: Sendable {
    let count = Atomic(0)
    func read() -> Weights {
      count.add(1, ordering: .relaxed)
      return BoundWeightsTests.weights
    }
    var reads: Int { count.load(ordering: .relaxed) }
  }

  private func program(_ reader: Reader?, threads: Int = 2, tiles: TileTables = .none) throws -> Program {
    var options = EngineOptions(threads: threads, precision: tiles.modes.isEmpty ? .fast : .half)
    options.tiles = tiles
    var again: (@Sendable () throws -> Weights)?
    if let reader { again = { reader.read() } }
    return try Program(
      network: Self.network, inputs: 3, weights: Self.weights, options: options, again: again)
  }

  private func picture(_ side: Int) -> Tensor { CounterWeights.tensor("picture", [3, side, side]) }

  /// The kernels of a picture's convolutions.
  private func kernels(_ program: Program, _ side: Int) -> [String] {
    program.describe(for: Shape(c: 3, h: side, w: side)).steps.map(\.kernel)
  }

  @Test(
    "weights are let go of once they are packed, and read again for another form of them alone: the same bits"
  )
  func letGo() throws {
    let reader = Reader()
    let keeping = try program(nil), lettingGo = try program(reader)
    let convolutions = keeping.weights.bound.nodes
    #expect(convolutions.count == 3, "the tail is one convolution")
    #expect(keeping.weights.bound.stay && !lettingGo.weights.bound.stay)
    try #require(kernels(keeping, 40) == kernels(keeping, 48))
    try #require(kernels(keeping, 40) != kernels(keeping, 4))
    #expect(lettingGo.weights.bound.nodes == convolutions)
    for (side, reads) in [(40, 0), (48, 0), (4, 1), (48, 1), (4, 1)] {
      #expect(try lettingGo.run(picture(side)) == keeping.run(picture(side)), "\(side)")
      #expect(reader.reads == reads, "\(side)")
      #expect(lettingGo.weights.bound.nodes.isEmpty && keeping.weights.bound.nodes == convolutions)
    }
  }

  @Test("a program's graph has no weights, and the prediction counts them where they stay")
  func prediction() throws {
    let keeping = try program(nil), lettingGo = try program(Reader())
    for node in keeping.graph.nodes {
      guard case .conv(let conv) = node.operation else { continue }
      #expect(conv.weights.isEmpty && conv.bias.isEmpty && conv.weightCount > 0)
      #expect(conv.folded?.convolutions.allSatisfy(\.weights.isEmpty) ?? true)
    }
    let count = Self.weights.tensors.filter { $0.key.hasSuffix(".weight") }.reduce(0) {
      $0 + $1.value.values.count
    }
    let shape = Shape(c: 3, h: 200, w: 200)
    let (kept, less) = (keeping.describe(for: shape), lettingGo.describe(for: shape))
    #expect(kept.weightBytes - less.weightBytes == 4 * count)
    #expect(kept.peakBytes - less.peakBytes == 4 * count)
    // A picture so small that weights are all there is: as they are packed, few others are still bound.
    let small = Shape(c: 3, h: 4, w: 4)
    let packed = lettingGo.describe(for: small).weightBytes
    #expect(lettingGo.peakBytes(for: small) >= packed)
    #expect(keeping.peakBytes(for: small) >= packed + 4 * count)
  }

  @Test("weights that cannot be read again are an error before anything is written")
  func unreadable() throws {
    struct Gone: Error, CustomStringConvertible { let description = "gone" }
    let program = try Program(
      network: Self.network, inputs: 3, weights: Self.weights,
      options: EngineOptions(threads: 1, precision: .fast), again: { throw Gone() })
    let large = try program.run(picture(40))
    #expect(throws: EngineError.unreadableWeights(reason: "gone")) {
      try program.run(
        picture(4).map, read: { _ in picture(4) }, write: { _, _ in Issue.record("a part was written") })
    }
    #expect(try program.run(picture(40)) == large)
    var misshapen = Self.weights
    misshapen.tensors["body.bias"] = Tensor(shape: [1])
    let other = try Program(
      network: Self.network, inputs: 3, weights: Self.weights,
      options: EngineOptions(threads: 1, precision: .fast), again: { [misshapen] in misshapen })
    _ = try other.run(picture(40))
    #expect(throws: EngineError.misshapenTensor(name: "body.bias", expected: [32], found: [1])) {
      try other.run(picture(4))
    }
  }

  @Test("matrix tiles and the fallback without them read what the other one has packed and let go of")
  func fallback() throws {
    let reader = Reader()
    let program = try program(reader, tiles: ProgramTilesTests.emulated)
    let fallback = try #require(program.fallback)
    let result = try program.run(picture(12))
    #expect(reader.reads == 0)
    let other = try fallback.run(picture(12))
    #expect(reader.reads == 1 && result != other)
    var options = EngineOptions(threads: 1, precision: .fast)
    options.tiles = TileTables.none
    let plain = try Program(network: Self.network, inputs: 3, weights: Self.weights, options: options)
    #expect(try plain.run(picture(12)) == other)
  }

  @Test("pictures of all sizes at once get their weights, and no form of them is read for twice")
  func atOnce() async throws {
    let reader = Reader()
    let keeping = try program(nil, threads: 1), lettingGo = try program(reader, threads: 1)
    let sides = [4, 40, 7, 30, 5, 48, 12, 9]
    let expected = try sides.map { try keeping.run(picture($0)) }
    let results = try await withThrowingTaskGroup(of: (Int, Tensor).self) { group in
      for (index, side) in sides.enumerated() {
        let own = lettingGo.limited(to: 1)
        group.addTask { (index, try own.run(CounterWeights.tensor("picture", [3, side, side]))) }
      }
      var results = [Tensor?](repeating: nil, count: sides.count)
      for try await (index, result) in group { results[index] = result }
      return results
    }
    #expect(results == expected)
    #expect(reader.reads < Set(sides.map { kernels(keeping, $0) }).count)
    #expect(lettingGo.weights.bound.nodes.isEmpty)
  }
}
