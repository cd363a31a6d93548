package import CMSRNKernels

/// The kernels of one instruction set.
///
/// The only Swift file that calls them.
@safe package struct KernelTable: @unchecked Sendable {
  // Sendable: function pointers and constants.
  private let table: msrn_kernel_table

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
  package func groups(of blocks: Int, kernel: Int) -> [Int] {
    let offered = unsafe kernel == 1 ? table.pointwise_groups : table.spatial_groups
    var groups: [Int] = []
    var left = blocks
    for size in [offered.0, offered.1, offered.2, offered.3].map(Int.init) where size > 0 {
      groups += [Int](repeating: size, count: left / size)
      left %= size
    }
    precondition(left == 0, "every level computes single blocks")
    return groups
  }

  /// The register tile of a group, such as `32x14`: output channels x pixels.
  package func tile(group: Int) -> String {
    let pixels = unsafe table.tile_pixels
    return "\(group * 16)x\([pixels.0, pixels.1, pixels.2, pixels.3, pixels.4][group])"
  }

  /// Floating-point operations done by so many rounds of a loop that does nothing but multiply and add in registers.
  package func peak(rounds: Int) -> Double { unsafe table.peak(rounds) }

  /// A step that is ready to run on any block of its rows and columns; blocks may run at the same time.
  @safe package struct Work: @unchecked Sendable {
    // Sendable: blocks write disjoint pixels, and `owners` keeps the tables alive.
    @unsafe fileprivate enum Call {
      case conv(msrn_conv, msrn_conv_fn)
      case elementwise(msrn_elementwise, msrn_elementwise_fn)
      case planes(msrn_planes, msrn_planes_fn)
    }
    fileprivate let call: Call
    fileprivate let owners: [AnyObject]

    /// Computes rows `rows` and columns `columns`, counted at the size of the map that is read.
    package func run(rows: Range<Int>, columns: Range<Int>) {
      let (y0, y1) = (Int32(rows.lowerBound), Int32(rows.upperBound))
      let (x0, x1) = (Int32(columns.lowerBound), Int32(columns.upperBound))
      withExtendedLifetime(owners) {
        switch unsafe call {
        case .conv(var c, let run): unsafe run(&c, y0, y1, x0, x1)
        case .elementwise(var e, let run): unsafe run(&e, y0, y1, x0, x1)
        case .planes(var p, let run): unsafe run(&p, y0, y1, x0, x1)
        }
      }
    }
  }

  /// A map in the memory of a run, seen from one of its places.
  package struct View {
    package let memory: Storage<Float>
    package let map: Plan.Map
    package let place: Placement.Place

    package init(_ memory: Storage<Float>, _ map: Plan.Map, _ place: Placement.Place) {
      precondition(
        place.block + place.blocks <= map.blocks && map.offset + map.count <= memory.count,
        "a view lies within its map, and the map within the memory")
      (self.memory, self.map, self.place) = (memory, map, place)
    }

    fileprivate var origin: UnsafeMutablePointer<Float> { unsafe memory.base + map.origin }
    /// The offset of each block from `origin`.
    fileprivate var blocks: [Int] { (0..<place.blocks).map { (place.block + $0) * map.blockStride } }
  }

  /// Planes of the caller, `[C, H, W]` without gaps; its maker answers for the memory.
  @safe package struct Planes {
    package let base: UnsafeMutablePointer<Float>
    package let height: Int
    package let width: Int

    package init(_ base: UnsafeMutablePointer<Float>, height: Int, width: Int) {
      unsafe (self.base, self.height, self.width) = unsafe (base, height, width)
    }
  }

  /// Where a convolution writes.
  package enum Target {
    case map(View)
    case planes(Planes)
  }

  package func conv(
    _ conv: Convolution, _ packed: PackedConvolution, input: View, addend: View?, target: Target
  ) -> Work {
    precondition(input.map.border >= conv.kernel / 2, "the input's border is as wide as the filter reaches")
    precondition(input.place.blocks == packed.inputBlocks, "the weights are packed for the input's place")
    let inputBlocks = Storage(input.blocks)
    let groups = Storage(packed.groups)
    var owners: [AnyObject] = [input.memory, inputBlocks, packed.weights, packed.bias, groups]
    var call = unsafe msrn_conv()
    unsafe call.x = UnsafePointer(input.origin)
    unsafe call.x_row = input.map.rowStride
    unsafe call.x_block = UnsafePointer(inputBlocks.base)
    unsafe call.in_blocks = Int32(packed.inputBlocks)
    unsafe call.weights = UnsafePointer(packed.weights.base)
    unsafe call.bias = UnsafePointer(packed.bias.base)
    unsafe call.groups = UnsafePointer(groups.base)
    unsafe call.group_count = Int32(groups.count)
    unsafe call.kernel = Int32(conv.kernel)
    unsafe call.relu = conv.relu ? 1 : 0
    if let addend {
      precondition(
        conv.shuffle == 1 && addend.place.blocks == packed.outputBlocks, "an addend lies as the result does")
      let blocks = Storage(addend.blocks)
      owners += [addend.memory, blocks]
      unsafe call.addend = UnsafePointer(addend.origin)
      unsafe call.addend_row = addend.map.rowStride
      unsafe call.addend_block = UnsafePointer(blocks.base)
    }
    switch target {
    case .map(let view):
      let r = conv.shuffle
      precondition(
        view.map.height == input.map.height * r && view.map.width == input.map.width * r
          && view.place.blocks * r * r == packed.outputBlocks, "the result fits its place")
      let blocks = Storage(
        (0..<r).flatMap { dy in
          (0..<r).flatMap { dx in view.blocks.map { $0 + dy * view.map.rowStride + dx * 16 } }
        })
      owners += [view.memory, blocks]
      unsafe call.y = view.origin
      unsafe call.y_row = r * view.map.rowStride
      unsafe call.y_pixel = r * 16
      unsafe call.y_block = UnsafePointer(blocks.base)
    case .planes(let planes):
      precondition(
        packed.outputBlocks == 1 && conv.shuffle == 1 && planes.height == input.map.height
          && planes.width == input.map.width, "planes are written from one block of the result's size")
      unsafe call.y = planes.base
      unsafe call.y_row = planes.width
      unsafe call.y_pixel = 1
      unsafe call.y_plane = planes.height * planes.width
      unsafe call.planar = Int32(conv.outputs)
    }
    return unsafe Work(call: .conv(call, table.conv), owners: owners)
  }

  package func elementwise(_ input: View, addend: View?, relu: Bool, target: View) -> Work {
    precondition(
      input.place.segments == target.place.segments
        && (addend?.place.segments ?? target.place.segments) == target.place.segments,
      "an elementwise step keeps how channels lie")
    let inputBlocks = Storage(input.blocks)
    let targetBlocks = Storage(target.blocks)
    var owners: [AnyObject] = [input.memory, target.memory, inputBlocks, targetBlocks]
    var call = unsafe msrn_elementwise()
    unsafe call.x = UnsafePointer(input.origin)
    unsafe call.x_row = input.map.rowStride
    unsafe call.x_block = UnsafePointer(inputBlocks.base)
    unsafe call.y = target.origin
    unsafe call.y_row = target.map.rowStride
    unsafe call.y_block = UnsafePointer(targetBlocks.base)
    unsafe call.blocks = Int32(input.place.blocks)
    unsafe call.relu = relu ? 1 : 0
    if let addend {
      let blocks = Storage(addend.blocks)
      owners += [addend.memory, blocks]
      unsafe call.addend = UnsafePointer(addend.origin)
      unsafe call.addend_row = addend.map.rowStride
      unsafe call.addend_block = UnsafePointer(blocks.base)
    }
    return unsafe Work(call: .elementwise(call, table.elementwise), owners: owners)
  }

  /// Planes into a map, each channel times `scale` plus `shift`.
  package func load(_ planes: Planes, scale: [Float], shift: [Float], target: View) -> Work {
    let factors = Storage(scale), shifts = Storage(shift)
    var (call, owners) = unsafe between(planes, target, channels: scale.count)
    unsafe call.scale = UnsafePointer(factors.base)
    unsafe call.shift = UnsafePointer(shifts.base)
    owners += [factors, shifts]
    return unsafe Work(call: .planes(call, table.load), owners: owners)
  }

  /// A map into planes.
  package func store(_ input: View, _ planes: Planes, channels: Int) -> Work {
    let (call, owners) = unsafe between(planes, input, channels: channels)
    return unsafe Work(call: .planes(call, table.store), owners: owners)
  }

  private func between(_ planes: Planes, _ view: View, channels: Int) -> (msrn_planes, [AnyObject]) {
    precondition(
      planes.height == view.map.height && planes.width == view.map.width, "planes and map have one size")
    let blocks = Storage(view.blocks), slots = Storage(view.place.slots.map(Int32.init))
    precondition(slots.count == channels, "the place holds the planes' channels")
    var call = unsafe msrn_planes()
    unsafe call.planes = planes.base
    unsafe call.plane = planes.height * planes.width
    unsafe call.plane_row = planes.width
    unsafe call.map = view.origin
    unsafe call.map_row = view.map.rowStride
    unsafe call.block = UnsafePointer(blocks.base)
    unsafe call.slot = UnsafePointer(slots.base)
    unsafe call.channels = Int32(channels)
    unsafe call.blocks = Int32(view.place.blocks)
    return unsafe (call, [view.memory, blocks, slots])
  }

  /// Zeroes what surrounds a map in its memory.
  package func clearBorder(_ map: Plan.Map, in memory: Storage<Float>) {
    precondition(map.offset + map.count <= memory.count, "the map lies within the memory")
    let start = unsafe memory.base + map.offset
    let edge = map.border * map.rowStride
    unsafe start.update(repeating: 0, count: edge)
    unsafe (start + edge + map.height * map.rowStride).update(repeating: 0, count: edge)
    let left = map.border * 16, right = (map.columns - map.width - map.border) * 16
    for block in 0..<map.height * map.blocks {
      let row = unsafe start + edge + block * map.blockStride
      unsafe row.update(repeating: 0, count: left)
      unsafe (row + map.blockStride - right).update(repeating: 0, count: right)
    }
  }
}
