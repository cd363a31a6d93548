import MSRNEngine

/// What `--profile` prints: the steps of a run with their times.
struct ProfileReport: CustomStringConvertible {
  let rows: [Profile.Row]
  /// FLOP/s of one thread in registers, where it is known: the bound of what a kernel multiplies.
  let peak: Double?

  init(_ rows: [Profile.Row], peak: Double? = nil) { (self.rows, self.peak) = (rows, peak) }

  var description: String {
    let total = max(rows.reduce(0) { $0 + $1.seconds }, 1e-9)
    let headings = ["layer", "operation", "kernel", "thread ms", "share", "GFLOP/s"]
    var table = Table(headings + (peak == nil ? [] : ["x peak", "of bound"]), numbers: [3, 4, 5, 6, 7])
    /// The share of some seconds that so many products would take at the peak.
    func ofBound(_ products: Int, _ seconds: Double) -> [String] {
      guard let peak else { return [] }
      return [products > 0 && seconds > 0 ? decimal(200 * Double(products) / seconds / peak, 0) + " %" : ""]
    }
    for row in rows {
      let flops = row.macs > 0 && row.seconds > 0 ? 2 * Double(row.macs) / row.seconds : nil
      table.add(
        [
          row.name, row.operation, row.kernel, decimal(row.seconds * 1e3, 2),
          decimal(100 * row.seconds / total, 1) + " %", flops.map { decimal($0 / 1e9, 0) } ?? "",
        ] + (peak.map { peak in [flops.map { decimal($0 / peak, 2) } ?? ""] } ?? [])
          + ofBound(row.products, row.seconds))
    }
    let products = rows.reduce(0) { $0 + $1.products }
    table.add(
      ["", "", "all threads", decimal(total * 1e3, 2), "100.0 %", ""] + (peak == nil ? [] : [""])
        + ofBound(products, total))
    return table.description
  }
}
