package import CMSRNKernels
package import MSRNLayers

/// The kernels of one instruction set.
///
/// Only this file and `KernelTable+Tiles.swift` call them.
@safe package struct KernelTable: @unchecked Sendable {
  // Sendable: function pointers and constants.
  private let table: msrn_kernel_table
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
    let pixels = unsafe algorithm == .direct ? table.tile_pixels : table.winograd_tiles
    return "\(group * 16)x\([pixels.0, pixels.1, pixels.2, pixels.3, pixels.4][group])"
  }

  /// The Winograd kernel of a form; every level has those of 3x3 and 5x5 with tiles of 4, 6 and 8.
  private func form(tile: Int, kernel: Int) -> msrn_winograd {
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
    let form = form(tile: tile, kernel: kernel), group = Int(groups.max() ?? 0)
    let tiles = Self.tilesAtOnce(algorithm, map: map) * Int(form.lines) * 16 * (inputBlocks + group)
    return near ? tiles + Int(form.points) * (256 * group + 16) : tiles
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

  /// What one worker may use while it does a block: scratch memory of kernels, then the stage's strips.
  package struct Scratch: Sendable {
    package let memory: Storage<Float>
    /// Where the worker's part begins.
    package let offset: Int
    /// The block's first pixel, which strips begin with.
    package let row: Int
    package let column: Int

    package init(_ memory: Storage<Float>, offset: Int, row: Int = 0, column: Int = 0) {
      (self.memory, self.offset, self.row, self.column) = (memory, offset, row, column)
    }
  }

  /// What of a convolution is done: one part of its outputs, one slice of its Winograd tiles.
  package struct Portion: Hashable, Sendable {
    package var part = 0
    package var parts = 1
    package var slice = 0
    package var slices = 1

    /// All of it.
    package init() {}
    /// A slice of a part.
    package init(part: Int, of parts: Int, slice: Int, of slices: Int) {
      (self.part, self.parts, self.slice, self.slices) = (part, parts, slice, slices)
    }
  }

  /// A step that is ready to run on any block of its rows and columns; blocks may run at the same time.
  @safe package struct Work: @unchecked Sendable {
    // Sendable: blocks write disjoint pixels or their worker's scratch memory, and `owners` keeps the tables alive.
    @unsafe enum Call {
      case conv(msrn_conv, msrn_conv_fn)
      case winograd(msrn_conv, msrn_winograd_conv_fn, tiles: Int32)
      case elementwise(msrn_elementwise, msrn_elementwise_fn)
      case pool(msrn_pool, msrn_pool_fn)
      case norm(msrn_norm, msrn_norm_fn)
      case planes(msrn_planes, msrn_planes_fn)
      case tiles(TileConvolution)
      case narrow(TileCopy)
    }
    /// For what lies in a strip, its place in the worker's scratch memory.
    struct Strips {
      var input: Int?
      var addend: Int?
      var output: Int?
      /// Of a 16-bit result.
      var half: Int?
    }
    let call: Call
    let strips: Strips
    let owners: [AnyObject]
    /// Of a convolution, the blocks of each group of outputs and the weights of each block.
    var groups: [Int32] = []
    var weightsEach = 0
    /// From one picture's maps to the next one's, and from its planes to the next one's.
    package var apart: (maps: Int, planes: Int) = (0, 0)

    /// Computes rows `rows` and columns `columns` of the windows, or of the map that is written where there are none.
    ///
    /// - Parameters:
    ///   - rows: Of the map.
    ///   - columns: Of the map.
    ///   - scratch: The worker's own.
    ///   - portion: Which part of how many of a convolution's outputs, and which slice of how many of its tiles.
    ///   - picture: Which of the pictures that are run together.
    ///   - pictures: How many from there on; more than one by Winograd with weights that are
    ///     transformed near, and by direct convolutions that give single pixels, without an addend.
    /// - Returns: whether every value that was rounded to 16 bits is finite there; true where none was.
    @discardableResult
    package func run(
      rows: Range<Int>, columns: Range<Int>, scratch: Scratch, portion: Portion = Portion(), picture: Int = 0,
      pictures: Int = 1
    ) -> Bool {
      let (y0, y1) = (Int32(rows.lowerBound), Int32(rows.upperBound))
      let (x0, x1) = (Int32(columns.lowerBound), Int32(columns.upperBound))
      // Kernels are told where pixel (0, 0) would lie.
      func strip(_ offset: Int, _ rowStride: Int) -> UnsafeMutablePointer<Float> {
        unsafe scratch.memory.base
          + (scratch.offset + offset - scratch.row * rowStride - scratch.column * 16)
      }
      let maps = apart.maps * picture
      func placed(_ call: msrn_conv) -> msrn_conv {
        var c = unsafe call
        unsafe c.x = strips.input.map { unsafe UnsafePointer(strip($0, c.x_row)) } ?? c.x + maps
        unsafe c.y = strips.output.map { unsafe strip($0, c.y_row) } ?? c.y + maps
        if let at = strips.addend {
          unsafe c.addend = UnsafePointer(strip(at, c.addend_row))
        } else if let addend = unsafe c.addend {
          unsafe c.addend = addend + maps
        }
        if portion.parts > 1 { unsafe take(portion, of: &c) }
        unsafe (c.slice, c.slices) = (Int32(portion.slice), Int32(portion.slices))
        return unsafe c
      }
      return withExtendedLifetime((owners, scratch.memory)) {
        switch unsafe call {
        case .conv(let call, let run):
          var c = unsafe placed(call)
          if pictures > 1 {
            precondition(rows.count == 1 && columns.count == 1, "pictures are pixels where each gives one")
            // One row of as many windows, from picture to picture.
            unsafe c.window.stride_w = Int32(apart.maps / 16)
            unsafe c.y_pixel = apart.maps
            unsafe run(&c, y0, y1, x0, x0 + Int32(pictures))
            return true
          }
          unsafe run(&c, y0, y1, x0, x1)
        case .winograd(let call, let run, let tiles):
          var c = unsafe placed(call)
          unsafe (c.pictures, c.apart) = (Int32(pictures), apart.maps)
          unsafe run(&c, scratch.memory.base + scratch.offset, tiles, y0, y1, x0, x1)
        case .elementwise(var e, let run):
          unsafe e.x = strips.input.map { unsafe UnsafePointer(strip($0, e.x_row)) } ?? e.x + maps
          unsafe e.y = strips.output.map { unsafe strip($0, e.y_row) } ?? e.y + maps
          if let at = strips.addend {
            unsafe e.other = UnsafePointer(strip(at, e.other_row))
          } else if let other = unsafe e.other {
            unsafe e.other = other + maps
          }
          unsafe run(&e, y0, y1, x0, x1)
        case .pool(var p, let run):
          unsafe (p.x, p.y) = unsafe (p.x + maps, p.y + maps)
          unsafe run(&p, y0, y1, x0, x1)
        case .norm(var n, let run):
          unsafe (n.x, n.y) = unsafe (n.x + maps, n.y + maps)
          unsafe run(&n, y0, y1, x0, x1)
        case .planes(var p, let run):
          unsafe p.map = (strips.input ?? strips.output).map { unsafe strip($0, p.map_row) } ?? p.map + maps
          unsafe p.planes += apart.planes * picture
          unsafe run(&p, y0, y1, x0, x1)
        case .tiles(var t):
          unsafe t.move(by: maps)
          if let at = strips.input { unsafe t.input = half(strip(at, t.call.x_row / 2)) }
          if let at = strips.addend { unsafe t.call.addend = UnsafePointer(strip(at, t.call.addend_row)) }
          if let at = strips.output { unsafe t.call.y = strip(at, t.call.y_row) }
          if let at = strips.half { unsafe t.output = half(strip(at, t.call.z_row / 2)) }
          return unsafe t.run(y0, y1, x0, x1)
        case .narrow(var t):
          unsafe t.move(by: maps)
          if let at = strips.input { unsafe t.call.wide = strip(at, t.call.wide_row) }
          if let at = strips.half { unsafe t.output = half(strip(at, t.call.narrow_row / 2)) }
          return unsafe t.run(y0, y1, x0, x1)
        }
        return true
      }
    }

    /// Leaves only the groups of one part.
    private func take(_ portion: Portion, of call: inout msrn_conv) {
      let first = groups.count * portion.part / portion.parts
      let end = groups.count * (portion.part + 1) / portion.parts
      let block = groups[..<first].reduce(0) { $0 + Int($1) }
      unsafe call.groups += first
      unsafe call.group_count = Int32(end - first)
      if unsafe call.group_first != nil { unsafe call.group_first += first }
      unsafe call.weights += block * weightsEach
      unsafe call.bias += block * 16
      unsafe call.y_block += block
      if unsafe call.addend != nil { unsafe call.addend_block += block }
    }
  }

  /// A map seen from one of its places: in the memory of a run, or a strip in each worker's scratch memory.
  package struct View {
    /// Nil for a strip, whose map's offset counts from where the worker's part begins.
    package let memory: Storage<Float>?
    package let map: Plan.Map
    package let place: Placement.Place
    /// The row that the first row in memory holds.
    package let top: Int

    /// A map in memory, of which the first row is row `top`; nil: the whole map.
    package init(_ memory: Storage<Float>, _ map: Plan.Map, _ place: Placement.Place, top: Int? = nil) {
      precondition(
        place.block + place.blocks <= map.blocks && map.offset + map.count <= memory.count,
        "a view lies within its map, and the map within the memory")
      (self.memory, self.map, self.place, self.top) = (memory, map, place, top ?? -map.border)
    }

    /// A strip.
    package init(strip map: Plan.Map, _ place: Placement.Place) {
      precondition(place.block + place.blocks <= map.blocks, "a view lies within its map")
      (memory, self.map, self.place, top) = (nil, map, place, 0)
    }

    /// Where pixel (0, 0) of the map's first block lies, or would lie; nil for a strip.
    var origin: UnsafeMutablePointer<Float>? {
      guard let memory else { return nil }
      return unsafe memory.base + map.origin(top: top)
    }
    /// Where a strip lies; nil for a map in memory.
    var strip: Int? { memory == nil ? map.offset : nil }
    var owner: [AnyObject] { memory.map { [$0] } ?? [] }
    /// The offset of each block from `origin`.
    var blocks: [Int] { (0..<place.blocks).map { (place.block + $0) * map.blockStride } }
  }

  /// Rows of planes of the caller, `[C, rows, W]` without gaps; its maker answers for the memory.
  @safe package struct Planes {
    package let base: UnsafeMutablePointer<Float>
    /// The rows that are there.
    package let rows: Range<Int>
    package let width: Int

    package init(_ base: UnsafeMutablePointer<Float>, rows: Range<Int>, width: Int) {
      unsafe (self.base, self.rows, self.width) = unsafe (base, rows, width)
    }

    /// Rows in memory of the engine's own.
    package init(_ storage: Storage<Float>, rows: Range<Int>, width: Int) {
      unsafe self.init(storage.base, rows: rows, width: width)
    }

    /// Where row 0 of the first plane lies, or would lie.
    fileprivate var origin: UnsafeMutablePointer<Float> { unsafe base - rows.lowerBound * width }
    fileprivate var plane: Int { rows.count * width }
  }

  /// A convolution by the algorithm that its weights are packed for.
  package func conv(
    _ conv: Convolution, _ packed: PackedConvolution, input: View, addend: View?, target view: View
  ) -> Work {
    precondition(
      input.map.border >= max(conv.window.padding.h, conv.window.padding.w),
      "the input's border is as wide as the filter reaches")
    precondition(input.place.blocks == packed.inputBlocks, "the weights are packed for the input's place")
    guard case .single(let weights) = packed.weights, !input.place.format.isHalf, !view.place.format.isHalf
    else { preconditionFailure("fp32 kernels take fp32 weights and maps") }
    let inputBlocks = Storage(input.blocks)
    let groups = Storage(packed.groups)
    var strips = Work.Strips(input: input.strip, addend: addend?.strip)
    var owners: [AnyObject] = input.owner + [inputBlocks, weights, packed.bias, groups]
    var call = unsafe msrn_conv()
    if let first = packed.groupFirst.map({ Storage($0) }) {
      owners.append(first)
      unsafe call.group_first = UnsafePointer(first.base)
    }
    unsafe call.x = UnsafePointer(input.origin)
    unsafe call.x_row = input.map.rowStride
    unsafe call.x_block = UnsafePointer(inputBlocks.base)
    unsafe call.in_blocks = Int32(packed.inputBlocksEach)
    unsafe call.in_last = Int32(packed.inputLast)
    unsafe call.each = Int32(packed.sharing ?? 0)
    unsafe call.weights = UnsafePointer(weights.base)
    unsafe call.bias = UnsafePointer(packed.bias.base)
    unsafe call.groups = UnsafePointer(groups.base)
    unsafe call.group_count = Int32(groups.count)
    unsafe call.window = msrn_window(conv.window)
    unsafe call.relu = conv.relu ? 1 : 0
    unsafe call.height = Int32(input.map.height)
    unsafe call.width = Int32(input.map.width)
    // All rows where the input stays in a core's L2: a weight then comes from farther away once.
    unsafe call.rows =
      input.blocks.count * input.map.height * input.map.width <= 8192 ? Int32(input.map.height) : 4
    if let addend {
      precondition(
        conv.shuffle == 1 && addend.place.blocks == packed.outputBlocks, "an addend lies as the result does")
      let blocks = Storage(addend.blocks)
      owners += addend.owner + [blocks]
      unsafe call.addend = UnsafePointer(addend.origin)
      unsafe call.addend_row = addend.map.rowStride
      unsafe call.addend_block = UnsafePointer(blocks.base)
    }
    let r = conv.shuffle
    precondition(
      view.place.blocks * r * r == packed.outputBlocks && (r == 1 || view.memory != nil),
      "the result fits its place")
    let blocks = Storage(
      (0..<r).flatMap { dy in
        (0..<r).flatMap { dx in view.blocks.map { $0 + dy * view.map.rowStride + dx * 16 } }
      })
    owners += view.owner + [blocks]
    strips.output = view.strip
    unsafe call.y = view.origin
    unsafe call.y_row = r * view.map.rowStride
    unsafe call.y_pixel = r * 16
    unsafe call.y_block = UnsafePointer(blocks.base)
    switch packed.algorithm {
    case .direct:
      return unsafe Work(
        call: .conv(call, table.conv), strips: strips, owners: owners, groups: packed.groups,
        weightsEach: weights.count / packed.outputBlocks)
    case .winograd(let tile, let near):
      let form = form(tile: tile, kernel: conv.kernel)
      guard let inset = conv.inset, inset == 0 || input.memory != nil else {
        preconditionFailure("Winograd's convolutions are plain, or padded less and of a map in memory")
      }
      // The kernel's pixel (0, 0) is the one in the middle of the first window.
      if inset > 0 { unsafe call.x += inset * (input.map.rowStride + 16) }
      let map = conv.map(over: Extent(input.map.height, input.map.width))
      unsafe (call.height, call.width) = (Int32(map.h), Int32(map.w))
      let tiles = Int32(Self.tilesAtOnce(packed.algorithm, map: map))
      return unsafe Work(
        call: .winograd(call, near ? form.near : form.conv, tiles: tiles), strips: strips, owners: owners,
        groups: packed.groups, weightsEach: weights.count / packed.outputBlocks)
    case .tiles: preconditionFailure("fp32 kernels take fp32 weights")
    }
  }

  /// Winograd tiles that go through a worker's scratch memory together, at most.
  ///
  /// Enough to use a weight often once it has come from L3, and few enough for tiles to stay near a core.
  package static var tilesAtOnce: Int { 32 }

  /// The same for a convolution of a map; where weights are transformed near, tiles may come of several pictures.
  package static func tilesAtOnce(_ algorithm: Algorithm, map: Extent) -> Int {
    if case .winograd(_, near: true) = algorithm { return tilesAtOnce }
    return min(algorithm.tiles(map), tilesAtOnce)
  }

  /// One or two maps, value by value.
  package func elementwise(
    _ step: Graph.Elementwise, _ input: View, _ other: View?, target: View
  ) -> Work {
    precondition(
      input.place.segments == target.place.segments
        && (other?.place.segments ?? target.place.segments) == target.place.segments,
      "an elementwise step keeps how channels lie")
    let inputBlocks = Storage(input.blocks)
    let targetBlocks = Storage(target.blocks)
    var owners: [AnyObject] = input.owner + target.owner + [inputBlocks, targetBlocks]
    var call = unsafe msrn_elementwise()
    unsafe call.x = UnsafePointer(input.origin)
    unsafe call.x_row = input.map.rowStride
    unsafe call.x_block = UnsafePointer(inputBlocks.base)
    unsafe call.y = target.origin
    unsafe call.y_row = target.map.rowStride
    unsafe call.y_block = UnsafePointer(targetBlocks.base)
    unsafe call.blocks = Int32(input.place.blocks)
    switch step.activation {
    case nil: unsafe call.function = MSRN_IDENTITY
    case .relu: unsafe call.function = MSRN_RELU
    case .leakyReLU(let slope): unsafe (call.function, call.slope) = (MSRN_LEAKY_RELU, slope)
    case .sigmoid: unsafe call.function = MSRN_SIGMOID
    }
    if let scale = step.scale, let shift = step.shift {
      let padded = [scale, shift].map { values -> Storage<Float> in
        var padded = [Float](repeating: 0, count: input.place.blocks * 16)
        for (slot, value) in zip(input.place.slots, values) { padded[slot] = value }
        return Storage(padded)
      }
      owners += padded
      unsafe call.scale = UnsafePointer(padded[0].base)
      unsafe call.shift = UnsafePointer(padded[1].base)
    }
    if let other {
      let blocks = Storage(other.blocks)
      owners += other.owner + [blocks]
      unsafe call.other = UnsafePointer(other.origin)
      unsafe call.other_row = other.map.rowStride
      unsafe call.other_block = UnsafePointer(blocks.base)
      unsafe call.multiplies = step.multiplies ? 1 : 0
    }
    return unsafe Work(
      call: .elementwise(call, table.elementwise),
      strips: .init(input: input.strip, addend: other?.strip, output: target.strip), owners: owners)
  }

  /// A map made of windows or regions of another one; both are in memory.
  package func pool(_ pooling: Graph.Pooling, _ input: View, target: View) -> Work {
    precondition(
      input.place.segments == target.place.segments && input.memory != nil && target.memory != nil,
      "a pooling keeps how channels lie")
    let inputBlocks = Storage(input.blocks)
    let targetBlocks = Storage(target.blocks)
    var call = unsafe msrn_pool()
    unsafe call.x = UnsafePointer(input.origin)
    unsafe call.x_row = input.map.rowStride
    unsafe call.x_block = UnsafePointer(inputBlocks.base)
    unsafe call.y = target.origin
    unsafe call.y_row = target.map.rowStride
    unsafe call.y_block = UnsafePointer(targetBlocks.base)
    unsafe call.blocks = Int32(input.place.blocks)
    unsafe (call.height, call.width) = (Int32(input.map.height), Int32(input.map.width))
    unsafe (call.rows, call.columns) = (Int32(target.map.height), Int32(target.map.width))
    switch pooling {
    case .windows(let pool):
      unsafe call.window = msrn_window(pool.window)
      switch pool.kind {
      case .max: unsafe call.reduction = MSRN_MAX
      case .average(countsPadding: false): unsafe call.reduction = MSRN_MEAN
      case .average(countsPadding: true): unsafe call.reduction = MSRN_MEAN_PADDED
      }
    case .regions: unsafe call.reduction = MSRN_REGIONS
    case .bilinear: unsafe call.reduction = MSRN_BILINEAR
    }
    return unsafe Work(
      call: .pool(call, table.pool), strips: .init(),
      owners: input.owner + target.owner + [inputBlocks, targetBlocks])
  }

  /// A normalisation over the channels of each pixel; both maps are in memory, their channels in one run.
  package func norm(_ norm: LocalResponseNorm, _ input: View, target: View) -> Work {
    precondition(
      input.place.segments == target.place.segments && input.place.segments.count == 1 && input.memory != nil
        && target.memory != nil, "a normalisation over channels reads them in one run")
    let inputBlocks = Storage(input.blocks)
    let targetBlocks = Storage(target.blocks)
    var call = unsafe msrn_norm()
    unsafe call.x = UnsafePointer(input.origin)
    unsafe call.x_row = input.map.rowStride
    unsafe call.x_block = UnsafePointer(inputBlocks.base)
    unsafe call.y = target.origin
    unsafe call.y_row = target.map.rowStride
    unsafe call.y_block = UnsafePointer(targetBlocks.base)
    unsafe (call.channels, call.size) = (Int32(input.place.segments[0]), Int32(norm.size))
    unsafe (call.k, call.alpha, call.beta) = (Float(norm.k), Float(norm.alpha), Float(norm.beta))
    return unsafe Work(
      call: .norm(call, table.norm), strips: .init(),
      owners: input.owner + target.owner + [inputBlocks, targetBlocks])
  }

  /// Planes into a map, each channel times `scale` plus `shift`.
  package func load(_ planes: Planes, scale: [Float], shift: [Float], target: View) -> Work {
    let factors = Storage(scale), shifts = Storage(shift)
    var (call, owners) = unsafe between(planes, target, slots: scale.count)
    unsafe call.channels = Int32(scale.count)
    unsafe call.scale = UnsafePointer(factors.base)
    unsafe call.shift = UnsafePointer(shifts.base)
    owners += [factors, shifts]
    return unsafe Work(call: .planes(call, table.load), strips: .init(output: target.strip), owners: owners)
  }

  /// A map of `channels` channels into planes, through a pixel shuffle; 1 is none.
  package func store(_ input: View, _ planes: Planes, channels: Int, shuffle: Int = 1) -> Work {
    var (call, owners) = unsafe between(planes, input, slots: channels)
    unsafe call.channels = Int32(channels / (shuffle * shuffle))
    unsafe call.shuffle = Int32(shuffle)
    return unsafe Work(call: .planes(call, table.store), strips: .init(input: input.strip), owners: owners)
  }

  private func between(_ planes: Planes, _ view: View, slots count: Int) -> (msrn_planes, [AnyObject]) {
    let blocks = Storage(view.blocks), slots = Storage(view.place.slots.map(Int32.init))
    precondition(slots.count == count, "the place holds the planes' channels")
    var call = unsafe msrn_planes()
    unsafe call.planes = planes.origin
    unsafe call.plane = planes.plane
    unsafe call.plane_row = planes.width
    unsafe call.map = view.origin
    unsafe call.map_row = view.map.rowStride
    unsafe call.block = UnsafePointer(blocks.base)
    unsafe call.slot = UnsafePointer(slots.base)
    unsafe call.blocks = Int32(view.place.blocks)
    unsafe call.shuffle = 1
    return unsafe (call, view.owner + [blocks, slots])
  }

  /// Zeroes the columns beside a map, and the rows of it in memory that `rows` names, counted from the first in memory.
  package func clearBorder(_ map: Plan.Map, in memory: Storage<Float>, rows: [Range<Int>]) {
    precondition(map.offset + map.count <= memory.count, "the map lies within the memory")
    let start = unsafe memory.base + map.offset
    let left = map.border * 16, right = (map.columns - map.width - map.border) * 16
    for block in 0..<map.rows * map.blocks {
      let row = unsafe start + block * map.blockStride
      unsafe row.update(repeating: 0, count: left)
      unsafe (row + map.blockStride - right).update(repeating: 0, count: right)
    }
    for range in rows { clear(map, in: memory, rows: range) }
  }

  /// Zeroes rows of a map, counted from the first in memory.
  package func clear(_ map: Plan.Map, in memory: Storage<Float>, rows: Range<Int>) {
    precondition(rows.lowerBound >= 0 && rows.upperBound <= map.rows, "the rows are in memory")
    let start = unsafe memory.base + map.offset
    unsafe (start + rows.lowerBound * map.rowStride).update(repeating: 0, count: rows.count * map.rowStride)
  }

  /// Moves rows of a map to where row `target` is, counted from the first in memory.
  package func move(_ map: Plan.Map, in memory: Storage<Float>, rows: Range<Int>, to target: Int) {
    precondition(
      rows.lowerBound >= 0 && rows.upperBound <= map.rows && target >= 0 && target + rows.count <= map.rows,
      "the rows are in memory")
    let start = unsafe memory.base + map.offset
    unsafe (start + target * map.rowStride).update(
      from: start + rows.lowerBound * map.rowStride, count: rows.count * map.rowStride)
  }
}

extension msrn_window {
  fileprivate init(_ window: Window) {
    self.init(
      kernel_h: Int32(window.kernel.h), kernel_w: Int32(window.kernel.w), stride_h: Int32(window.stride.h),
      stride_w: Int32(window.stride.w), pad_h: Int32(window.padding.h), pad_w: Int32(window.padding.w),
      dilation_h: Int32(window.dilation.h), dilation_w: Int32(window.dilation.w))
  }
}
