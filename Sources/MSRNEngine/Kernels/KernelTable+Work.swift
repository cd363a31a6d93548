import CMSRNKernels

extension KernelTable {
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
          unsafe e.maps.x =
            strips.input.map { unsafe UnsafePointer(strip($0, e.maps.x_row)) } ?? e.maps.x + maps
          unsafe e.maps.y = strips.output.map { unsafe strip($0, e.maps.y_row) } ?? e.maps.y + maps
          if let at = strips.addend {
            unsafe e.other = UnsafePointer(strip(at, e.other_row))
          } else if let other = unsafe e.other {
            unsafe e.other = other + maps
          }
          unsafe run(&e, y0, y1, x0, x1)
        case .pool(var p, let run):
          unsafe (p.maps.x, p.maps.y) = unsafe (p.maps.x + maps, p.maps.y + maps)
          unsafe run(&p, y0, y1, x0, x1)
        case .norm(var n, let run):
          unsafe (n.maps.x, n.maps.y) = unsafe (n.maps.x + maps, n.maps.y + maps)
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
}
