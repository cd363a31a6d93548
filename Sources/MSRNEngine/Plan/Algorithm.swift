package import MSRNLayers

/// How accurately a network is computed, as the user says it; the algorithms follow from it.
public enum Precision: String, CaseIterable, Sendable {
  /// Direct convolution in fp32.
  case exact
  /// Three fp16 products on matrix tiles where the processor has them, else Winograd F(4, r) in fp32 where that is faster.
  case precise
  /// Winograd F(8, r) or F(6, r) in fp32 where that is faster.
  case fast
  /// Matrix tiles with 16-bit operands where the processor has them, else as `fast`.
  case half
  /// The fastest whose pictures are the same but for rounding; see the engine's documentation.
  case auto
}

/// How one convolution is computed.
package enum Algorithm: Hashable, Sendable {
  case direct
  /// Direct, for 1x1 filters and a large map: in parts whose weights a core's L1 holds. The same bits.
  case pointwise
  /// F(tile x tile, kernel x kernel); `near`: its weights stay as they are in memory and are transformed where they are used.
  case winograd(tile: Int, near: Bool = false)
  /// Direct on matrix tiles.
  case tiles(TileMode)

  /// Rows and columns of the output that are computed as one.
  package var tile: Int { if case .winograd(let tile, _) = self { tile } else { 1 } }

  /// Tiles that cover a map.
  package func tiles(_ map: Extent) -> Int { ((map.h + tile - 1) / tile) * ((map.w + tile - 1) / tile) }

  /// Whether the filters are used as they are, in fp32.
  package var isDirect: Bool { self == .direct || self == .pointwise }

  /// What a Winograd form is called, such as `F(4,3) near`; nil for other algorithms.
  package func form(kernel: Int) -> String? {
    guard case .winograd(let tile, let near) = self else { return nil }
    return "F(\(tile),\(kernel))\(near ? " near" : "")"
  }

  /// Products for each of a direct convolution's: (m + r - 1)^2 / (m r)^2 by Winograd F(m, r).
  package func products(kernel: Int) -> Double {
    switch self {
    case .direct, .pointwise: return 1
    case .winograd:
      let points = Double(tile + kernel - 1) / Double(tile * kernel)
      return points * points
    case .tiles(let mode): return mode == .fp16x3 ? 3 : 1
    }
  }

  /// What the outermost pixels of a folded convolution are computed by: lines of single pixels.
  package var atEdges: Algorithm { if case .tiles = self { self } else { .direct } }

  /// The mode in which a convolution runs on matrix tiles in a program of one mode; nil: it does not.
  ///
  /// Few inputs leave most of a tile empty. What carries the picture itself takes three products, which are as good as fp32: in
  /// MSRN that is little of the work, and most of the error.
  package static func tiles(for conv: Convolution, _ mode: TileMode?) -> TileMode? {
    guard conv.isPlain, conv.inputs >= 16 else { return nil }
    guard conv.carriesPicture else { return mode }
    return mode == .bf16 ? nil : mode.map { _ in .fp16x3 }
  }

  /// The algorithm for a convolution with a result of this size that does not run on matrix tiles.
  ///
  /// It depends on nothing else, so that threads, bands, blocks and other pictures change no bit. Fewest vector operations:
  /// products, and what the transforms of a tile cost, counted twice because they move memory. A map that is small beside its
  /// weights waits for them to come from memory, and transformed they are more. Weights that are transformed near cost their
  /// transform once for all tiles that are done together, and sums that go to and fro once for each tile.
  ///
  /// - Parameters:
  ///   - conv: The convolution.
  ///   - map: Rows and columns of the result.
  ///   - precision: What the user asked for.
  ///   - isSmall: Whether the map is smaller than the picture, so that weights can outweigh it.
  /// - Returns: the cheapest.
  package static func choose(
    _ conv: Convolution, map: Extent, precision: Precision, isSmall: Bool
  ) -> Algorithm {
    if conv.isPointwise, !isSmall { return .pointwise }
    guard conv.inset != nil, [3, 5].contains(conv.kernel) else { return .direct }
    let (inputs, outputs) = (conv.inputs.blocks, conv.outputs.blocks)
    let products = map.h * map.w * conv.kernel * conv.kernel * min(conv.inputs, inputs * 16) * outputs
    /// What products cost that read so many vectors of weights.
    func cost(_ products: Int, _ vectors: Int) -> Int {
      let waiting = isSmall ? Self.wait * max(0, vectors - Self.cachedVectors) : 0
      return max(products, waiting) + min(products, waiting) / 4
    }
    let area = conv.kernel * conv.kernel, vectors = inputs * 16 * outputs
    var best = (algorithm: Algorithm.direct, cost: cost(products, area * vectors))
    for tile in winogradTiles(for: conv, precision) {
      let points = tile + conv.kernel - 1
      let count = Algorithm.winograd(tile: tile).tiles(map)
      let input = 2 * points * 4 * points, output = (points + tile) * 5 * tile
      let transforms = 2 * count * (inputs * input + outputs * output)
      let all = points * points * vectors
      let ahead = cost(count * all, all) + transforms
      if ahead < best.cost { best = (.winograd(tile: tile), ahead) }
      guard isSmall else { continue }
      let times = (count + KernelTable.tilesAtOnce - 1) / KernelTable.tilesAtOnce
      let near = cost((count + count / 4 + times * Self.transform) * all, area * vectors) + transforms
      if near < best.cost { best = (.winograd(tile: tile, near: true), near) }
    }
    return best.algorithm
  }

  /// The tiles of the Winograd forms that a precision allows for a convolution, largest first.
  ///
  /// The larger, the more is rounded: F(8,3) errs about as much as F(6,5), F(8,5) some four times that. It is left out where the
  /// picture itself passes through, whose values are the largest of the network, and for few inputs, where it saves little.
  private static func winogradTiles(for conv: Convolution, _ precision: Precision) -> [Int] {
    switch precision {
    case .exact: []
    case .precise: [4]
    case .fast, .half, .auto:
      conv.kernel == 3 ? [8, 6, 4] : conv.carriesPicture ? [4] : conv.inputs < 64 ? [6, 4] : [8, 6, 4]
    }
  }

  /// Multiplications of two threads in the time in which 16 weights come from memory: measured where 42 GB/s meet 480 GFLOP/s.
  private static var wait: Int { 23 }
  /// Multiplications in the time in which a weight at one position is made of its filter near: measured, most of it is memory.
  private static var transform: Int { 6 }
  /// Vectors of 16 weights, 1 MiB, that are in a cache most of the time.
  private static var cachedVectors: Int { 16384 }
}
