import MSRNEngine
import MSRNLayers
import MSRNReference
import MSRNTensors
import MSRNTestSupport
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

  /// Random weights for a network, of a size that keeps the size of maps, and a random input.
  private static func filled(_ layer: Layer, _ shape: Shape, _ random: inout SplitMix) throws -> (
    Weights, Tensor
  ) {
    var weights = Weights()
    for parameter in try layer.weights(for: shape) {
      let taps = Float(max(1, parameter.count / max(1, parameter.shape[0])))
      weights.tensors[parameter.name] = Tensor(
        shape: parameter.shape,
        values: (0..<parameter.count).map { _ in random.unit() * 2 / taps.squareRoot() })
    }
    let input = Tensor(
      shape: [shape.c, shape.h, shape.w], values: (0..<shape.count).map { _ in random.unit() })
    return (weights, input)
  }

  /// A small map with so many weights that they are transformed where they are used: 3x3 to 5x5, with and without an addend.
  static func heavy(kernel: Int, side: Int) throws -> (
    layer: Layer, weights: Weights, input: Tensor
  ) {
    var random = SplitMix(seed: UInt64(kernel * side))
    let shape = Shape(c: 3, h: 2 * side, w: 2 * side + 4), channels = 320
    func conv(_ name: String, _ outputs: Int, kernel: Int, stride: Int = 1) -> Layer {
      .conv(
        Conv(
          name: name, outputs: outputs,
          window: Window(
            Extent(kernel, kernel), stride: Extent(stride, stride),
            padding: Extent(kernel / 2, kernel / 2))))
    }
    let layer = Layer.scope(
      "net",
      .sequence([
        conv("first", channels, kernel: 1, stride: 2), .activation(.relu),
        .sum([conv("a", channels, kernel: kernel), .sequence([])]), .activation(.relu),
        conv("b", 176, kernel: kernel),
      ]))
    let (weights, input) = try filled(layer, shape, &random)
    return (layer, weights, input)
  }

  @Test(
    "convolutions that are padded less than they reach, by Winograd too: what the reference gives, in the same bits for all threads and pictures"
  )
  func paddedLess() throws {
    var random = SplitMix(seed: 77)
    let shape = Shape(c: 3, h: 37, w: 41)
    func conv(_ name: String, _ outputs: Int, kernel: Int, padding: Int) -> Layer {
      .conv(
        Conv(
          name: name, outputs: outputs,
          window: Window(Extent(kernel, kernel), padding: Extent(padding, padding))))
    }
    let layer = Layer.scope(
      "net",
      .sequence([
        conv("a", 40, kernel: 3, padding: 0), .activation(.relu), conv("b", 48, kernel: 3, padding: 0),
        conv("c", 32, kernel: 5, padding: 0), .activation(.relu), conv("d", 64, kernel: 5, padding: 1),
        conv("e", 16, kernel: 3, padding: 1), conv("f", 330, kernel: 3, padding: 0),
        .pool(Pool(.max, Window(3, stride: 3))), conv("g", 320, kernel: 3, padding: 0),
      ]))
    let (weights, input) = try Self.filled(layer, shape, &random)
    try Self.expectOneResult(layer, weights, input, threads: [2, 5]) { plan, precision in
      let winograd = plan.algorithms.count { if case .winograd = $0 { true } else { false } }
      #expect(precision == .exact ? winograd == 0 : winograd >= 5, "\(winograd) at \(precision)")
    }
  }

  @Test(
    "weights that are transformed near: what the reference gives, in the same bits for all threads, pictures and fused levels",
    arguments: [(3, 6), (3, 7), (3, 8), (5, 7)])
  func near(kernel: Int, side: Int) throws {
    let (layer, weights, input) = try Self.heavy(kernel: kernel, side: side)
    try Self.expectOneResult(layer, weights, input, threads: [2, 3, 64]) { plan, precision in
      let near = plan.algorithms.count { if case .winograd(_, near: true) = $0 { true } else { false } }
      #expect(near == (precision == .exact ? 0 : 2), "\(near) at \(precision)")
    }
  }

  /// Expects at each precision and on each level what the reference gives, in the same bits for all threads, pictures and fused levels.
  private static func expectOneResult(
    _ layer: Layer, _ weights: Weights, _ input: Tensor, threads: [Int], plan check: (Plan, Precision) -> Void
  ) throws {
    let expected = try reference(layer, weights: weights, input: input)
    for (precision, bound) in ProgramTests.bounds {
      var fused: Tensor?
      for set in InstructionSet.available {
        func program(_ threads: Int) throws -> Program {
          var options = EngineOptions(threads: threads, instructionSet: set, precision: precision)
          options.tiles = TileTables.none
          return try Program(network: layer, inputs: input.map.c, weights: weights, options: options)
        }
        let whole = try program(1)
        check(whole.plan(for: input.map, memory: nil), precision)
        let result = try whole.run(input), error = ProgramTests.error(result, expected)
        #expect(error < bound, "\(set), \(precision): \(error)")
        for threads in threads {
          #expect(try program(threads).run(input) == result, "\(set), \(precision), \(threads) threads")
        }
        try ProgramBatchTests.expectAlike(
          program(2), ProgramBatchTests.pictures(like: input, 3), "\(set), \(precision), three pictures")
        if set != .generic {
          if let fused { #expect(fused == result, "\(set), \(precision)") }
          fused = result
        }
      }
    }
  }
}
