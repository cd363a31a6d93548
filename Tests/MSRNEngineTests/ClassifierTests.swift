import MSRNEngine
import MSRNLayers
import MSRNReference
import MSRNTensors
import Testing

/// Networks that classify: what the engine gives and what the reference gives.
@Suite struct ClassifierTests {
  static let seeds: Range<UInt64> = 0..<250

  static func program(
    _ network: RandomClassifier, _ set: InstructionSet, precision: Precision, threads: Int = 1,
    block: EngineOptions.Block? = nil
  ) throws -> Program {
    var options = EngineOptions(threads: threads, instructionSet: set, precision: precision)
    options.block = block
    return try Program(
      network: network.layer, inputs: network.input.map.c, weights: network.weights, options: options)
  }

  @Test(
    "every plan of strides, groups, poolings and gates gives what the reference gives, in the same bits for all threads, blocks and fused levels"
  )
  func planEqualsReference() throws {
    var kinds: [String: Int] = [:]
    for seed in Self.seeds {
      let network = RandomClassifier(seed: seed)
      let expected = try reference(network.layer, weights: network.weights, input: network.input)
      for row in try network.layer.rows(for: network.input.map) {
        kinds[String(row.kind.split(separator: " ")[0]), default: 0] += 1
      }
      for (precision, bound) in ProgramTests.bounds {
        var fused: Tensor?
        for set in InstructionSet.available {
          let result = try Self.program(network, set, precision: precision).run(network.input)
          let error = ProgramTests.error(result, expected)
          #expect(error < bound, "seed \(seed) on \(set), \(precision): \(error)\n\(network.layer)")
          let block = EngineOptions.Block(rows: Int(seed % 5) + 1, columns: Int(seed % 7) + 1)
          let cut = try Self.program(
            network, set, precision: precision, threads: Int(seed % 4) + 2, block: block
          ).run(network.input)
          #expect(cut == result, "seed \(seed) on \(set), \(precision), \(block)")
          let parts = try Self.program(network, set, precision: precision, threads: 3).run(network.input)
          #expect(parts == result, "seed \(seed) on \(set), \(precision), three threads")
          if set != .generic {
            if let fused { #expect(fused == result, "seed \(seed) on \(set), \(precision)") }
            fused = result
          }
        }
      }
    }
    for kind in [
      "conv", "linear", "batch", "relu", "leaky", "sigmoid", "max", "average", "global", "lrn", "x", "zero",
      "concat", "sum", "product", "hourglass",
    ] {
      #expect(kinds[kind, default: 0] > 5, "\(kind): \(kinds[kind, default: 0])")
    }
  }
}
