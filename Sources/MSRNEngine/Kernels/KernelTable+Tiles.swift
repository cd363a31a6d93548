import CMSRNKernels

// 16-bit maps lie in the memory of fp32 ones: offsets and strides of maps count floats, those of the tiles' kernels 16-bit elements.

/// Memory seen as 16-bit elements.
func half(_ memory: UnsafeMutablePointer<Float>) -> UnsafeMutablePointer<UInt16> {
  unsafe UnsafeMutableRawPointer(memory).assumingMemoryBound(to: UInt16.self)
}

/// A convolution on matrix tiles that is ready to run.
@unsafe struct TileConvolution {
  var call: msrn_tile_conv
  let table: msrn_tile_table
  /// Where pixel (0, 0) of the maps' high parts lies, or would lie; nil for strips until they are placed, and where nothing is written.
  var input: UnsafeMutablePointer<UInt16>?
  var output: UnsafeMutablePointer<UInt16>?
  /// From there to the low parts.
  let inputLow: Int
  let outputLow: Int

  /// The same for maps so many floats further on.
  mutating func move(by floats: Int) {
    if unsafe call.addend != nil { unsafe call.addend += floats }
    if unsafe call.y != nil { unsafe call.y += floats }
    unsafe (input, output) = unsafe (
      input.map { unsafe $0 + 2 * floats }, output.map { unsafe $0 + 2 * floats }
    )
  }

  /// Whether all that was rounded is finite.
  func run(_ y0: Int32, _ y1: Int32, _ x0: Int32, _ x1: Int32) -> Bool {
    var call = unsafe call
    unsafe call.x = UnsafePointer(input)
    unsafe call.x_low = input.map { unsafe UnsafePointer($0 + inputLow) }
    unsafe call.z = output
    unsafe call.z_low = output.map { unsafe $0 + outputLow }
    // Not "greater than": NaN must not pass.
    return unsafe table.conv(&call, y0, y1, x0, x1) <= table.limit
  }
}

/// Rounding of an fp32 map that is ready to run.
@unsafe struct TileCopy {
  var call: msrn_tile_copy
  let table: msrn_tile_table
  var output: UnsafeMutablePointer<UInt16>?
  let outputLow: Int

  /// The same for maps so many floats further on.
  mutating func move(by floats: Int) {
    if unsafe call.wide != nil { unsafe call.wide += floats }
    unsafe output = unsafe output.map { unsafe $0 + 2 * floats }
  }

  /// Whether all that was rounded is finite.
  func run(_ y0: Int32, _ y1: Int32, _ x0: Int32, _ x1: Int32) -> Bool {
    var call = unsafe call
    unsafe call.narrow = output
    unsafe call.narrow_low = output.map { unsafe $0 + outputLow }
    return unsafe table.narrow(&call, y0, y1, x0, x1) <= table.limit
  }
}

extension KernelTable.View {
  /// Where pixel (0, 0) of a 16-bit map's high parts lies, or would lie; nil for a strip.
  fileprivate var halfOrigin: UnsafeMutablePointer<UInt16>? { unsafe origin.map { unsafe half($0) } }
  /// From the high parts to the low ones, where there are any.
  fileprivate var low: Int { place.format.parts == 2 ? map.blocks * map.blockStride : 0 }

  /// The offset from `halfOrigin` of each 16 channels: two share a block.
  fileprivate var halfBlocks: [Int] { blocks.flatMap { [2 * $0, 2 * $0 + 16] } }
}

extension KernelTable {
  /// What the tiles' kernels compute together: output channels x pixels.
  package static var tileOfTiles: String { "16x64" }

  /// The name of a mode's kernels and their tile, such as `amx fp16 16x64`.
  package func name(_ mode: TileMode) -> String { "amx \(mode.rawValue) \(Self.tileOfTiles)" }

  /// Floating-point operations done by so many rounds of a loop that does nothing but multiply on the tiles.
  package func peak(_ mode: TileMode, rounds: Int) -> Double { unsafe tiles[mode].peak(rounds) }

