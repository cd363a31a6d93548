package import CMSRNKernels
package import MSRNLayers

/// The kernels of one instruction set.
///
/// Only this file and the extensions beside it call them.
@safe package struct KernelTable: @unchecked Sendable {
  // Sendable: function pointers and constants.
  let table: msrn_kernel_table
  /// Kernels of the processor's matrix tiles beside them.
  package var tiles = TileTables.none

  /// Wraps a table; the caller answers for what is in it.
  package init(_ table: msrn_kernel_table) { unsafe self.table = unsafe table }

  /// The kernels of an instruction set, or nil where this machine cannot run it.
  package init?(_ set: InstructionSet) {
    guard let table = unsafe msrn_kernels(set.level) else { return nil }
    unsafe self.init(table.pointee)
  }

  /// `generic`, `neon`, `avx2` or `avx512`.
  package var name: String { unsafe String(cString: table.name) }

  /// Cuts so many output blocks into the groups that the convolution kernel computes together, preferred sizes first.
  ///
  /// - Parameters:
  ///   - blocks: Output blocks.
  ///   - algorithm: How the convolution is computed.
  /// - Returns: Sizes whose sum is `blocks`.
  package func groups(of blocks: Int, algorithm: Algorithm = .direct) -> [Int] {
    let offered =
      switch algorithm {
      case .direct: unsafe table.groups
      case .pointwise: unsafe table.pointwise_groups
      case .winograd(_, near: false): unsafe table.winograd_groups
      case .winograd(_, near: true): unsafe table.near_groups
      case .tiles: preconditionFailure("tiles have no groups")
      }
    var groups: [Int] = []
    var left = blocks
    for size in [offered.0, offered.1, offered.2, offered.3].map(Int.init) where size > 0 {
      groups += [Int](repeating: size, count: left / size)
      left %= size
    }
    precondition(left == 0, "every level computes single blocks")
    return groups
  }

  /// The register tile of a group, such as `32x14`: output channels x pixels, or tiles.
  package func tile(group: Int, algorithm: Algorithm = .direct) -> String {
    let pixels =
      switch algorithm {
      case .direct: unsafe table.tile_pixels
      case .pointwise: unsafe table.pointwise_tiles
      case .winograd, .tiles: unsafe table.winograd_tiles
      }
    return "\(group * 16)x\([pixels.0, pixels.1, pixels.2, pixels.3, pixels.4][group])"
  }

  /// The Winograd kernel of a form; every level has those of 3x3 and 5x5 with tiles of 4, 6 and 8.
  func form(tile: Int, kernel: Int) -> msrn_winograd {
    let forms = unsafe table.winograd
    for form in [forms.0, forms.1, forms.2, forms.3, forms.4, forms.5]
    where Int(form.tile) == tile && Int(form.kernel) == kernel { return form }
    preconditionFailure("there is no Winograd form F(\(tile), \(kernel))")
  }

  /// Products for each tile of a form, input and output.
  package func positions(tile: Int, kernel: Int) -> Int { Int(form(tile: tile, kernel: kernel).positions) }

  /// Floats of scratch memory that a convolution of a map takes: none but by Winograd.
  package func scratch(
    _ algorithm: Algorithm, kernel: Int, map: Extent, inputBlocks: Int, groups: [Int32]
  ) -> Int {
    guard case .winograd(let tile, let near) = algorithm else { return 0 }
    let form = form(tile: tile, kernel: kernel), tiles = Int32(Self.tilesAtOnce(algorithm, map: map))
    let (inputs, outputs, largest) = (Int32(inputBlocks), groups.reduce(0, +), groups.max() ?? 0)
    return near
      ? form.near_scratch(inputs, outputs, largest, tiles)
      : form.conv_scratch(inputs, outputs, largest, tiles)
  }

  /// Transforms the filters of one group, `[inputs][kernel][kernel][outputs]`, into `weights` from `offset` on.
  package func prepare(
    tile: Int, kernel: Int, filters: [Float], inputs: Int, outputs: Int, into weights: Storage<Float>,
    at offset: Int
  ) {
    let form = form(tile: tile, kernel: kernel)
    precondition(
      filters.count == inputs * kernel * kernel * outputs && outputs % 16 == 0
        && offset + Int(form.positions) * inputs * outputs <= weights.count, "the transformed filters fit")
    unsafe filters.withUnsafeBufferPointer { filters in
      unsafe form.prepare(filters.baseAddress, Int32(inputs), Int32(outputs), weights.base + offset)
    }
  }

  /// Filters in double precision, `[outputs][kernel][kernel][inputs]`, and one bias for each output.
  package struct Filters: Sendable {
    package let outputs: Int
    package let kernel: Int
    package let inputs: Int
    package var weights: [Double]
    package var bias: [Double]

    /// All zero.
    package init(outputs: Int, kernel: Int, inputs: Int) {
      (self.outputs, self.kernel, self.inputs) = (outputs, kernel, inputs)
      weights = [Double](repeating: 0, count: outputs * kernel * kernel * inputs)
      bias = [Double](repeating: 0, count: outputs)
    }

    /// Where the filter of an output begins at a tap.
    package func index(_ output: Int, _ y: Int, _ x: Int) -> Int {
      ((output * kernel + y) * kernel + x) * inputs
    }
  }

  /// Adds to rows of some filters what a convolution by `inner` before them makes of them.
  ///
  /// Row `y` of `target`, from column `x` on, of the outputs `outputs` gets the sum over `terms` t of
  /// `factors[output * terms + t]` times row `row` of filter `filters.lowerBound + t * step` of `inner`.
  package func combine(
    _ inner: Filters, row: Int, from first: Int, step: Int, terms: Int, factors: [Double],
    into target: inout Filters, outputs: [Int], y: Int, x: Int
  ) {
    guard let base = outputs.first else { return }
    let stride = outputs.count > 1 ? outputs[1] - base : 1
    precondition(
      factors.count == outputs.count * terms && x + inner.kernel <= target.kernel
        && inner.inputs == target.inputs
        && outputs.indices.allSatisfy { outputs[$0] == base + $0 * stride }
        && first + (terms - 1) * step < inner.outputs && (outputs.last ?? 0) < target.outputs,
      "the rows lie within the filters, the outputs at equal distances")
    let to = target.index(base, y, x), from = inner.index(first, row, 0)
    let apart = target.kernel * target.kernel * target.inputs * stride
    let each = inner.kernel * inner.kernel * inner.inputs * step
    unsafe target.weights.withUnsafeMutableBufferPointer { y in
      unsafe inner.weights.withUnsafeBufferPointer { x in
        unsafe factors.withUnsafeBufferPointer { a in
          guard let y = y.baseAddress, let x = x.baseAddress, let a = a.baseAddress else { return }
          unsafe table.combine(
            y + to, apart, Int32(outputs.count), a, terms, x + from, each, Int32(terms),
            Int32(inner.kernel * inner.inputs))
        }
      }
    }
  }

  /// Floating-point operations done by so many rounds of a loop that does nothing but multiply and add in registers.
  package func peak(rounds: Int) -> Double { unsafe table.peak(rounds) }
}
