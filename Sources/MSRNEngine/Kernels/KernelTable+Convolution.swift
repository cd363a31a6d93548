import CMSRNKernels
package import MSRNLayers

extension KernelTable {
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
    let blocks = Storage(view.cells(r, blocks: view.blocks, pixel: 16))
    owners += view.owner + [blocks]
    strips.output = view.strip
    unsafe call.y = view.origin
    unsafe call.y_row = r * view.map.rowStride
    unsafe call.y_pixel = r * 16
    unsafe call.y_block = UnsafePointer(blocks.base)
    switch packed.algorithm {
    case .direct, .pointwise:
      return unsafe Work(
        call: .conv(call, packed.algorithm == .direct ? table.conv : table.pointwise), strips: strips,
        owners: owners, groups: packed.groups, weightsEach: weights.count / packed.outputBlocks)
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
}

extension msrn_window {
  init(_ window: Window) {
    self.init(
      kernel_h: Int32(window.kernel.h), kernel_w: Int32(window.kernel.w), stride_h: Int32(window.stride.h),
      stride_w: Int32(window.stride.w), pad_h: Int32(window.padding.h), pad_w: Int32(window.padding.w),
      dilation_h: Int32(window.dilation.h), dilation_w: Int32(window.dilation.w))
  }
}
