import CMSRNKernels
package import MSRNLayers

extension KernelTable {
  /// One or two maps, value by value.
  package func elementwise(
    _ step: Graph.Elementwise, _ input: View, _ other: View?, target: View
  ) -> Work {
    precondition(
      input.place.segments == target.place.segments
        && (other?.place.segments ?? target.place.segments) == target.place.segments,
      "an elementwise step keeps how channels lie")
    var call = unsafe msrn_elementwise()
    var owners: [AnyObject]
    unsafe (call.maps, owners) = unsafe maps(input, target)
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
    var call = unsafe msrn_pool()
    let owners: [AnyObject]
    unsafe (call.maps, owners) = unsafe maps(input, target)
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
      call: .pool(call, table.pool), strips: .init(), owners: owners)
  }

  /// A normalisation over the channels of each pixel; both maps are in memory, their channels in one run.
  package func norm(_ norm: LocalResponseNorm, _ input: View, target: View) -> Work {
    precondition(
      input.place.segments == target.place.segments && input.place.segments.count == 1 && input.memory != nil
        && target.memory != nil, "a normalisation over channels reads them in one run")
    var call = unsafe msrn_norm()
    let owners: [AnyObject]
    unsafe (call.maps, owners) = unsafe maps(input, target)
    unsafe (call.channels, call.size) = (Int32(input.place.segments[0]), Int32(norm.size))
    unsafe (call.k, call.alpha, call.beta) = (Float(norm.k), Float(norm.alpha), Float(norm.beta))
    return unsafe Work(
      call: .norm(call, table.norm), strips: .init(), owners: owners)
  }

  /// A map that another one is made of, and what must live as long.
  private func maps(_ input: View, _ target: View) -> (msrn_maps, [AnyObject]) {
    let inputBlocks = Storage(input.blocks), targetBlocks = Storage(target.blocks)
    let maps = unsafe msrn_maps(
      x: UnsafePointer(input.origin), x_row: input.map.rowStride, x_block: UnsafePointer(inputBlocks.base),
      y: target.origin, y_row: target.map.rowStride, y_block: UnsafePointer(targetBlocks.base),
      blocks: Int32(input.place.blocks))
    return unsafe (maps, input.owner + target.owner + [inputBlocks, targetBlocks])
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
