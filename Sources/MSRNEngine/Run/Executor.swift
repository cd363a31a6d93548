import MSRNLayers
import MSRNTensors
import Synchronization

/// One run of a plan.
struct Executor {
  let program: Program
  let preparation: Preparation
  let workers: Workers
  let profile: Profile?

  private var plan: Plan { preparation.plan }

  /// Runs all stages of all bands on one picture; `progress` gets the share of multiply-accumulates done and says whether to go on.
  func run(
    read: (Range<Int>) -> Tensor, write: (Range<Int>, Tensor) -> Void, _ progress: (Double) -> Bool
  ) throws(EngineError) {
    let plan = plan
    let costs = plan.stages.map { stage in
      stage.steps.reduce(0) { sum, step in
        if case .conv(let node) = step { sum + Double(program.macs(of: node, for: plan.input)) } else { sum }
      }
    }
    let total = max(costs.reduce(0, +), 1) * Double(plan.input.h)
    var done = 0.0
    guard progress(0) else { throw .cancelled }
    for band in 0..<plan.bands.count {
      for stage in plan.stages.indices {
        begin(band: band, stage: stage)
        let rows = plan.bands.work(stage: stage, band: band)
        if rows.isEmpty { continue }
        try run(stage, band: band, rows: rows, read: read, write: write)
        done += costs[stage] * Double(rows.count)
        guard progress(min(done / total, 1)) else { throw .cancelled }
      }
    }
  }

  /// Runs the steps of a stage on some rows of the picture, piece by piece.
  ///
  /// Throws `outOfRange` before anything of the stage is handed out.
  private func run(
    _ stage: Int, band: Int, rows: Range<Int>, read: (Range<Int>) -> Tensor,
    write: (Range<Int>, Tensor) -> Void
  ) throws(EngineError) {
    let preparation = preparation, plan = plan
    for step in plan.stages[stage].steps {
      if case .load = step {
        let part = read(rows)
        precondition(
          part.values.count == plan.input.c * rows.count * plan.input.w, "the rows asked for have come")
        preparation.source.write(part.values, at: 0)
      }
    }
    announce(stage, share: Double(rows.count) / Double(plan.input.h))
    let calls = preparation.calls(program, stage: stage, band: band)
    try run(calls, stage)
    if let result = calls.result {
      let count = plan.output.c * result.count * plan.output.w
      write(
        result,
        Tensor(
          shape: [plan.output.c, result.count, plan.output.w], values: preparation.target.contents(0..<count))
      )
    }
  }

  /// Tells the profile of a stage's steps.
  private func announce(_ stage: Int, share: Double) {
    guard let profile else { return }
    for step in plan.stages[stage].steps {
      if let row = program.row(step, stage, plan) { profile.begin(step, row, share: share) }
    }
  }

  /// Runs the calls of a stage on every picture: a part of the weights on all of them before the next.
  private func run(_ calls: Calls, _ stage: Int) throws(EngineError) {
    let (preparation, profile) = (preparation, profile)
    let firstBad = Atomic(Int.max), pictures = preparation.pictures / calls.together
    workers.forEach(calls.parts * pictures * calls.pieces) { item, worker in
      let bad = calls.run(
        part: item / calls.pieces / pictures, piece: item % calls.pieces,
        picture: item / calls.pieces % pictures, scratch: preparation.scratch,
        at: worker * preparation.scratchEach, profile: profile)
      if let bad { firstBad.min(bad, ordering: .relaxed) }
    }
    try check(firstBad.load(ordering: .relaxed), calls, stage)
  }

  /// Throws `outOfRange` where a call of a stage has rounded a value beyond the range of 16 bits.
  private func check(_ bad: Int, _ calls: Calls, _ stage: Int) throws(EngineError) {
    guard bad < calls.calls.count else { return }
    throw .outOfRange(layer: program.row(calls.calls[bad].step, stage, plan)?.name ?? "a layer")
  }

  /// Makes maps ready: with one band, and on tapes, those whose first stage it is; with several, moves on the rows that all of them
  /// hold.
  private func begin(band: Int, stage: Int) {
    if plan.bands.count == 1 {
      for picture in 0..<preparation.pictures { clearBorders(stage: stage, picture: picture) }
      return
    }
    if stage == 0 {
      moveMaps(into: band)
      for tape in plan.tapes { move(tape, into: band) }
    }
    for tape in plan.tapes { clearBorders(tape, stage: stage, band: band) }
  }

