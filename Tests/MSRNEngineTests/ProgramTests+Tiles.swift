import CMSRNEmulatedTiles
import CMSRNFaultyKernels
import CMSRNKernels
import MSRNEngine
import MSRNLayers
import MSRNReference
import MSRNTensors
import MSRNTestSupport
import Testing

/// Whole networks on emulated matrix tiles.
///
/// The emulation does 40 million products a second.
@Suite(.serialized) struct ProgramTilesTests {
  static let emulated = unsafe TileTables { mode in unsafe emulated_tiles(mode) }
  static let onlyBF16 = unsafe TileTables { $0 == MSRN_TILE_BF16 ? unsafe emulated_tiles($0) : nil }

  static func program(
    _ network: RandomNetwork, _ tiles: TileTables, _ precision: Precision, threads: Int = 1,
    block: EngineOptions.Block? = nil
  ) throws -> Program {
    var options = EngineOptions(threads: threads, precision: precision)
    (options.block, options.tiles) = (block, tiles)
    return try Program(
      network: network.layer, inputs: network.input.map.c, weights: network.weights, options: options)
  }

  /// Networks whose emulation is quick and that have convolutions for tiles.
  static let networks: [RandomNetwork] = ProgramTests.seeds.map { RandomNetwork(seed: $0) }.filter {
    network in
    let macs = try? network.layer.macs(for: network.input.map)
    return (10_000..<300_000).contains(macs ?? 0)
  }

