extension CompareReport {
  /// Tables of at most 80 columns, if names and paths are short.
  var text: String {
    var parts = [cost.description, speedTable.description, listing]
    let lines = remarks
    if !lines.isEmpty { parts.append(lines.joined(separator: "\n")) }
    return parts.joined(separator: "\n\n")
  }

  /// What networks are and what they get wrong.
  private var cost: Table {
    var table = Table(
      ["network", "M param", "GMAC", "M act", "top-1 %", "top-5 %", "published %", ""],
      numbers: [1, 2, 3, 4, 5, 6])
    for row in networks {
      table.add([
        shortened(row.name, to: 18), decimal(Double(row.parameters) / 1e6, 3), decimal(row.gmacs, 3),
        decimal(row.megaActivations, 2), Self.error(row, row.errors?.top1Error),
        Self.error(row, row.errors?.top5Error), row.published.map(Self.text) ?? "-",
        row.published.map(mark) ?? "",
      ])
    }
    return table
  }

  /// How fast they are.
  private var speedTable: Table {
    var headings = ["network", "input", "p50 ms", "p95 ms", "img/s"]
    if let batch { headings.append("by \(batch)") }
    headings += ["x peak", "MiB"]
    var table = Table(headings, numbers: Set(2..<headings.count))
    for row in networks {
      var cells = [shortened(row.name, to: 18), row.input]
      if let speed = row.speed {
        cells += [
          Self.milliseconds(speed.p50), Self.milliseconds(speed.p95), Self.rate(speed.imagesPerSecond),
        ]
        if batch != nil { cells.append(speed.batchImagesPerSecond.map(Self.rate) ?? "-") }
        cells += [decimal(speed.timesPeak, 3), decimal(Double(speed.peakBytes) / 1_048_576, 0)]
      } else {
        cells += ["failed"] + [String](repeating: "", count: headings.count - 3)
      }
      table.add(cells)
    }
    return table
  }

  private var listing: String {
    var listing = Listing()
    listing.add("machine", processor)
    listing.add("", "\(threads) threads, \(instructionSet), precision \(precision)")
    if let peak {
      listing.add("peak", "\(decimal(peak / 1e9, 1)) GFLOP/s of \(threads) threads in registers")
    }
    listing.add("timed", timed)
    listing.add("MiB", "peak resident memory of a network's own process, weights read")
    for row in networks {
      if let weights = row.weights { listing.add("weights", "\(row.name): \(weights.file)") }
    }
    for set in Self.unique(networks.compactMap { $0.errors.map { "\($0.set), \($0.pictures) pictures" } }) {
      listing.add("errors of", set)
    }
    return listing.description
  }

  /// How networks were timed.
  var timed: String {
    let runs = networks.compactMap { $0.speed?.runs }
    guard let least = runs.min(), let most = runs.max() else { return "nothing" }
    return "\(rounds) rounds, each network in turn, \(least == most ? "" : "\(least) to ")\(most) runs"
  }

  /// What has to be known about the figures, a line each.
  var remarks: [String] {
    var lines: [String] = []
    if networks.contains(where: { $0.weights == nil }) {
      lines.append("random: random weights, which have no error; --weights NAME=FILE gives others")
    }
    lines += sources.map { figure in
      "\(mark(figure)): \(figure.source)\(figure.method.isEmpty ? "" : " (\(figure.method))")"
    }
    for row in networks {
      if let failure = row.failure { lines.append("\(row.name) failed: \(failure)") }
    }
    let failed = Self.unique(
      networks.compactMap { $0.errors }.filter { $0.failed > 0 }.map {
        "\($0.set): \($0.failed) pictures failed, and count in no error"
      })
    return lines + failed + notes
  }

  // MARK: Machines

  /// A line a network, after one of headings.
  var csv: String {
    let headings = [
      "network", "architecture", "weights", "sha256", "input", "classes", "parameters", "gmacs", "macts",
      "p50_ms",
      "p95_ms", "fastest_ms", "runs", "images_per_second", "batch", "batch_images_per_second", "batch_way",
      "times_peak", "peak_bytes", "batch_peak_bytes", "set", "pictures", "top1_error", "top5_error",
      "published_top1_error", "published_top5_error", "published_source", "published_method", "failure",
    ]
    let lines = networks.map { row -> String in
      let (speed, errors, published) = (row.speed, row.errors, row.published)
      func ms(_ seconds: Double?) -> String { seconds.map { decimal($0 * 1e3, 4) } ?? "" }
      func number(_ value: Int?) -> String { value.map { "\($0)" } ?? "" }
      func number(_ value: Double?, _ decimals: Int) -> String { value.map { decimal($0, decimals) } ?? "" }
      let cells: [String] = [
        CSV.cell(row.name), row.network, CSV.cell(row.weights?.file ?? ""), row.weights?.sha256 ?? "",
        row.input,
        "\(row.classes)", "\(row.parameters)", decimal(row.gmacs, 6), decimal(row.megaActivations, 6),
        ms(speed?.p50), ms(speed?.p95), ms(speed?.fastest), number(speed?.runs),
        number(speed?.imagesPerSecond, 2), number(batch), number(speed?.batchImagesPerSecond, 2),
        speed?.batchWay ?? "", number(speed?.timesPeak, 4), number(speed?.peakBytes),
        number(speed?.batchPeakBytes), CSV.cell(errors?.set ?? ""), number(errors?.pictures),
        number(errors?.top1Error, 4), number(errors?.top5Error, 4), number(published?.top1Error, 3),
        number(published?.top5Error, 3), CSV.cell(published?.source ?? ""), CSV.cell(published?.method ?? ""),
        CSV.cell(row.failure ?? ""),
      ]
      return cells.joined(separator: ",")
    }
    return ([headings.joined(separator: ",")] + lines).joined(separator: "\n")
  }

  // MARK: Numbers for people

  /// A measured error, or why there is none.
  static func error(_ row: Network, _ error: Double?) -> String {
    error.map { decimal($0, 2) } ?? (row.weights == nil ? "random" : "-")
  }

  /// `27.88/10.02`, with as many decimals as were published, at most two.
  static func text(_ figure: PublishedErrors.Figure) -> String {
    func short(_ value: Double) -> String {
      let tenths = (value * 10).rounded() / 10
      return abs(value - tenths) < 1e-9 && figure.set == .imageNet ? decimal(value, 1) : decimal(value, 2)
    }
    return ([figure.top1Error] + [figure.top5Error].compactMap { $0 }).map(short).joined(separator: "/")
  }

  /// Three digits that count.
  static func milliseconds(_ seconds: Double) -> String { rate(seconds * 1e3) }

  /// Three digits that count, of large numbers all before the point.
  static func rate(_ value: Double) -> String { decimal(value, value < 10 ? 2 : value < 100 ? 1 : 0) }

  private static func unique(_ texts: [String]) -> [String] {
    texts.enumerated().filter { texts.firstIndex(of: $0.element) == $0.offset }.map(\.element)
  }
}