  /// Moves on what maps hold that have their own memory, and clears their borders.
  private func moveMaps(into band: Int) {
    let (kernels, memory) = (program.kernels, preparation.memory)
    for (index, buffer) in program.placement.buffers.enumerated() where !plan.isOnTape(index) {
      guard let map = plan.maps[index] else { continue }
      let below = map.height..<map.height + map.border
      let window = plan.window(of: buffer, map, band: band)
      if band == 0 {
        if map.border == 0 { continue }
        kernels.clearBorder(map, in: memory, rows: [0..<map.border])
      } else {
        let before = plan.window(of: buffer, map, band: band - 1)
        let kept = window.lowerBound..<max(window.lowerBound, before.upperBound)
        if window.lowerBound > before.lowerBound, !kept.isEmpty {
          kernels.move(
            map, in: memory,
            rows: kept.lowerBound - before.lowerBound..<kept.upperBound - before.lowerBound, to: 0)
        }
      }
      if window.upperBound > map.height, map.border > 0 {
        kernels.clear(
          map, in: memory, rows: below.lowerBound - window.lowerBound..<below.upperBound - window.lowerBound)
      }
    }
  }

  /// Moves on what is on a tape.
  private func move(_ tape: Tape, into band: Int) {
    let (kernels, memory) = (program.kernels, preparation.memory)
    if band == 0 {
      // The columns beside its maps, which all rows have alike.
      if tape.map.border > 0 { kernels.clearBorder(tape.map, in: memory, rows: []) }
    } else if let move = tape.move(into: band) {
      kernels.move(tape.map, in: memory, rows: move.rows, to: move.to)
    }
  }

  /// Clears the rows above and below a map on a tape where it begins or ends in a band, at the first stage that touches it: before, the
  /// place is another map's.
  private func clearBorders(_ tape: Tape, stage: Int, band: Int) {
    guard tape.map.border > 0 else { return }
    for member in tape.members
    where member.bands.contains(band) && program.placement.buffers[member.buffer].life.lowerBound == stage {
      let rows = member.windows[band], below = tape.map.height..<tape.map.height + tape.map.border
      let top = tape.place(of: 0, member, band: band)
      var cleared = [below.clamped(to: rows)]
      if band == member.bands.lowerBound { cleared.append((-tape.map.border..<0).clamped(to: rows)) }
      for rows in cleared where !rows.isEmpty {
        program.kernels.clear(
          tape.map, in: preparation.memory, rows: top + rows.lowerBound..<top + rows.upperBound)
      }
    }
  }

  /// Clears the borders of a picture's maps whose first stage this is, all of whose rows are in memory.
  private func clearBorders(stage: Int, picture: Int) {
    for (index, buffer) in program.placement.buffers.enumerated() where buffer.life.lowerBound == stage {
      guard var map = plan.maps[index], map.border > 0 else { continue }
      map.offset += picture * plan.memory
      program.kernels.clearBorder(
        map, in: preparation.memory,
        rows: [0..<map.border, map.height + map.border..<map.height + 2 * map.border])
    }
  }
}

// MARK: Several pictures

extension Executor {
  /// Runs several pictures of one size.
  ///
  /// Stages whose maps outweigh their weights are done picture by picture, each by one thread, so that maps stay in its cache;
  /// the others on all pictures before the next, so that weights come from memory once for all of them.
  ///
  /// - Returns: the results, the same bits as one picture at a time.
  func run(_ inputs: ArraySlice<Tensor>) throws(EngineError) -> [Tensor] {
    let preparation = preparation, plan = plan, pictures = inputs.count
    precondition(pictures == preparation.pictures, "as many pictures come as were prepared for")
    let each = plan.input.count, first = inputs.startIndex
    workers.forEach(pictures) { picture, _ in
      preparation.source.write(inputs[first + picture].values, at: picture * each)
    }
    for stage in plan.stages.indices { announce(stage, share: Double(pictures)) }
    var stage = 0
    while stage < plan.stages.count {
      if program.sharesWeights(stage, plan) {
        begin(band: 0, stage: stage)
        try run(preparation.calls[stage], stage)
        stage += 1
      } else {
        let end = (stage..<plan.stages.count).first { program.sharesWeights($0, plan) } ?? plan.stages.count
        try runEach(stage..<end)
        stage = end
      }
    }
    return (0..<pictures).map { picture in
      let values = picture * plan.output.count..<(picture + 1) * plan.output.count
      return Tensor(
        shape: [plan.output.c, plan.output.h, plan.output.w], values: preparation.target.contents(values))
    }
  }

  /// Runs stages picture by picture.
  private func runEach(_ stages: Range<Int>) throws(EngineError) {
    let executor = self, preparation = preparation
    let bad = stages.map { _ in Int.max }
    let firstBad = Mutex(bad)
    workers.forEach(preparation.pictures) { picture, worker in
      for stage in stages {
        executor.clearBorders(stage: stage, picture: picture)
        let calls = preparation.callsOfOne[stage]
        for item in 0..<calls.parts * calls.pieces {
          let bad = calls.run(
            part: item / calls.pieces, piece: item % calls.pieces, picture: picture,
            scratch: preparation.scratch, at: worker * preparation.scratchEach, profile: executor.profile)
          if let bad {
            firstBad.withLock { $0[stage - stages.lowerBound] = min($0[stage - stages.lowerBound], bad) }
            return
          }
        }
      }
    }
    for (stage, bad) in zip(stages, firstBad.withLock { $0 }) {
      try check(bad, preparation.callsOfOne[stage], stage)
    }
  }
}
