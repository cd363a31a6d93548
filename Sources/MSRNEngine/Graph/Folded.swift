/// Convolutions with nothing but a pixel shuffle between each and the next, as one convolution of the first one's input.
///
/// Everything is linear, so that a pixel and its r x r pixels further up are a linear function of its neighbourhood. Each
/// convolution but the first pads with zeros at its own resolution, which the one convolution cannot know: where a filter
/// reaches beyond the map, taps are missing that it has elsewhere. So the outermost pixels have filters of their own.
package struct Folded: Sendable {
  /// The sides on which a pixel is the map's last one.
  package struct Edge: Hashable, Sendable {
    package enum Place: Int, CaseIterable, Sendable { case inside, first, last, only }
    package let row: Place
    package let column: Place

    package init(row: Place, column: Place) { (self.row, self.column) = (row, column) }

    /// No side.
    package static let none = Edge(row: .inside, column: .inside)
    package static let all = Place.allCases.flatMap { row in Place.allCases.map { Edge(row: row, column: $0) }
    }

    /// The rows and columns of a map of this size that are of this kind.
    package func region(height: Int, width: Int) -> (rows: Range<Int>, columns: Range<Int>) {
      (row.range(height), column.range(width))
    }
  }

  /// First to last.
  package let convolutions: [Convolution]
  /// The shuffle after each of them; after the last, none.
  package let shuffles: [Int]

  package init(_ first: Convolution, shuffle: Int, _ rest: Convolution) {
    self.init(
      [first] + (rest.folded?.convolutions ?? [rest]), shuffles: [shuffle] + (rest.folded?.shuffles ?? []))
  }

  init(_ convolutions: [Convolution], shuffles: [Int]) {
    (self.convolutions, self.shuffles) = (convolutions, shuffles)
  }

  package var inputs: Int { convolutions[0].inputs }
  /// All shuffles together.
  package var shuffle: Int { shuffles.reduce(1, *) }
  /// Before that shuffle: channel (c r + dy) r + dx is pixel (dy, dx) of channel c.
  package var outputs: Int { convolutions[convolutions.count - 1].outputs * shuffle * shuffle }
  /// Pixels to each side of the one that is computed.
  package var reach: Int { reach(from: 0) }
  package var kernel: Int { 2 * reach + 1 }

  private func reach(from level: Int) -> Int {
    let own = convolutions[level].kernel / 2
    return level == shuffles.count
      ? own : own + (reach(from: level + 1) + shuffles[level] - 1) / shuffles[level]
  }

  /// Whether filters differ for the outermost pixels only, and not for those beside them.
  package var differsAtTheRimOnly: Bool {
    shuffles.indices.allSatisfy { reach(from: $0 + 1) <= shuffles[$0] }
  }

  /// Multiply-accumulates for one pixel of the input: of the one convolution, and of the several.
  package var macs: (folded: Int, separate: Int) {
    var separate = 0, factor = 1
    for (level, conv) in convolutions.enumerated() {
      separate += factor * factor * conv.inputs * conv.outputs * conv.kernel * conv.kernel
      if level < shuffles.count { factor *= shuffles[level] }
    }
    return (inputs * outputs * kernel * kernel, separate)
  }

  /// The filters at an edge, summed in double precision.
  package func filters(_ edge: Edge, _ kernels: KernelTable) -> KernelTable.Filters {
    filters(from: 0, edge, kernels)
  }

  private func filters(from level: Int, _ edge: Edge, _ kernels: KernelTable) -> KernelTable.Filters {
    let inner = KernelTable.Filters(convolutions[level])
    guard level < shuffles.count else { return inner }
    let r = shuffles[level], above = shuffles[(level + 1)...].reduce(1, *)
    let channels = convolutions[convolutions.count - 1].outputs
    let middle = inner.outputs / (r * r)
    var result = KernelTable.Filters(
      outputs: channels * (r * above) * (r * above), kernel: 2 * reach(from: level) + 1, inputs: inner.inputs)
    let center = reach(from: level) - inner.kernel / 2

    for dy in 0..<r {
      for dx in 0..<r {
        let outer = filters(
          from: level + 1, Edge(row: edge.row.part(dy, of: r), column: edge.column.part(dx, of: r)), kernels)
        // Output (c, ey, ex) of the outer filters is pixel (dy, dx), and in it (ey, ex), of the whole r * above.
        for ey in 0..<above {
          for ex in 0..<above {
            let side = r * above
            let to = (0..<channels).map { ($0 * side + dy * above + ey) * side + dx * above + ex }
            let from = (0..<channels).map { ($0 * above + ey) * above + ex }
            for (o, f) in zip(to, from) { result.bias[o] += outer.bias[f] }
            for ky in 0..<outer.kernel {
              for kx in 0..<outer.kernel {
                let y = dy + ky - outer.kernel / 2, x = dx + kx - outer.kernel / 2
                guard edge.row.has(y, of: r), edge.column.has(x, of: r) else { continue }
                let (oy, ox) = (Self.floor(y, r), Self.floor(x, r))
                // The first of the inner outputs that the shuffle takes there.
                let first = (y - oy * r) * r + x - ox * r
                var factors: [Double] = []
                for f in from {
                  let at = outer.index(f, ky, kx)
                  factors += outer.weights[at..<at + middle]
                }
                for (row, o) in to.enumerated() {
                  for m in 0..<middle {
                    result.bias[o] += factors[row * middle + m] * inner.bias[first + m * r * r]
                  }
                }
                for row in 0..<inner.kernel {
                  kernels.combine(
                    inner, row: row, from: first, step: r * r, terms: middle, factors: factors, into: &result,
                    outputs: to, y: center + oy + row, x: center + ox)
                }
              }
            }
          }
        }
      }
    }
    return result
  }

  private static func floor(_ a: Int, _ b: Int) -> Int { a >= 0 ? a / b : -((b - 1 - a) / b) }
}

extension Folded.Edge.Place {
  /// The rows of a map of this height, or the columns of its width, that lie here.
  fileprivate func range(_ side: Int) -> Range<Int> {
    switch self {
    case .inside: min(1, side)..<max(1, side - 1)
    case .first: 0..<(side > 1 ? 1 : 0)
    case .last: side > 1 ? side - 1..<side : 0..<0
    case .only: 0..<(side == 1 ? 1 : 0)
    }
  }

  /// Where part `index` of `count` of such a pixel lies.
  fileprivate func part(_ index: Int, of count: Int) -> Self {
    let isFirst = (self == .first || self == .only) && index == 0
    let isLast = (self == .last || self == .only) && index == count - 1
    return isFirst ? (isLast ? .only : .first) : isLast ? .last : .inside
  }

  /// Whether there is a part at `index` of such a pixel, counted on into its neighbours.
  fileprivate func has(_ index: Int, of count: Int) -> Bool {
    if index < 0 { return self == .inside || self == .last }
    if index >= count { return self == .inside || self == .first }
    return true
  }
}

extension KernelTable.Filters {
  /// The filters of a convolution, channels last.
  fileprivate init(_ conv: Convolution) {
    self.init(outputs: conv.outputs, kernel: conv.kernel, inputs: conv.inputs)
    let area = kernel * kernel
    for o in 0..<outputs {
      bias[o] = Double(conv.bias[o])
      for i in 0..<inputs {
        for tap in 0..<area {
          weights[(o * area + tap) * inputs + i] = Double(conv.weights[(o * inputs + i) * area + tap])
        }
      }
    }
  }
}
