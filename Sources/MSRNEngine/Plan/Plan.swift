package import MSRNTensors

/// What is done for a picture of one size: steps in order, and where every buffer lies in one piece of memory.
///
/// Independent of the number of threads and of how the steps are cut into blocks.
package struct Plan: Sendable {
  /// A buffer at this picture's size.
  ///
  /// Offsets and strides count floats.
  package struct Map: Sendable {
    package var blocks: Int
    package var height: Int
    package var width: Int
    package var border: Int
    /// Of the first float of the buffer within the memory of a run.
    package var offset = 0
    package var life: ClosedRange<Int>

    package init(blocks: Int, height: Int, width: Int, border: Int, life: ClosedRange<Int>) {
      (self.blocks, self.height, self.width) = (blocks, height, width)
      (self.border, self.life) = (border, life)
    }

    /// Columns of one block in memory.
    ///
    /// Odd, so that blocks do not lie a power of two apart, where they would compete for the same lines of
    /// the cache.
    package var columns: Int { (width + 2 * border) | 1 }
    package var blockStride: Int { columns * 16 }
    package var rowStride: Int { blocks * blockStride }
    package var count: Int { (height + 2 * border) * rowStride }
    /// Of pixel (0, 0) of block 0.
    package var origin: Int { offset + border * rowStride + border * 16 }
  }

  /// One step; `node` is its node in the graph.
  package enum Step: Sendable {
    /// Zeroes the border of a buffer before it is first written.
    case clearBorder(buffer: Int)
    case load(node: Int)
    case conv(node: Int)
    case elementwise(node: Int)
    case store(node: Int)
  }

  package let input: Shape
  package let output: Shape
  package let maps: [Map]
  package let steps: [Step]
  /// Floats of memory that the maps take together.
  package let memory: Int

  package init(_ graph: Graph, _ placement: Placement, input: Shape) {
    precondition(
      input.c == graph.nodes[0].channels,
      "the network reads \(graph.nodes[0].channels) channels, not \(input.c)")
    precondition(input.h > 0 && input.w > 0, "a picture has at least one pixel, not \(input)")
    self.input = input
    let result = graph.nodes[graph.output]
    output = Shape(c: result.channels, h: input.h * result.factor, w: input.w * result.factor)

    var steps: [Step] = []
    for (index, node) in graph.nodes.enumerated() {
      for (number, buffer) in placement.buffers.enumerated()
      where buffer.life.lowerBound == index && buffer.border > 0 {
        steps.append(.clearBorder(buffer: number))
      }
      switch node.operation {
      case .input: steps.append(.load(node: index))
      case .conv: steps.append(.conv(node: index))
      case .elementwise: steps.append(.elementwise(node: index))
      case .concat: break  // its parts lie in place
      case .relu, .sum, .pixelShuffle: preconditionFailure("a plan is made of a fused graph")
      }
    }
    if !placement.storesPlanes { steps.append(.store(node: graph.output)) }
    self.steps = steps

    var maps = placement.buffers.map {
      Map(
        blocks: $0.blocks, height: input.h * $0.factor, width: input.w * $0.factor, border: $0.border,
        life: $0.life)
    }
    memory = Self.place(&maps)
    self.maps = maps
  }

  /// Gives each map an offset so that no two that live at the same time overlap; returns the floats needed.
  ///
  /// Largest first, each at the lowest offset that is free during its life.
  private static func place(_ maps: inout [Map]) -> Int {
    var placed: [Int] = []
    var total = 0
    for index in maps.indices.sorted(by: { (maps[$0].count, $1) > (maps[$1].count, $0) }) {
      var offset = 0
      for other in placed.sorted(by: { maps[$0].offset < maps[$1].offset })
      where maps[other].life.overlaps(maps[index].life) && maps[other].offset < offset + maps[index].count {
        offset = max(offset, maps[other].offset + maps[other].count)
      }
      maps[index].offset = offset
      placed.append(index)
      total = max(total, offset + maps[index].count)
    }
    return total
  }
}
