extension KernelTable {
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
    /// Where each of some blocks of each pixel of a shuffle's r x r cells lies; `pixel` elements are from one pixel to the next.
    func cells(_ r: Int, blocks: [Int], pixel: Int) -> [Int] {
      (0..<r).flatMap { dy in
        (0..<r).flatMap { dx in blocks.map { $0 + (dy * map.rowStride / 16 + dx) * pixel } }
      }
    }
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
    var origin: UnsafeMutablePointer<Float> { unsafe base - rows.lowerBound * width }
    var plane: Int { rows.count * width }
  }
}