  /// 16-bit elements that packed weights take.
  package static func tileWeights(_ mode: TileMode, kernel: Int, inputBlocks: Int, outputBlocks: Int) -> Int {
    msrn_tile_weights(mode.mode, Int32(kernel), Int32(inputBlocks), Int32(outputBlocks))
  }

  /// A convolution's weights for matrix tiles.
  ///
  /// With three products they are multiplied by 2^10, so that their low parts are normal numbers; weights that would then pass the
  /// range of fp16, by the largest power of two that keeps them within.
  package func tileWeights(
    _ conv: Convolution, _ mode: TileMode, inputSlots: [Int], inputBlocks: Int, outputSlots: [Int],
    outputBlocks: Int
  ) -> PackedConvolution.Weights {
    precondition(
      inputSlots.count == conv.inputs && outputSlots.count == conv.outputs
        && inputSlots.allSatisfy { $0 < inputBlocks * 32 }
        && outputSlots.allSatisfy { $0 < outputBlocks * 16 },
      "every channel has a slot")
    let limit = unsafe tiles[mode].limit
    let largest = conv.weights.reduce(0) { max($0, abs($1)) }
    var scale: Float = mode == .fp16x3 ? MSRN_TILE_X3_SCALE : 1
    while largest.isFinite, largest * scale > limit { scale /= 2 }
    let packed = Storage<UInt16>(
      count: Self.tileWeights(
        mode, kernel: conv.kernel, inputBlocks: inputBlocks, outputBlocks: outputBlocks))
    let inputs = Storage(inputSlots.map(Int32.init)), outputs = Storage(outputSlots.map(Int32.init))
    unsafe conv.weights.withUnsafeBufferPointer { weights in
      var pack = unsafe msrn_tile_pack()
      unsafe pack.weights = weights.baseAddress
      unsafe pack.input_slot = UnsafePointer(inputs.base)
      unsafe pack.output_slot = UnsafePointer(outputs.base)
      unsafe pack.packed = packed.base
      unsafe pack.scale = scale
      unsafe (pack.inputs, pack.outputs) = (Int32(conv.inputs), Int32(conv.outputs))
      unsafe (pack.in_blocks, pack.out_blocks) = (Int32(inputBlocks), Int32(outputBlocks))
      unsafe (pack.kernel, pack.mode) = (Int32(conv.kernel), mode.mode)
      _ = unsafe msrn_tile_pack_weights(&pack)
    }
    withExtendedLifetime((inputs, outputs)) {}
    return .half(packed, scale: scale)
  }

