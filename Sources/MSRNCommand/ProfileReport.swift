import MSRNEngine

/// What `--profile` prints: the steps of a run with their times.
struct ProfileReport: CustomStringConvertible {
  let rows: [Profile.Row]

  init(_ rows: [Profile.Row]) { self.rows = rows }

  var description: String {
    let total = max(rows.reduce(0) { $0 + $1.seconds }, 1e-9)
    var table = Table(["layer", "operation", "kernel", "thread ms", "share", "GFLOP/s"], numbers: [3, 4, 5])
    for row in rows {
      table.add([
        row.name, row.operation, row.kernel, decimal(row.seconds * 1e3, 2),
        decimal(100 * row.seconds / total, 1) + " %",
        row.macs > 0 && row.seconds > 0 ? decimal(2 * Double(row.macs) / row.seconds / 1e9, 0) : "",
      ])
    }
    table.add(["", "", "all threads", decimal(total * 1e3, 2), "100.0 %", ""])
    return table.description
  }
}
