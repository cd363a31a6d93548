public import MSRNTensors

extension Program {
  /// Runs the network on several pictures of one size.
  ///
  /// Faster than one after the other: pictures share what has to be fetched for each of them.
  ///
  /// - Parameters:
  ///   - inputs: Each `[C, H, W]`, all of one shape, in the units the weights were trained for.
  ///   - memory: Bytes that the run may take beside inputs and results; nil: any number.
  ///   - profile: Collects where the time of all of them goes.
  /// - Returns: the results in order, each `[C', H', W']`, the same bits as of ``run(_:memory:progress:)``.
  /// - Throws: `outOfMemory` before anything is computed.
  public func run(_ inputs: [Tensor], memory: Int? = nil, profile: Profile? = nil) throws(EngineError)
    -> [Tensor]
  {
    guard let shape = inputs.first?.map else { return [] }
    precondition(inputs.allSatisfy { $0.map == shape }, "pictures that are run together have one shape")
    var results: [Tensor] = []
    try fallingBack { program throws(EngineError) in
      results = []
      results.reserveCapacity(inputs.count)
      let workers = Workers(count: program.options.threads)
      while results.count < inputs.count {
        let count = program.picturesTogether(
          min(inputs.count - results.count, Self.mostTogether), shape, memory)
        let next = results.count..<results.count + count
        if count == 1 {
          results.append(
            try program.runOnce(inputs[next.lowerBound], memory: memory, profile: profile) { _ in true })
          continue
        }
        let key = Preparation.Key(program, shape, memory: memory, pictures: count)
        let preparation = try program.preparation(key, workers)
        defer { program.arena.giveBack(preparation, for: key) }
        results += try Executor(
          program: program, preparation: preparation, workers: workers, profile: profile
        )
        .run(inputs[next])
      }
    }
    return results
  }

  /// How many of so many pictures are run together within so much memory.
  private func picturesTogether(_ count: Int, _ shape: Shape, _ memory: Int?) -> Int {
    let plan = plan(for: shape, memory: memory)
    if plan.bands.count > 1 { return 1 }
    return (1...count).last { peakBytes(plan, pictures: $0) <= memory ?? .max } ?? 1
  }

  /// Pictures that are run together at most: their maps stay in L3 while they share weights.
  private static var mostTogether: Int { 8 }

  /// Whether a stage has weights that outweigh its maps and no core's L2 holds: what several pictures had better share.
  func sharesWeights(_ stage: Int, _ plan: Plan) -> Bool {
    plan.stages[stage].steps.contains { step in
      guard case .conv(let node) = step else { return false }
      let weights = packedFloats(of: node, plan)
      let maps =
        graph.shape(of: node, for: plan.input).count
        + graph.shape(of: graph.nodes[node].inputs[0], for: plan.input).count
      return weights > max(maps, Self.floatsInCache)
    }
  }

  /// Floats that are a small part of a core's L2.
  private static var floatsInCache: Int { 64 << 10 }
}
