import MSRNEngine
import MSRNLayers
import MSRNTensors
import Testing

@Suite struct TapeTests {
  /// What a row of memory holds: a row of a map.
  private struct Content: Equatable {
    let buffer: Int
    let row: Int
  }

  /// Plays a plan's bands on its tapes, row by row, and tells how many rows were lost before their last reader.
  private func lost(_ plan: Plan, _ placement: Placement) -> Int {
    var lost = 0
    for tape in plan.tapes {
      var memory = [Content?](repeating: nil, count: tape.map.rows)
      func check(_ member: Tape.Member, _ rows: Range<Int>, _ band: Int) {
        for row in rows
        where memory[tape.place(of: row, member, band: band)]
          != Content(buffer: member.buffer, row: row)
        { lost += 1 }
      }
      for band in 0..<plan.bands.count {
        if band > 0, let move = tape.move(into: band) {
          let rows = Array(memory[move.rows])
          memory.replaceSubrange(move.to..<move.to + rows.count, with: rows)
        }
        for stage in plan.stages.indices {
          for member in tape.members where member.bands.contains(band) {
            let life = placement.buffers[member.buffer].life, window = member.windows[band]
            if life.lowerBound == stage {
              let isFirst = band == member.bands.lowerBound
              let held = isFirst ? window.lowerBound : member.windows[band - 1].upperBound
              check(member, window.lowerBound..<max(window.lowerBound, held), band)
              for row in max(window.lowerBound, held)..<window.upperBound {
                memory[tape.place(of: row, member, band: band)] = Content(buffer: member.buffer, row: row)
              }
            }
            if life.upperBound == stage { check(member, window, band) }
          }
        }
      }
    }
    return lost
  }

  @Test("no row is lost before its last reader, in any network and any bands")
  func rows() throws {
    var tapes = 0
    for seed in ProgramTests.seeds {
      let network = RandomNetwork(seed: seed)
      let program = try ProgramTests.program(network, .generic)
      for rows in [1, 2, 3, 6] {
        let plan = Plan(
          program.graph, program.placement, stages: program.stages, input: network.input.map,
          precision: .exact, rows: rows)
        tapes += plan.tapes.count
        #expect(lost(plan, program.placement) == 0, "seed \(seed), \(rows) rows")
      }
    }
    #expect(tapes > 100, "\(tapes) tapes")
  }

  @Test("MSRN's stages have one tape, on which each keeps what it needs of the next band and no more")
  func trunk() throws {
    for precision in [Precision.exact, .fast] {
      let program = try Program(
        network: Trunk.network, inputs: 3, weights: Trunk.weights,
        options: EngineOptions(threads: 1, precision: precision))
      for (height, rows) in [(750, 8), (750, 48), (100, 16), (97, 8), (33, 8)] {
        let plan = Plan(
          program.graph, program.placement, stages: program.stages, input: Shape(c: 3, h: height, w: 50),
          precision: precision, rows: rows)
        try #require(plan.bands.count > 1)
        let tape = try #require(plan.tapes.first)
        #expect(plan.tapes.count == 1 && tape.members.count == 8 && tape.map.blocks == 8)
        #expect(lost(plan, program.placement) == 0, "\(height) rows in bands of \(rows)")
        // A lag of a tile, and two rows beyond it.
        let kept = (precision == .fast ? 8 : 2) + 2
        #expect(tape.map.rows <= 8 * kept + plan.bands.rows + 2)
        let alone = tape.members.reduce(0) { $0 + (plan.maps[$1.buffer]?.rows ?? 0) }
        #expect(tape.map.rows < alone, "\(tape.map.rows) of \(alone) rows")
      }
    }
  }
}