  /// A convolution on matrix tiles of a 16-bit map; the result goes to `target` in fp32, to `half` in 16 bits, or to both.
  package func conv(
    _ conv: Convolution, _ packed: PackedConvolution, _ mode: TileMode, input: View, addend: View?,
    target: View?, half: View?
  ) -> Work {
    precondition(
      conv.kernel == 1 || input.map.border >= conv.kernel / 2,
      "the input's border is as wide as the filter reaches")
    guard case .half(let weights, let scale) = packed.weights, packed.inputBlocks == input.place.blocks,
      input.place.format.isHalf, input.place.format.parts >= mode.format.parts
    else {
      preconditionFailure(
        "the weights are packed for the input's place, which has the parts they are multiplied with")
    }
    precondition(
      target != nil || half != nil, "a result is written")
    precondition(half.map { $0.place.format == mode.format } ?? true, "a mode writes its own format")
    let inputBlocks = Storage(input.blocks.map { 2 * $0 })
    var owners: [AnyObject] = input.owner + [inputBlocks, weights, packed.bias]
    var strips = Work.Strips(input: input.strip, addend: addend?.strip)
    var call = unsafe msrn_tile_conv()
    unsafe call.x_row = 2 * input.map.rowStride
    unsafe call.x_block = UnsafePointer(inputBlocks.base)
    unsafe call.in_blocks = Int32(packed.inputBlocks)
    unsafe call.out_blocks = Int32(packed.outputBlocks)
    unsafe call.weights = UnsafePointer(weights.base)
    unsafe call.bias = UnsafePointer(packed.bias.base)
    unsafe call.scale = 1 / scale
    unsafe call.kernel = Int32(conv.kernel)
    unsafe call.relu = conv.relu ? 1 : 0
    let r = conv.shuffle
    if let addend {
      precondition(
        r == 1 && addend.place.blocks == packed.outputBlocks, "an addend lies as the result does")
      let blocks = Storage(addend.blocks)
      owners += addend.owner + [blocks]
      unsafe call.addend = UnsafePointer(addend.origin)
      unsafe call.addend_row = addend.map.rowStride
      unsafe call.addend_block = UnsafePointer(blocks.base)
    }
    for view in [target, half].compactMap({ $0 }) {
      precondition(
        view.place.outputBlocks * r * r == packed.outputBlocks && (r == 1 || view.memory != nil),
        "the result fits its place")
    }
    if let target {
      let blocks = Storage(target.cells(r, blocks: target.blocks, pixel: 16))
      owners += target.owner + [blocks]
      strips.output = target.strip
      unsafe call.y = target.origin
      unsafe call.y_row = r * target.map.rowStride
      unsafe call.y_pixel = r * 16
      unsafe call.y_block = UnsafePointer(blocks.base)
    }
    if let half {
      let blocks = Storage(half.cells(r, blocks: half.halfBlocks, pixel: 32))
      owners += half.owner + [blocks]
      strips.half = half.strip
      unsafe call.z_row = 2 * r * half.map.rowStride
      unsafe call.z_pixel = r * 32
      unsafe call.z_block = UnsafePointer(blocks.base)
    }
    return unsafe Work(
      call: .tiles(
        TileConvolution(
          call: call, table: tiles[mode], input: input.halfOrigin, output: half?.halfOrigin,
          inputLow: input.low, outputLow: half?.low ?? 0)),
      strips: strips, owners: owners)
  }

  /// Some values for a 16-bit map that lies in memory whole: what a benchmark multiplies.
  package func fill(_ view: View, _ mode: TileMode) {
    guard let memory = view.memory else { preconditionFailure("the map is in memory") }
    clear(view.map, in: memory, rows: 0..<view.map.rows)
    let place = Placement.Place(buffer: 0, block: 0, segments: view.place.segments, format: .singlePaired)
    var map = Plan.Map(
      blocks: place.blocks, height: view.map.height, width: view.map.width, border: 0, life: 0...0)
    map.offset = 0
    let values = Storage((0..<map.count).map { Float($0 % 13 - 6) / 8 })
    narrow(View(values, map, place), mode, target: view)
      .run(rows: 0..<map.height, columns: 0..<map.width, scratch: Scratch(Storage(count: 0), offset: 0))
  }

  /// An fp32 map rounded to 16 bits.
  package func narrow(_ input: View, _ mode: TileMode, target: View) -> Work {
    precondition(
      input.place.segments == target.place.segments && input.place.blocks == target.place.outputBlocks,
      "rounding keeps how channels lie")
    let wide = Storage(input.blocks), narrow = Storage(target.halfBlocks)
    var call = unsafe msrn_tile_copy()
    unsafe call.wide = input.origin
    unsafe call.wide_row = input.map.rowStride
    unsafe call.wide_block = UnsafePointer(wide.base)
    unsafe call.narrow_row = 2 * target.map.rowStride
    unsafe call.narrow_block = UnsafePointer(narrow.base)
    unsafe call.blocks = Int32(input.place.blocks)
    return unsafe Work(
      call: .narrow(
        TileCopy(call: call, table: tiles[mode], output: target.halfOrigin, outputLow: target.low)),
      strips: .init(input: input.strip, half: target.strip),
      owners: input.owner + target.owner + [wide, narrow])
  }
}
