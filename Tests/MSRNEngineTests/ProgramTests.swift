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
    _ network: RandomNetwork, _ set: InstructionSet, precision: Precision = .exact, threads: Int = 1,
    block: EngineOptions.Block? = nil
  ) throws -> Program {
    var options = EngineOptions(threads: threads, instructionSet: set, precision: precision)
    (options.block, options.tiles) = (block, TileTables.none)
    return try Program(
      network: network.layer, inputs: network.input.map.c, weights: network.weights, options: options)
  }

  /// The result in bands of so many rows.
  static func banded(_ program: Program, _ input: Tensor, rows: Int) throws -> Tensor {
    let plan = Plan(
      program.graph, program.placement, stages: program.stages, input: input.map,
      precision: program.options.precision, rows: rows)
    var result = Tensor(program.shape(for: input.map))
    var next = 0
    try program.run(
      plan,
      read: { rows in
        Tensor(
          shape: [input.map.c, rows.count, input.map.w],
          values: (0..<input.map.c).flatMap { c in
            let start = (c * input.map.h + rows.lowerBound) * input.map.w
            return input.values[start..<start + rows.count * input.map.w]
          })
      },
      write: { rows, part in
        #expect(rows.lowerBound == next && part.map.h == rows.count, "rows come in order")
        next = rows.upperBound
        let size = result.map
        for c in 0..<size.c {
          for (i, value) in part.values[c * rows.count * size.w..<(c + 1) * rows.count * size.w].enumerated()
          {
            result.values[(c * size.h + rows.lowerBound) * size.w + i] = value
          }
        }
      })
    #expect(next == result.map.h, "every row came")
    return result
  }

  /// The bound of each precision over these networks, as a share of the largest value.
  static let bounds: [(Precision, Float)] = [(.exact, 2e-5), (.precise, 1e-4), (.fast, 1e-3)]

  @Test(
    "every plan gives what the reference gives, on every instruction set and in every precision, in the same bits for all threads, blocks and bands"
  )
  func planEqualsReference() throws {
    var fusions: [String: Int] = [:]
    var kinds: [String: Int] = [:]
    var algorithms: [Algorithm: Int] = [:]
    var strips = 0, bands = 0
    let blocks = [
      EngineOptions.Block(rows: 1, columns: 1), .init(rows: 3, columns: 5), .init(rows: 64, columns: 64),
    ]
    for seed in Self.seeds {
      let network = RandomNetwork(seed: seed)
      let expected = try reference(network.layer, weights: network.weights, input: network.input)
      for row in try network.layer.rows(for: network.input.map) { kinds[row.kind, default: 0] += 1 }
      for (precision, bound) in Self.bounds {
        var fused: Tensor?
        for set in InstructionSet.available {
          let program = try Self.program(network, set, precision: precision)
          let result = try program.run(network.input)
          #expect(Self.error(result, expected) < bound, "seed \(seed) on \(set), \(precision)")
          if set == InstructionSet.available[0] {
            if precision == .exact { fusions.merge(program.graph.fusions) { $0 + $1 } }
            let plan = program.plan(for: network.input.map, memory: nil)
            for algorithm in plan.algorithms { if let algorithm { algorithms[algorithm, default: 0] += 1 } }
            strips += program.placement.buffers.count { $0.isStrip }
          }
          let block = blocks[Int(seed % 3)], threads = [2, 3, 7][Int(seed / 3 % 3)]
          let cut = try Self.program(network, set, precision: precision, threads: threads, block: block)
            .run(network.input)
          #expect(cut == result, "seed \(seed) on \(set), \(precision), \(threads) threads, \(block)")
          let rows = Int(seed / 9 % 3) * 6 + 1
          if rows < network.input.map.h {
            bands += 1
            let banded = try Self.banded(program, network.input, rows: rows)
            #expect(
              banded == result, "seed \(seed) on \(set), \(precision), bands of \(rows)")
          }
          if set != .generic {
            if let fused {
              #expect(
                fused == result,
                "seed \(seed), \(precision): \(set) differs in bits from the other fused levels")
            }
            fused = result
          }
        }
      }
    }
    #expect(strips > 100 && bands > 300, "\(strips) strips, \(bands) runs in bands")
    for algorithm in [Algorithm.direct, .winograd(tile: 4), .winograd(tile: 6), .winograd(tile: 8)] {
      #expect(algorithms[algorithm, default: 0] > 50, "\(algorithm): \(algorithms[algorithm, default: 0])")
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
      "reluIntoConv", "reluIntoElementwise", "concatPlaced", "concatCopied", "sumMoved", "tailFolded",
      "carrierMarked",
    ] {
      #expect(fusions[fusion, default: 0] > 3, "\(fusion) was applied \(fusions[fusion, default: 0]) times")
    }
  }

  @Test("a fault planted in the kernel is noticed", arguments: 1..<FAULT_KINDS.rawValue)
  func plantedFault(fault: UInt32) throws {
    let level = unsafe try #require(unsafe msrn_kernels(MSRN_GENERIC))
    func differs(_ fault: faulty_kernel) throws -> Int {
      var options = EngineOptions(threads: 1, instructionSet: .generic, precision: .exact)
      options.kernels = unsafe KernelTable(faulty_kernels(level, fault))
      return try Self.seeds.prefix(60).count { seed in
        let network = RandomNetwork(seed: seed)
        let program = try Program(
          network: network.layer, inputs: network.input.map.c, weights: network.weights, options: options)
        let expected = try reference(network.layer, weights: network.weights, input: network.input)
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
