/// The order in which a picture's rows are done: all at once, or in bands that follow each other from stage to stage.
///
/// In band k a stage goes on to row (k + 1) * rows - lag of the picture, so that what it reads has been done by then; each
/// map keeps the few rows that are still to be read. Nothing is computed twice. Lags and bands are whole
/// Winograd tiles, so that every tile is the one that it is without bands.
///
/// All rows of this type are rows of the picture (LR).
package struct Bands: Hashable, Sendable {
  /// Rows that a band goes on by.
  package let rows: Int
  /// By stage, rows that it lies behind.
  package let lags: [Int]
  /// Rows of the picture.
  package let height: Int
  package let count: Int

  /// Bands of `rows` rows, a multiple of each stage's unit, the rows that it computes as one; a band of the picture's height or more
  /// is the only one.
  package init(_ placement: Placement, stages: [Stage], height: Int, rows: Int, units: [Int]) {
    self.height = height
    if rows >= height {
      (self.rows, lags, count) = (height, stages.map { _ in 0 }, 1)
      return
    }
    precondition(
      rows > 0 && units.allSatisfy { rows % $0 == 0 }, "a band of \(rows) rows is no multiple of \(units)")
    var lags = [Int](repeating: 0, count: stages.count)
    for stage in stages.indices {
      for buffer in placement.buffers where !buffer.isStrip && buffer.life.contains(stage) {
        func rows(_ reach: Int) -> Int { (reach + buffer.factor - 1) / buffer.factor }
        let reads = buffer.readers.filter { $0.stage == stage }
        if let reach = reads.map(\.reach).max() {
          for writer in buffer.writers where writer < stage {
            lags[stage] = max(lags[stage], lags[writer] + rows(reach))
          }
        }
        if buffer.writers.contains(stage) {
          for reader in buffer.readers where reader.stage < stage {
            lags[stage] = max(lags[stage], lags[reader.stage] + rows(reader.reach))
          }
          for writer in buffer.writers where writer < stage { lags[stage] = max(lags[stage], lags[writer]) }
        }
      }
      lags[stage] = (lags[stage] + units[stage] - 1) / units[stage] * units[stage]
    }
    (self.rows, self.lags) = (rows, lags)
    count = (height + (lags.max() ?? 0) + rows - 1) / rows
  }

  /// Rows that a stage has done after band `band`; before the first, after band -1, none.
  package func done(stage: Int, after band: Int) -> Int {
    count == 1 ? (band < 0 ? 0 : height) : min(height, max(0, (band + 1) * rows - lags[stage]))
  }

  /// Rows of the picture that a stage does in a band.
  package func work(stage: Int, band: Int) -> Range<Int> {
    done(stage: stage, after: band - 1)..<done(stage: stage, after: band)
  }

  /// Rows of a map that are held during a band, in rows of the map, from above its upper border to below its lower one.
  package func window(of buffer: Placement.Buffer, band: Int) -> Range<Int> {
    let first = buffer.readers.map { done(stage: $0.stage, after: band - 1) * buffer.factor - $0.reach }.min()
    let written = buffer.writers.map { done(stage: $0, after: band - 1) * buffer.factor }.min()
    let end = buffer.writers.map { done(stage: $0, after: band) * buffer.factor }.max() ?? 0
    let top = min(first ?? .max, written ?? .max, band == 0 ? -buffer.border : .max)
    return top..<(end == height * buffer.factor ? end + buffer.border : max(end, top))
  }

  /// Whether a network can be done in bands: every map has its rows from as many rows of the picture.
  package static func arePossible(_ placement: Placement) -> Bool {
    placement.buffers.allSatisfy { $0.size.factor != nil }
  }

  /// Rows of memory that a map takes.
  package func rows(of buffer: Placement.Buffer) -> Int {
    precondition(count > 1, "in one band every row is there")
    return (0..<count).map { window(of: buffer, band: $0).count }.max() ?? 0
  }
}

extension Placement.Buffer {
  /// Rows and columns per row and column of the picture, in a network that can be done in bands.
  fileprivate var factor: Int {
    guard let factor = size.factor else {
      preconditionFailure("a network with such maps is done in one band")
    }
    return factor
  }
}