  @Test(
    "with tiles every plan gives what the reference gives, in the same bits for all threads, blocks and bands",
    arguments: [
      (TileMode.fp16, Precision.half, Float(3e-3)), (.bf16, .half, 3e-2), (.fp16x3, .precise, 1e-5),
    ])
  func planEqualsReference(mode: TileMode, precision: Precision, bound: Float) throws {
    let tables = mode == .bf16 ? Self.onlyBF16 : Self.emulated
    let blocks = [
      EngineOptions.Block(rows: 1, columns: 1), .init(rows: 3, columns: 5), .init(rows: 64, columns: 64),
    ]
    var worst: Float = 0, tiled = 0, twice = 0, strips = 0, bands = 0, edges = 0
    for (number, network) in Self.networks.enumerated() {
      let program = try Self.program(network, tables, precision)
      let plan = program.plan(for: network.input.map, memory: nil)
      let count = plan.algorithms.count { $0 == .tiles(mode) }
      if count == 0 { continue }
      tiled += count
      twice += zip(program.placement.places, program.placement.halves).count { $0 != nil && $1 != nil }
      strips += program.placement.buffers.count { $0.isStrip && $0.format.isHalf }
      edges += program.graph.nodes.count {
        if case .conv(let conv) = $0.operation { conv.folded != nil && conv.inputs >= 16 } else { false }
      }
      let result = try program.run(network.input)
      let expected = try reference(network.layer, weights: network.weights, input: network.input)
      let error = ProgramTests.error(result, expected)
      worst = max(worst, error)
      #expect(error < bound, "network \(number) in \(mode)")
      let threads = [2, 3, 7][number % 3], block = blocks[number / 3 % 3]
      let cut = try Self.program(network, tables, precision, threads: threads, block: block)
        .run(network.input)
      #expect(cut == result, "network \(number) in \(mode), \(threads) threads, \(block)")
      if network.input.map.h > 1 {
        bands += 1
        let banded = try ProgramTests.banded(program, network.input, rows: 1)
        #expect(banded == result, "network \(number) in \(mode), in bands")
      }
    }
    #expect(worst > bound / 100, "rounding to 16 bits shows: \(worst)")
    #expect(
      tiled > 20 && twice > 5 && strips > 0 && bands > 10 && edges > 0,
      "\(tiled) convolutions on tiles, \(twice) maps in two formats, \(strips) strips, \(bands) bands, \(edges)"
    )
  }

  @Test("a fault planted in the tiles' kernel is noticed", arguments: 0..<FAULT_KINDS.rawValue)
  func plantedFault(fault: UInt32) throws {
    let tables = unsafe TileTables {
      $0 == MSRN_TILE_FP16X3 ? unsafe faulty_tiles(emulated_tiles($0), faulty_kernel(fault)) : nil
    }
    let differs = try Self.networks.prefix(40).contains { network in
      let program = try Self.program(network, tables, .precise)
      let expected = try reference(network.layer, weights: network.weights, input: network.input)
      return !(ProgramTests.error(try program.run(network.input), expected) < 1e-5)
    }
    #expect(differs == (faulty_kernel(fault) != FAULT_NONE))
  }

  @Test("a network whose values leave fp16's range gives what it gives without tiles, to the bit")
  func outOfRange() throws {
    let layer = Layer.sequence([
      .conv(Conv(name: "head", outputs: 32, kernel: 3)), .conv(Conv(name: "body", outputs: 32, kernel: 3)),
      .relu,
      .conv(Conv(name: "middle", outputs: 32, kernel: 1)), .relu,
      .conv(Conv(name: "tail", outputs: 3, kernel: 3)),
    ])
    var random = SplitMix(seed: 3)
    var quiet = Weights()
    for parameter in layer.weights(inputs: 3) {
      quiet.tensors[parameter.name] = Tensor(
        shape: parameter.shape, values: (0..<parameter.count).map { _ in random.unit() })
    }
    let input = Tensor(shape: [3, 30, 20], values: (0..<1800).map { _ in random.unit() })
    func weights(gain: Float) throws -> Weights {
      var weights = quiet
      let body = try #require(weights.tensors["body.weight"])
      weights.tensors["body.weight"] = Tensor(shape: body.shape, values: body.values.map { $0 * gain })
      return weights
    }
    func program(_ precision: Precision, _ gain: Float) throws -> Program {
      var options = EngineOptions(threads: 2, precision: precision)
      options.tiles = Self.emulated
      return try Program(network: layer, inputs: 3, weights: weights(gain: gain), options: options)
    }
    for gain in [Float(1), 1e5] {
      let half = try program(.half, gain), fast = try program(.fast, gain)
      #expect(half.precision == .half && fast.precision == .fast && fast.fallback == nil)
      var shares: [Double] = []
      let result = try half.run(input) {
        shares.append($0)
        return true
      }
      #expect((try fast.run(input) == result) == (gain > 1))
      #expect(shares == shares.sorted() && shares.last == 1)
    }
    var options = EngineOptions(threads: 1, precision: .precise)
    options.tiles = TileTables.none
    let precise = try Program(network: layer, inputs: 3, weights: try weights(gain: 1e5), options: options)
    #expect(try program(.precise, 1e5).run(input) == precise.run(input))
    // What comes and goes in bands cannot begin anew by itself.
    let half = try program(.half, 1e5)
    #expect(throws: EngineError.outOfRange(layer: "body")) {
      try half.run(
        input.map, memory: 0, read: { Tensor(Shape(c: 3, h: $0.count, w: 20)) }, write: { _, _ in })
      try half.run(input.map, read: { _ in input }, write: { _, _ in Issue.record("a void result came") })
    }
    // Weights that would leave the range alone, multiplied by 2^10, are multiplied by less.
    let large = try program(.precise, 300)
    let expected = try program(.exact, 300).run(input)
    #expect(ProgramTests.error(try large.runOnce(input, memory: nil) { _ in true }, expected) < 1e-5)
  }

  @Test("a precision says what it comes to on the machine, and exact and fast never use tiles")
  func precisions() throws {
    func precision(_ wanted: Precision, _ tiles: TileTables) throws -> (Precision, TileMode?) {
      let program = try Self.program(RandomNetwork(seed: 0), tiles, wanted)
      return (program.precision, program.placement.tiles)
    }
    let none = TileTables.none
    for (wanted, without, all, bf16) in [
      (
        Precision.exact, (Precision.exact, TileMode?.none), (Precision.exact, TileMode?.none),
        (Precision.exact, TileMode?.none)
      ),
      (.precise, (.precise, nil), (.precise, .fp16x3), (.precise, nil)),
      (.fast, (.fast, nil), (.fast, nil), (.fast, nil)),
      (.half, (.fast, nil), (.half, .fp16), (.half, .bf16)),
      (.auto, (.fast, nil), (.half, .fp16), (.fast, nil)),
    ] {
      #expect(try precision(wanted, none) == without)
      #expect(try precision(wanted, Self.emulated) == all)
      #expect(try precision(wanted, Self.onlyBF16) == bf16)
    }
  }

  @Test("the kernels' benchmark times tiles where they are")
  func benchmark() throws {
    let layer = KernelBenchmark.Case(kernel: 3, inputs: 32, outputs: 16, side: 8, algorithm: .tiles(.fp16x3))
    #expect(KernelBenchmark.run(layer, on: .best, tiles: TileTables.none, rounds: 1) == nil)
    let result = try #require(KernelBenchmark.run(layer, on: .best, tiles: Self.emulated, rounds: 1))
    #expect(
      result.seconds > 0 && result.peak > 0 && abs(result.ratio - 3 * result.flops / result.peak) < 1e-9)
    #expect(result.name == "fp16x3 3x3 32->16 8x8" && result.tile == "16x64")
  }
}
