import MSRNEngine
import MSRNLayers
import MSRNTensors
import Testing

@Suite struct FormatsTests {
  /// MSRN's trunk of 64 features with one convolution behind it, on emulated tiles.
  private func trunk(_ precision: Precision) throws -> Program {
    var options = EngineOptions(threads: 1, precision: precision)
    options.tiles = ProgramTilesTests.emulated
    return try Program(network: Trunk.network, inputs: 3, weights: Trunk.weights, options: options)
  }

  /// Blocks of the buffers of one format that are in memory whole, or of the strips.
  private func blocks(_ program: Program, _ format: Format, strips: Bool = false) -> [Int] {
    program.placement.buffers.filter { $0.format == format && $0.isStrip == strips }.map(\.blocks).sorted()
  }

  @Test("in half, MSRN's residuals and running sum stay fp32, and what is filtered is 16-bit")
  func half() throws {
    let program = try trunk(.half)
    let description = program.describe(for: Shape(c: 3, h: 40, w: 40))
    let kernels = Dictionary(grouping: description.steps) { $0.kernel }.mapValues(\.count)
    #expect(kernels["amx fp16 16x64"] == 8 * 5)
    #expect(kernels["amx fp16x3 16x64"] == 9 + 1, "the running sum and the tail carry the picture")
    #expect(description.tiles == "fp16" && description.machine.hasSuffix(" with fp16 tiles"))
    // One residual and one running sum in fp32, both overwritten in place, and the three channels of picture and result.
    #expect((blocks(program, .single) + blocks(program, .singlePaired)).sorted() == [1, 4, 4])
    // The residual for all blocks' filters, and the finished sum: high and low parts.
    #expect(blocks(program, .halfPair) == [4, 4])
    // The blocks' first concatenations; their second ones are strips.
    #expect(blocks(program, .half) == [Int](repeating: 4, count: 8))
    #expect(blocks(program, .half, strips: true) == [Int](repeating: 8, count: 8))
  }

  @Test("in precise, whatever is multiplied is a pair of 16-bit numbers")
  func precise() throws {
    let program = try trunk(.precise)
    #expect(blocks(program, .half).isEmpty && blocks(program, .half, strips: true).isEmpty)
    #expect(blocks(program, .halfPair, strips: true) == [Int](repeating: 16, count: 8))
  }

  @Test("the prediction of memory counts packed weights as they are", arguments: [Precision.half, .precise])
  func weightBytes(precision: Precision) throws {
    let program = try trunk(precision)
    let plan = program.plan(for: Shape(c: 3, h: 40, w: 40), memory: nil)
    var bytes = 0
    let graph = try Graph(Trunk.network, inputs: 3, weights: Trunk.weights).fused
    for (index, node) in graph.nodes.enumerated() {
      guard case .conv(let conv) = node.operation, let algorithm = plan.algorithms[index] else { continue }
      let packed = PackedConvolution(
        conv, input: program.placement.input(of: index, graph),
        output: program.placement.output(of: index), kernels: program.kernels, algorithm: algorithm)
      bytes += 4 * conv.weights.count
      switch packed.weights {
      case .single(let weights): bytes += 4 * weights.count
      case .half(let weights, _): bytes += 2 * weights.count
      }
    }
    #expect(program.describe(for: plan.input).weightBytes == bytes)
  }

  @Test("a map in 16 bits takes half of the memory")
  func blocks() {
    for channels in [1, 16, 17, 32, 48, 64] {
      #expect(Format.single.blocks(of: channels) == (channels + 15) / 16)
      #expect(Format.half.blocks(of: channels) == (channels + 31) / 32)
      #expect(Format.singlePaired.blocks(of: channels) == 2 * Format.half.blocks(of: channels))
    }
    let place = Placement.Place(buffer: 0, block: 0, segments: [20, 40], format: .half)
    #expect(place.blocks == 3 && place.outputBlocks == 6)
    #expect(place.slots == Array(0..<20) + Array(32..<72))
  }
}
