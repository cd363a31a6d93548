import CMSRNFaultyKernels
import CMSRNKernels
import MSRNEngine
import MSRNLayers
import MSRNReference
import MSRNTensors
import MSRNTestSupport
import Testing

/// Plan == reference: lowering, passes, placement, memory, kernels and threads at once.
@Suite(.serialized) struct ProgramTests {
  static let seeds: Range<UInt64> = 0..<300

  /// The largest difference, as a share of the largest value.
  static func error(_ a: Tensor, _ b: Tensor) -> Float {
    guard a.shape == b.shape else { return .infinity }
    let scale = b.values.reduce(1) { max($0, abs($1)) }
    return zip(a.values, b.values).reduce(0) { max($0, abs($1.0 - $1.1)) } / scale
  }

  static func program(
    _ network: RandomNetwork, _ set: InstructionSet, threads: Int = 1, block: EngineOptions.Block? = nil
  ) throws -> Program {
    var options = EngineOptions(threads: threads, instructionSet: set)
    options.block = block
    return try Program(
      network: network.layer, inputs: network.input.map.c, weights: network.weights, options: options)
  }

  @Test(
    "every plan gives what the reference gives, on every instruction set, in the same bits for all threads and blocks"
  )
  func planEqualsReference() throws {
    var fusions: [String: Int] = [:]
    var kinds: [String: Int] = [:]
    let blocks = [
      EngineOptions.Block(rows: 1, columns: 1), .init(rows: 3, columns: 5), .init(rows: 64, columns: 64),
    ]
    for seed in Self.seeds {
      let network = RandomNetwork(seed: seed)
      let expected = reference(network.layer, weights: network.weights, input: network.input)
      for row in network.layer.rows(for: network.input.map) { kinds[row.kind, default: 0] += 1 }
      var fused: Tensor?
      for set in InstructionSet.available {
        let program = try Self.program(network, set)
        let result = try program.run(network.input)
        #expect(Self.error(result, expected) < 2e-5, "seed \(seed) on \(set)")
        if set == InstructionSet.available[0] {
          fusions.merge(program.graph.fusions) { $0 + $1 }
        }
        let block = blocks[Int(seed % 3)], threads = [2, 3, 7][Int(seed / 3 % 3)]
        let cut = try Self.program(network, set, threads: threads, block: block).run(network.input)
        #expect(cut == result, "seed \(seed) on \(set), \(threads) threads, \(block)")
        if set != .generic {
          if let fused {
            #expect(fused == result, "seed \(seed): \(set) differs in bits from the other fused levels")
          }
          fused = result
        }
      }
    }
    // The networks reach everything there is.
    for kind in ["conv 1x1", "conv 3x3", "conv 5x5", "relu"] {
      #expect(kinds[kind, default: 0] > 20, "\(kind)")
    }
    for stem in ["shuffle", "concat", "sum", "cascade"] {
      #expect(kinds.filter { $0.key.hasPrefix(stem) }.values.reduce(0, +) > 20, "\(stem)")
    }
    for fusion in [
      "affineIntoInput", "affineIntoConv", "accumulatedConcat", "sumIntoConv", "shuffleIntoConv",
      "shuffleMoved",
      "reluIntoConv", "reluIntoElementwise", "concatPlaced", "concatCopied", "sumMoved",
    ] {
      #expect(fusions[fusion, default: 0] > 3, "\(fusion) was applied \(fusions[fusion, default: 0]) times")
    }
  }

  @Test("a fault planted in the kernel is noticed", arguments: 1..<FAULT_KINDS.rawValue)
  func plantedFault(fault: UInt32) throws {
    let level = unsafe try #require(unsafe msrn_kernels(MSRN_GENERIC))
    func differs(_ fault: faulty_kernel) throws -> Int {
      var options = EngineOptions(threads: 1, instructionSet: .generic)
      options.kernels = unsafe KernelTable(faulty_kernels(level, fault))
      return try Self.seeds.prefix(60).count { seed in
        let network = RandomNetwork(seed: seed)
        let program = try Program(
          network: network.layer, inputs: network.input.map.c, weights: network.weights, options: options)
        let expected = reference(network.layer, weights: network.weights, input: network.input)
        return !(Self.error(try program.run(network.input), expected) < 2e-5)
      }
    }
    #expect(try differs(FAULT_NONE) == 0)
    #expect(try differs(faulty_kernel(fault)) > 0)
  }

  @Test("a missing and a misshapen tensor are named")
  func badWeights() throws {
    let layer = Layer.conv(Conv(name: "a", outputs: 2, kernel: 3))
    let options = EngineOptions(threads: 1)
    var weights = Weights(tensors: ["a.weight": Tensor(shape: [2, 3, 3, 3])])
    #expect(throws: EngineError.missingTensor(name: "a.bias", shape: [2])) {
      try Program(network: layer, inputs: 3, weights: weights, options: options)
    }
    weights.tensors["a.bias"] = Tensor(shape: [3])
    #expect(throws: EngineError.misshapenTensor(name: "a.bias", expected: [2], found: [3])) {
      try Program(network: layer, inputs: 3, weights: weights, options: options)
    }
  }

  @Test("a run stops when its progress says so, and counts up to 1")
  func progress() throws {
    let network = RandomNetwork(seed: 4)
    let program = try Self.program(network, .generic)
    var shares: [Double] = []
    _ = try program.run(network.input) {
      shares.append($0)
      return true
    }
    #expect(shares.first == 0 && shares.last == 1 && shares == shares.sorted())
    #expect(throws: EngineError.cancelled) { try program.run(network.input) { $0 < 0.5 } }
  }
}
