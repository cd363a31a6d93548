/// Maps of one form that bands need one after the other, in one piece of memory along which all of them move.
///
/// Row y of a member is row `base + y` of an endless tape, in every band, and each member lies behind the one that is needed before it.
/// When that one has been read, its first rows are free, and the next one goes on into them. So a tape has room for the rows that
/// its members keep from band to band, and for the new ones of a single member. What of it is in memory moves on from band to band.
package struct Tape: Sendable {
  /// A map on the tape.
  package struct Member: Hashable, Sendable {
    package let buffer: Int
    /// The row of the tape that its row 0 is.
    package let base: Int
    /// From the first band that writes it to the last that reads it; in others it is nowhere.
    package let bands: ClosedRange<Int>
    /// By band, the rows that are held, from above its upper border to below its lower one.
    package let windows: [Range<Int>]
  }

  /// In the order in which a band needs them.
  package let members: [Member]
  /// By band, the row of the tape that is the first in memory.
  private let starts: [Int]
  /// What of it is in memory, as a map.
  package var map: Plan.Map

  /// Lays maps on a tape.
  ///
  /// - Parameters:
  ///   - chain: Numbers of buffers of one form, in the order in which a band needs them.
  ///   - buffers: All buffers.
  ///   - bands: More than one.
  ///   - map: The form.
  init(_ chain: [Int], _ buffers: [Placement.Buffer], _ bands: Bands, like map: Plan.Map) {
    let windows = chain.map { buffer in
      (0..<bands.count).map { bands.window(of: buffers[buffer], band: $0) }
    }
    let lives = chain.map { bands.life(of: buffers[$0]) }
    var bases: [Int] = []
    for (behind, life) in lives.enumerated() {
      // When a member goes on, those before it have done the band and keep what they need in the next one.
      let limits = bases.indices.flatMap { ahead in
        life.filter { lives[ahead].contains($0 + 1) }.map { band in
          bases[ahead] + windows[ahead][band + 1].lowerBound - windows[behind][band].upperBound
        }
      }
      bases.append(limits.min() ?? 0)
    }
    members = chain.indices.map {
      Member(buffer: chain[$0], base: bases[$0], bands: lives[$0], windows: windows[$0])
    }
    var starts: [Int] = [], rows = 0
    for band in 0..<bands.count {
      let here = chain.indices.filter { lives[$0].contains(band) }
      let first = here.map { bases[$0] + windows[$0][band].lowerBound }.min() ?? starts.last ?? 0
      let end = here.map { bases[$0] + windows[$0][band].upperBound }.max() ?? first
      starts.append(first)
      rows = max(rows, end - first)
    }
    self.starts = starts
    self.map = map
    self.map.rows = rows
  }

  /// Where a row of a member is in memory during a band, counted from the first in memory.
  package func place(of row: Int, _ member: Member, band: Int) -> Int { member.base + row - starts[band] }

  /// The rows in memory that a band takes over from the one before, and where the first of them goes; nil where there are none, or they
  /// stay.
  package func move(into band: Int) -> (rows: Range<Int>, to: Int)? {
    let kept = members.filter { $0.bands.contains(band - 1) && $0.bands.contains(band) }.map { member in
      (
        first: place(of: member.windows[band].lowerBound, member, band: band - 1),
        end: place(of: member.windows[band - 1].upperBound, member, band: band - 1)
      )
    }.filter { $0.first < $0.end }
    guard let first = kept.map(\.first).min(), let end = kept.map(\.end).max(),
      starts[band] != starts[band - 1]
    else { return nil }
    return (first..<end, first + starts[band - 1] - starts[band])
  }
}

extension Tape {
  /// Tapes for the maps of a plan in several bands, where they save memory.
  ///
  /// - Parameters:
  ///   - maps: By buffer, with the rows that each would take by itself; nil for strips.
  ///   - buffers: All buffers.
  ///   - bands: More than one.
  /// - Returns: Tapes of maps of one form, no two of which a stage touches.
  static func tapes(for maps: [Plan.Map?], _ buffers: [Placement.Buffer], _ bands: Bands) -> [Tape] {
    var chains: [[Int]] = []
    for buffer in maps.indices.sorted(by: { maps[$0]?.life.lowerBound ?? 0 < maps[$1]?.life.lowerBound ?? 0 })
    {
      guard let map = maps[buffer] else { continue }
      let chain = chains.firstIndex { chain in
        guard let last = chain.last.flatMap({ maps[$0] }) else { return false }
        return last.hasForm(of: map) && last.life.upperBound < map.life.lowerBound
      }
      if let chain { chains[chain].append(buffer) } else { chains.append([buffer]) }
    }
    return chains.compactMap { chain in
      guard chain.count > 1, let map = maps[chain[0]] else { return nil }
      let tape = Tape(chain, buffers, bands, like: map)
      return tape.map.rows < chain.reduce(0) { $0 + (maps[$1]?.rows ?? 0) } ? tape : nil
    }
  }
}

extension Plan.Map {
  /// Whether rows of the two are alike in memory.
  fileprivate func hasForm(of other: Plan.Map) -> Bool {
    (blocks, height, width, border) == (other.blocks, other.height, other.width, other.border)
  }
}

extension Bands {
  /// From the first band that writes a map to the last that reads it.
  func life(of buffer: Placement.Buffer) -> ClosedRange<Int> {
    let first = buffer.writers.compactMap { stage in
      (0..<count).first { done(stage: stage, after: $0) > 0 }
    }
    let last = (buffer.writers + buffer.readers.map(\.stage)).compactMap { stage in
      (0..<count).first { done(stage: stage, after: $0) == height }
    }
    guard let first = first.min(), let last = last.max() else {
      preconditionFailure("a map is written, and the last band ends every stage")
    }
    return first...last
  }
}
