import MSRNLayers

/// One convolution kernel timed alone on one thread, beside the ceiling that a register-only loop reaches in between.
///
/// Times are the thread's processor time, so that other processes disturb little; medians over rounds in which kernel and
/// ceiling alternate.
package struct KernelBenchmark: Sendable {
  /// A convolution of a square map.
  package struct Case: Hashable, Sendable {
    package let kernel: Int
    package let inputs: Int
    package let outputs: Int
    package let side: Int
    package let algorithm: Algorithm

    package init(kernel: Int, inputs: Int, outputs: Int, side: Int, algorithm: Algorithm = .direct) {
      (self.kernel, self.inputs, self.outputs, self.side) = (kernel, inputs, outputs, side)
      self.algorithm = algorithm
    }

    /// Multiply-accumulates.
    package var macs: Int { side * side * kernel * kernel * inputs * outputs }
    /// For example `5x5 128->128 128x128` or `F(6,5) 128->128 252x252`.
    package var name: String {
      let what =
        switch algorithm {
        case .direct, .pointwise, .winograd: algorithm.form(kernel: kernel) ?? "\(kernel)x\(kernel)"
        case .tiles(let mode): "\(mode.rawValue) \(kernel)x\(kernel)"
        }
      return "\(what) \(inputs)->\(outputs) \(side)x\(side)"
    }
  }

  /// What was measured.
  package struct Result: Encodable, Sendable {
    package let name: String
    package let instructionSet: String
    /// The register tile of the first group.
    package let tile: String
    /// Median seconds of one convolution.
    package let seconds: Double
    /// 2 x MACs / second.
    package let flops: Double
    /// The same of the register-only loop, on matrix tiles of the loop that only multiplies on them.
    package let peak: Double
    /// The share of the peak that the kernel reaches, of fp16x3 with its three products counted.
    package let ratio: Double
  }

  /// MSRN's layers in each of Winograd's forms, of a map that is a multiple of every tile.
  private static let winograd: [Case] = [64, 128].flatMap { channels in
    [3, 5].flatMap { kernel in
      [4, 6, 8].map {
        Case(kernel: kernel, inputs: channels, outputs: channels, side: 240, algorithm: .winograd(tile: $0))
      }
    }
  }

  /// The layers that MSRN spends its time in: the paper's 64 features, and the light network's 32; then what networks that classify
  /// have of small maps and many weights.
  package static let layers: [Case] =
    [
      Case(kernel: 3, inputs: 64, outputs: 64, side: 128),
      Case(kernel: 5, inputs: 64, outputs: 64, side: 128),
      Case(kernel: 3, inputs: 128, outputs: 128, side: 128),
      Case(kernel: 5, inputs: 128, outputs: 128, side: 128),
      Case(kernel: 3, inputs: 64, outputs: 256, side: 128),
      Case(kernel: 1, inputs: 256, outputs: 64, side: 128, algorithm: .pointwise),
      Case(kernel: 3, inputs: 32, outputs: 32, side: 128),
      Case(kernel: 5, inputs: 32, outputs: 32, side: 128),
      Case(kernel: 3, inputs: 32, outputs: 3, side: 256),
    ] + winograd + [
      Case(kernel: 3, inputs: 512, outputs: 512, side: 7),
      Case(kernel: 3, inputs: 512, outputs: 512, side: 7, algorithm: .winograd(tile: 4, near: true)),
      Case(kernel: 3, inputs: 256, outputs: 256, side: 14, algorithm: .winograd(tile: 4)),
      Case(kernel: 3, inputs: 256, outputs: 256, side: 14, algorithm: .winograd(tile: 8)),
      Case(kernel: 3, inputs: 256, outputs: 256, side: 14, algorithm: .winograd(tile: 4, near: true)),
      Case(kernel: 3, inputs: 512, outputs: 512, side: 28, algorithm: .winograd(tile: 6)),
      Case(kernel: 3, inputs: 512, outputs: 512, side: 28, algorithm: .winograd(tile: 8)),
      Case(kernel: 3, inputs: 512, outputs: 512, side: 28, algorithm: .winograd(tile: 6, near: true)),
    ]

  /// The same layers on matrix tiles, in each mode.
  package static let tiled: [Case] = TileMode.allCases.flatMap { mode in
    [(3, 64, 64), (5, 64, 64), (3, 128, 128), (5, 128, 128), (1, 256, 64), (5, 64, 48)].map {
      Case(kernel: $0.0, inputs: $0.1, outputs: $0.2, side: 128, algorithm: .tiles(mode))
    }
  }

  /// The cases of an instruction set on this machine: all layers, and those on tiles where it has them.
  package static func cases(_ set: InstructionSet) -> [Case] {
    let modes = set.tiles(for: .half).modes
    return layers
      + tiled.filter { if case .tiles(let mode) = $0.algorithm { modes.contains(mode) } else { false } }
  }

  /// Times one case; nil where the machine lacks the instruction set, or the matrix tiles.
  ///
  /// `tiles` stands in for those.
  package static func run(
    _ c: Case, on set: InstructionSet, tiles: TileTables? = nil, rounds: Int
  ) -> Result? {
    guard var kernels = KernelTable(set) else { return nil }
    var mode: TileMode?
    if case .tiles(let wanted) = c.algorithm {
      mode = wanted
      kernels.tiles = tiles ?? set.tiles(for: .half)
      guard kernels.tiles.modes.contains(wanted) else { return nil }
    }
    let taps = c.inputs * c.kernel * c.kernel
    let conv = Convolution(
      name: c.name, inputs: c.inputs, outputs: c.outputs, kernel: c.kernel,
      weights: (0..<c.outputs * taps).map { Float($0 % 17 - 8) / 64 },
      bias: [Float](repeating: 0, count: c.outputs))
    let format = mode.map { $0 == .fp16x3 ? Format.halfPair : .half } ?? .single
    let from = Placement.Place(buffer: 0, block: 0, segments: [c.inputs], format: format)
    let to = Placement.Place(buffer: 1, block: 0, segments: [c.outputs])
    let packed = PackedConvolution(
      conv, input: from, output: to, kernels: kernels, algorithm: c.algorithm)
    var input = Plan.Map(
      blocks: from.blocks * format.parts, height: c.side, width: c.side, border: c.kernel / 2, life: 0...1)
    var output = Plan.Map(blocks: to.blocks, height: c.side, width: c.side, border: 0, life: 0...1)
    input.offset = 0
    output.offset = input.count
    let memory = Storage((0..<input.count + output.count).map { Float($0 % 13 - 6) / 8 })
    let (source, target) = (KernelTable.View(memory, input, from), KernelTable.View(memory, output, to))
    let work: KernelTable.Work
    if let mode {
      kernels.fill(source, mode)
      work = kernels.conv(conv, packed, mode, input: source, addend: nil, target: target, half: nil)
    } else {
      work = kernels.conv(conv, packed, input: source, addend: nil, target: target)
    }

    let scratch = kernels.scratch(
      c.algorithm, kernel: c.kernel, map: Extent(c.side, c.side), inputBlocks: from.blocks,
      groups: packed.groups)
    let space = KernelTable.Scratch(Storage(count: scratch), offset: 0)
    // Small maps whole, others in blocks like those that threads are given: multiples of every tile.
    let across = mode == nil ? 72 : 64, down = c.side <= 28 ? c.side : 24
    // Of emulated tiles a few will do.
    let peakRounds = tiles == nil ? 20_000 : 1
    var times: [Double] = [], peaks: [Double] = []
    for round in 0...rounds {
      let start = processorTime()
      let operations = mode.map { kernels.peak($0, rounds: peakRounds) } ?? kernels.peak(rounds: 200_000)
      let middle = processorTime()
      for y in stride(from: 0, to: c.side, by: down) {
        for x in stride(from: 0, to: c.side, by: across) {
          work.run(rows: y..<min(y + down, c.side), columns: x..<min(x + across, c.side), scratch: space)
        }
      }
      let end = processorTime()
      if round > 0 {  // the first warms caches and clock
        peaks.append(operations / (middle - start))
        times.append(end - middle)
      }
    }
    let seconds = median(times), peak = median(peaks)
    let flops = 2 * Double(c.macs) / seconds
    return Result(
      name: c.name, instructionSet: set.rawValue,
      tile: mode == nil
        ? kernels.tile(group: Int(packed.groups[0]), algorithm: c.algorithm) : KernelTable.tileOfTiles,
      seconds: seconds, flops: flops, peak: peak,
      ratio: flops * (mode == .fp16x3 ? 3 : 1) / peak)
  }

  private static func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }
}
