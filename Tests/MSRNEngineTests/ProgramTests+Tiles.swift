import CMSRNEmulatedTiles
import CMSRNKernels
import MSRNEngine
import MSRNLayers
import MSRNReference
import MSRNTensors
import MSRNTestSupport
import Testing

/// Whole networks on emulated matrix tiles. The emulation does 40 million products a second.
@Suite struct ProgramTilesTests {
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
    let macs = network.layer.rows(for: network.input.map).reduce(0) { $0 + $1.macs }
    return (10_000..<600_000).contains(macs)
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
      let expected = reference(network.layer, weights: network.weights, input: network.input)
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
}
