import MSRNEngine
import MSRNLayers
import MSRNTensors
import Testing

@Suite struct PlanTests {
  @Test("maps that live at the same time do not overlap, and memory is what they need")
  func memory() throws {
    for seed in UInt64(0)..<100 {
      let network = RandomNetwork(seed: seed)
      let program = try ProgramTests.program(network, .generic)
      for rows in [nil, 6] {
        let plan = Plan(
          program.graph, program.placement, stages: program.stages, input: network.input.map,
          precision: .exact,
          rows: rows)
        let maps =
          plan.maps.enumerated().compactMap { plan.isOnTape($0.offset) ? nil : $0.element }
          + plan.tapes.map(\.map)
        for (i, a) in maps.enumerated() {
          #expect(a.offset % 16 == 0 && a.offset + a.count <= plan.memory)
          for b in maps[..<i] where plan.bands.count > 1 || a.life.overlaps(b.life) {
            #expect(a.offset + a.count <= b.offset || b.offset + b.count <= a.offset, "seed \(seed)")
          }
        }
      }
    }
  }

  @Test("MSRN's cascade is a running sum: its concatenation never exists, and residuals are added in place")
  func cascade() throws {
    let network = Trunk.network
    let program = try Program(
      network: network, inputs: 3, weights: Trunk.weights,
      options: EngineOptions(threads: 1, precision: .fast))
    // Live at once: the trunk (64 channels), stage 1 (128) and the running sum (64). Stage 2 (256) is a strip.
    #expect(program.placement.buffers.filter(\.isStrip).map(\.blocks).max() == 16)
    #expect(program.placement.buffers.filter { !$0.isStrip }.map(\.blocks).max() == 8)
    let (h, w) = (104, 104)
    let channels = 64 + 128 + 64
    let description = program.describe(for: Shape(c: 3, h: h, w: w))
    #expect(Double(description.bufferBytes) < 1.12 * Double(4 * channels * h * w))
    #expect(try description.macs == network.macs(for: Shape(c: 3, h: h, w: w)))
    #expect(description.steps.filter { $0.name == "join" }.count == 9)
    // By F(8,3) and F(8,5): (3 x 3 / 5.76 + 5 x 5 / 11.11) x (64^2 + 128^2), and 256 x 64 for each pixel of a block.
    let products = description.steps.filter { $0.name.hasPrefix("3.") }.reduce(0) { $0 + $1.products }
    #expect(abs(Double(products) / Double(h * w) - 94_464) < 1)
    #expect(description.steps.allSatisfy { $0.products <= $0.macs })
  }
}
