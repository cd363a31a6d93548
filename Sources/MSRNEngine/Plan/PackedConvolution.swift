/// A convolution's weights in the order in which the kernels of one level and algorithm read them.
package struct PackedConvolution: Sendable {
  package let algorithm: Algorithm
  /// Output blocks computed together, in order.
  package let groups: [Int32]
  package let inputBlocks: Int
  package let outputBlocks: Int
  package let weights: Weights
  /// `[outputBlocks * 16]`.
  package let bias: Storage<Float>

  /// Zero for padding channels.
  package enum Weights: Sendable {
    /// For each group `[inputBlocks][kernel][kernel][16 inputs][group * 16 outputs]`, transformed for Winograd
    /// `[position][inputBlocks][16 inputs][group * 16 outputs]`.
    case single(Storage<Float>)
    /// In the order in which matrix tiles read them, multiplied by a power of two.
    case half(Storage<UInt16>, scale: Float)
  }

  /// Packs for an input and a result that lie as `input` and `output` say.
  ///
  /// With a pixel shuffle r, the outputs are ordered by their place in the r x r cell first, so that each 16-channel block of a
  /// cell's pixel is stored whole.
  package init(
    _ conv: Convolution, input: Placement.Place, output: Placement.Place, kernels: KernelTable,
    algorithm: Algorithm = .direct, edge: Folded.Edge = .none
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
      groups = []
      weights = kernels.tileWeights(
        conv, mode, inputSlots: inputSlots, inputBlocks: inputBlocks, outputSlots: outputSlots,
        outputBlocks: outputBlocks)
      return
    }
    groups = kernels.groups(of: outputBlocks, kernel: conv.kernel, algorithm: algorithm).map(Int32.init)

    // The layer's output at each padded output channel.
    var outputAt = [Int?](repeating: nil, count: outputBlocks * 16)
    for (output, slot) in outputSlots.enumerated() { outputAt[slot] = output }
    let area = conv.kernel * conv.kernel
    let positions: Int
    if case .winograd(let tile) = algorithm {
      positions = kernels.positions(tile: tile, kernel: conv.kernel)
    } else {
      positions = area
    }
    let weights = Storage<Float>(count: positions * inputBlocks * outputBlocks * 256)
    var first = 0, offset = 0
    for group in groups.map(Int.init) {
      let outputs = outputAt[first..<first + group * 16]
      switch algorithm {
      case .direct:
        weights.write(
          Self.filters(conv, outputs, inputSlots, inputBlocks: inputBlocks) { slot, tap in
            (slot / 16 * area + tap) * 16 + slot % 16
          }, at: offset)
      case .winograd(let tile):
        let filters = Self.filters(conv, outputs, inputSlots, inputBlocks: inputBlocks) { slot, tap in
          slot * area + tap
        }
        kernels.prepare(
          tile: tile, kernel: conv.kernel, filters: filters, inputs: inputBlocks * 16, outputs: group * 16,
          into: weights, at: offset)
      case .tiles: preconditionFailure("tiles have no groups")
      }
      first += group * 16
      offset += positions * inputBlocks * 16 * group * 16
    }
    self.weights = .single(weights)
  }

  /// Blocks of 16 padded output channels.
  package static func outputBlocks(_ conv: Convolution, _ output: Placement.Place) -> Int {
    output.outputBlocks * conv.shuffle * conv.shuffle
  }

  /// The filters of some outputs, row `row(padded input channel, tap)` of `[rows][outputs]`; zero where there is no channel.
  private static func filters(
    _ conv: Convolution, _ outputs: ArraySlice<Int?>, _ inputSlots: [Int], inputBlocks: Int,
    row: (Int, Int) -> Int
  ) -> [Float] {
    let area = conv.kernel * conv.kernel
    var filters = [Float](repeating: 0, count: inputBlocks * 16 * area * outputs.count)
    // Rows outermost: every output's filter is read in order, and what is written lies together.
    let columns = outputs.enumerated().compactMap { column, output in
      output.map { (column, $0 * conv.inputs) }
    }
    for (input, slot) in inputSlots.enumerated() {
      for tap in 0..<area {
        let to = row(slot, tap) * outputs.count
        for (column, first) in columns { filters[to + column] = conv.weights[(first + input) * area + tap] }
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
    let area = kernel * kernel
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
