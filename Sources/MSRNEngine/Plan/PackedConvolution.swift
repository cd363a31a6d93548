/// A convolution's weights in the order in which the kernels of one level and algorithm read them.
package struct PackedConvolution: Sendable {
  package let algorithm: Algorithm
  /// Output blocks computed together, in order.
  package let groups: [Int32]
  /// The first input block that each group reads; nil: all begin with the first.
  package let groupFirst: [Int32]?
  /// Blocks of the input, and those of them that each group reads.
  package let inputBlocks: Int
  package let inputBlocksEach: Int
  /// Inputs of the last block that each output of a group reads.
  package let inputLast: Int
  /// Channels of a run where several runs share a block.
  package let sharing: Int?
  package let outputBlocks: Int
  package let weights: Weights
  /// `[outputBlocks * 16]`.
  package let bias: Storage<Float>

  /// Zero for padding channels.
  package enum Weights: Sendable {
    /// For each group `[inputBlocksEach][kernel][kernel][16 inputs][group * 16 outputs]`, of the last block `inputLast` inputs, those of
    /// the output's run where several share it; transformed for Winograd `[position][inputBlocks][16 inputs][group * 16 outputs]`, to be
    /// transformed near `[inputBlocks][16 inputs][kernel][kernel][group * 16 outputs]`.
    case single(Storage<Float>)
    /// In the order in which matrix tiles read them, multiplied by a power of two.
    case half(Storage<UInt16>, scale: Float)
  }

  /// Packs for an input and a result that lie as `input` and `output` say; a large one on all `workers`.
  ///
  /// With a pixel shuffle r, the outputs are ordered by their place in the r x r cell first, so that each 16-channel block of a
  /// cell's pixel is stored whole.
  package init(
    _ conv: Convolution, input: Placement.Place, output: Placement.Place, kernels: KernelTable,
    algorithm: Algorithm = .direct, edge: Folded.Edge = .none, workers: Workers = Workers(count: 1)
  ) {
    let conv = conv.unfolded(edge, kernels)
    let inputSlots = input.slots
    let outputSlots = Self.outputSlots(conv, output)
    self.algorithm = algorithm
    inputBlocks = input.blocks
    outputBlocks = Self.outputBlocks(conv, output)
    var bias = [Float](repeating: 0, count: outputBlocks * 16)
    for o in 0..<conv.outputs { bias[outputSlots[o]] = conv.bias[o] }
    self.bias = Storage(bias)
    if case .tiles(let mode) = algorithm {
      (groups, groupFirst, inputBlocksEach, inputLast, sharing) = ([], nil, inputBlocks, 16, nil)
      weights = kernels.tileWeights(
        conv, mode, inputSlots: inputSlots, inputBlocks: inputBlocks, outputSlots: outputSlots,
        outputBlocks: outputBlocks)
      return
    }
    let packing = Packing(conv, input: input, output: output)
    let runs = packing.runs.map { run in
      (groups: kernels.groups(of: run.blocks, algorithm: algorithm), first: run.first)
    }
    groups = runs.flatMap { $0.groups.map(Int32.init) }
    groupFirst =
      runs.count == 1 ? nil : runs.flatMap { [Int32](repeating: Int32($0.first), count: $0.groups.count) }
    inputBlocksEach = packing.inputBlocks
    inputLast = algorithm.isDirect ? packing.inputLast : 16
    sharing = packing.sharing

    // The layer's output at each padded output channel.
    var outputAt = [Int?](repeating: nil, count: outputBlocks * 16)
    for (output, slot) in outputSlots.enumerated() { outputAt[slot] = output }
    let area = conv.area, last = (inputBlocksEach - 1) * 16
    let inputs = last + inputLast
    let positions: Int
    if case .winograd(let tile, near: false) = algorithm {
      positions = kernels.positions(tile: tile, kernel: conv.kernel)
    } else {
      positions = area
    }
    let weights = Storage<Float>(count: positions * inputs * outputBlocks * 16)
    let groups = groups.map(Int.init), firsts = groups.indices.map { groups[..<$0].reduce(0, +) * 16 }
    let (outputSlot, tail, run) = (outputAt, inputLast, sharing ?? 16)
    let skips = groupFirst?.map { Int($0) * 16 }, inputBlocks = inputBlocks
    workers.forEach(groups.count) { number, _ in
      let group = groups[number], outputs = outputSlot[firsts[number]..<firsts[number] + group * 16]
      let offset = positions * inputs * firsts[number]
      switch algorithm {
      case .direct, .pointwise:
        let skipped = skips?[number] ?? 0
        weights.write(
          Self.filters(conv, outputs, inputSlots, inputs: inputs) { slot, tap in
            let slot = slot - skipped
            return slot / 16 * 16 * area + tap * (slot < last ? 16 : tail) + slot % run
          }, at: offset)
      case .winograd(let tile, let near):
        let filters = Self.filters(conv, outputs, inputSlots, inputs: inputs) { slot, tap in
          slot * area + tap
        }
        if near {
          weights.write(filters, at: offset)
        } else {
          kernels.prepare(
            tile: tile, kernel: conv.kernel, filters: filters, inputs: inputBlocks * 16, outputs: group * 16,
            into: weights, at: offset)
        }
      case .tiles: preconditionFailure("tiles have no groups")
      }
    }
    self.weights = .single(weights)
  }

  /// Blocks of 16 padded output channels.
  package static func outputBlocks(_ conv: Convolution, _ output: Placement.Place) -> Int {
    output.outputBlocks * conv.shuffle * conv.shuffle
  }

  /// The filters of some outputs, row `row(padded input channel, tap)` of `[inputs * area][outputs]`; zero where there is no channel.
  private static func filters(
    _ conv: Convolution, _ outputs: ArraySlice<Int?>, _ inputSlots: [Int], inputs: Int,
    row: (Int, Int) -> Int
  ) -> [Float] {
    let area = conv.area, count = outputs.count, each = conv.inputs / conv.groups
    var filters = [Float](repeating: 0, count: inputs * area * count)
    // Rows outermost: every output's filter is read in order, and what is written lies together.
    let columns = outputs.enumerated().compactMap { column, output in
      output.map { (column, $0 * each, $0 / (conv.outputs / conv.groups)) }
    }
    let runs = Set(columns.map(\.2))
    for (input, slot) in inputSlots.enumerated() where runs.contains(input / each) {
      for tap in 0..<area {
        let to = row(slot, tap) * count
        for (column, first, run) in columns where run == input / each {
          filters[to + column] = conv.weights[(first + input % each) * area + tap]
        }
      }
    }
    return filters
  }

  /// The padded output channel that each output of the layer becomes.
  private static func outputSlots(_ conv: Convolution, _ output: Placement.Place) -> [Int] {
    let cell = conv.shuffle * conv.shuffle
    let slots = output.slots, blocks = output.outputBlocks
    return (0..<conv.outputs).map { $0 % cell * blocks * 16 + slots[$0 / cell] }
  }
}

extension Convolution {
  /// The convolution with the weights that it has at an edge.
  fileprivate func unfolded(_ edge: Folded.Edge, _ kernels: KernelTable) -> Convolution {
    guard let folded else { return self }
    let filters = folded.filters(edge, kernels)
    var weights = [Float](repeating: 0, count: outputs * inputs * area)
    for o in 0..<outputs {
      for tap in 0..<area {
        for i in 0..<inputs {
          weights[(o * inputs + i) * area + tap] = Float(filters.weights[(o * area + tap) * inputs + i])
        }
      }
    }
    var plain = Convolution(
      name: name, inputs: inputs, outputs: outputs, kernel: kernel, weights: weights,
      bias: filters.bias.map { Float($0) })
    (plain.relu, plain.shuffle) = (relu, shuffle)
    return plain
  }
}
