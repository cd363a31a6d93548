/// One comparison as a page that needs nothing beside itself: tables, and plots of errors against cost and of speed.
struct ComparePage {
  let report: CompareReport
  /// The command line that made it.
  let arguments: [String]

  /// The page's text.
  var text: String {
    Page(
      title: "Networks compared", lead: lead, version: report.version,
      sections: [speed] + sets.map(errors) + [published, provenance].compactMap { $0 }
    ).text
  }

  private var lead: String {
    let count = report.networks.count
    return "\(counted(count, "network")) on \(report.processor), "
      + "\(counted(report.threads, "thread")), \(report.instructionSet), each in a process of its own, in "
      + "\(report.rounds) rounds in which all take turns."
  }

  /// The colour of a network: its family's, families numbered as they appear.
  private func series(_ row: CompareReport.Network) -> Int {
    var families: [Int?] = []
    for row in report.networks where !families.contains(row.family) { families.append(row.family) }
    return families.firstIndex(of: row.family) ?? 0
  }

  private func heading(_ row: CompareReport.Network) -> Markup {
    .tag(
      "th", ["scope": "row"], .tag("span", ["class": "key \(PageStyle.color(series(row)))"]), .text(row.name))
  }

  // MARK: Speed

  private var speed: Markup {
    let rows = report.networks.map { row -> Markup in
      var cells = [row.input]
      if let speed = row.speed {
        cells += [
          CompareReport.milliseconds(speed.p50), CompareReport.milliseconds(speed.p95),
          CompareReport.rate(speed.imagesPerSecond),
        ]
        if report.batch != nil {
          cells.append(speed.batchImagesPerSecond.map(CompareReport.rate) ?? "–")
          cells.append(speed.batchWay ?? "–")
        }
        cells += [decimal(speed.timesPeak, 3), decimal(Double(speed.peakBytes) / 1_048_576, 0)]
      } else {
        cells += ["failed"] + [String](repeating: "–", count: report.batch == nil ? 4 : 6)
      }
      return .tag("tr", [:], [heading(row)] + cells.map { PageTable.cell($0) })
    }
    let batch = report.batch.map { ["Pictures/s, by \($0)", "Batches"] } ?? []
    let table = PageTable.table(
      "Speed", ["Network", "Input", "p50, ms", "p95, ms", "Pictures/s"] + batch + ["× peak", "MiB"], rows)
    return .tag(
      "section", [:], .tag("h2", [:], "Speed and memory"), table,
      .tag("div", ["class": "plots wide"], speedPlots),
      .tag(
        "p", ["class": "note"],
        "× peak: multiply-accumulates of the network as it is written, twice, over the floating-point operations that the same threads do in registers, measured beside each network. MiB: peak resident memory of the network’s process, which has read the weights and classified one picture after another."
      ))
  }

  private var speedPlots: [Markup] {
    func row(
      _ network: CompareReport.Network, _ values: (CompareReport.Speed) -> [Double],
      _ text: (CompareReport.Speed) -> String
    ) -> DotPlot.Row? {
      network.speed.map {
        .init(name: network.name, series: series(network), values: values($0), text: text($0))
      }
    }
    let latency = DotPlot(
      title: "Latency", xLabel: "time a picture",
      rows: report.networks.compactMap {
        row($0, { [$0.p50, $0.p95] }, { CompareReport.milliseconds($0.p50) + " ms" })
      }, tick: PageTable.time)
    let throughput = DotPlot(
      title: "Throughput", xLabel: "pictures a second",
      rows: report.networks.compactMap {
        row(
          $0, { [$0.batchImagesPerSecond, $0.imagesPerSecond].compactMap { $0 } },
          { CompareReport.rate($0.batchImagesPerSecond ?? $0.imagesPerSecond) + "/s" })
      }, tick: PageTable.count)
    let rings = report.batch.map { "Throughput: in batches of \($0); ring: one at a time" } ?? "Throughput"
    return [
      latency.markup.map { Page.figure("Latency: median; ring: 95th percentile", $0) },
      throughput.markup.map { Page.figure(rings, $0) },
    ].compactMap { $0 }
  }

  // MARK: Errors

  /// The sets that any network was measured on or has published errors of.
  private var sets: [PublishedErrors.TestSet?] {
    var found: [PublishedErrors.TestSet?] = []
    for row in report.networks where !found.contains(row.set) { found.append(row.set) }
    return found
  }

  private func errors(_ set: PublishedErrors.TestSet?) -> Markup {
    let networks = report.networks.filter { $0.set == set }
    let rows = networks.map { row -> Markup in
      let cells: [String] = [
        decimal(Double(row.parameters) / 1e6, 3), decimal(row.gmacs, 3), decimal(row.megaActivations, 2),
        Self.error(row),
      ]
      let figure = row.published
      let source = figure.map { "\($0.source)\($0.method.isEmpty ? "" : ", \($0.method)")" } ?? ""
      return .tag(
        "tr", [:],
        [heading(row)] + cells.map { PageTable.cell($0) }
          + [
            PageTable.cell(figure.map(CompareReport.text) ?? "–"),
            PageTable.words(source),
          ])
    }
    var parts: [Markup] = [
      .tag("h2", [:], .text(set.map { "Cost, and errors on \($0.rawValue)" } ?? "Cost")),
      PageTable.table(
        "Cost and errors",
        [
          "Network", "M parameters", "GMAC", "M activations", "Error here, %", "Published, %", "by",
        ], words: [6], rows),
    ]
    let plots = plots(networks)
    if !plots.isEmpty {
      let kind = Self.isCrowd(networks) ? "plots wide" : "plots"
      parts.append(.tag("div", ["class": kind], plots))
      parts.append(.tag("p", ["class": "note"], .text(Self.legend(networks))))
    }
    return .tag("section", [:], parts)
  }

  /// Top-1 and top-5 error, or why there is none.
  private static func error(_ row: CompareReport.Network) -> String {
    if row.weights == nil { return "random weights" }
    return [row.errors?.top1Error, row.errors?.top5Error].map { $0.map { decimal($0, 2) } ?? "–" }
      .joined(separator: "/")
  }

  private static func legend(_ networks: [CompareReport.Network]) -> String {
    let sets = networks.compactMap { $0.errors.map { "\(grouped($0.pictures)) pictures of \($0.set)" } }
    guard let first = sets.first else { return "Rings: published errors, as the table tells whose." }
    return "Full dots: measured here on \(first). Rings: published errors, as the table tells whose."
  }

  private func plots(_ networks: [CompareReport.Network]) -> [Markup] {
    func plot(
      _ caption: String, _ label: String, _ cost: (CompareReport.Network) -> Double?,
      _ tick: @escaping (Double) -> String
    ) -> Markup? {
      let points = networks.flatMap { row -> [ScatterPlot.Point] in
        guard let x = cost(row), x > 0 else { return [] }
        let own = row.errors?.top1Error.map {
          ScatterPlot.Point(name: row.name, x: x, y: $0, series: series(row))
        }
        let published = row.published.map {
          ScatterPlot.Point(
            name: own == nil ? row.name : "\(row.name), published", x: x, y: $0.top1Error,
            series: series(row),
            isHollow: true, isNamed: own == nil)
        }
        // The ring first: where the two are equal, both are seen.
        return [published, own].compactMap { $0 }
      }
      return ScatterPlot(
        title: caption, xLabel: label, yLabel: "top-1 error, %", points: points, tick: tick, omitsNames: true,
        width: Self.isCrowd(networks) ? 560 : 360, height: Self.isCrowd(networks) ? 380 : 250
      ).markup.map { Page.figure(caption, $0) }
    }
    return [
      plot("Error and multiply-accumulates", "multiply-accumulates", { $0.gmacs * 1e9 }, Self.macs),
      plot("Error and parameters", "parameters", { Double($0.parameters) }, PageTable.count),
      plot("Error and time", "time a picture, median", { $0.speed?.p50 }, PageTable.time),
    ].compactMap { $0 }
  }

  /// Whether names need plots that are larger.
  private static func isCrowd(_ networks: [CompareReport.Network]) -> Bool { networks.count > 12 }

  private static func macs(_ count: Double) -> String {
    count >= 1e9 ? PageTable.count(count / 1e9) + " G" : PageTable.count(count)
  }

  // MARK: What there is to know

  /// Every published figure of these networks, the one in the tables among them.
  private var published: Markup? {
    let figures = report.networks.enumerated().flatMap { index, row in
      report.networks.prefix(index).contains { $0.network == row.network && $0.set == row.set }
        ? [] : row.allPublished
    }
    guard !figures.isEmpty else { return nil }
    let rows = figures.map { figure in
      Markup.tag(
        "tr", [:], .tag("th", ["scope": "row"], .text(figure.network)), PageTable.cell(figure.set.rawValue),
        PageTable.cell(CompareReport.text(figure)),
        PageTable.words(figure.method),
        PageTable.words("\(figure.source), \(figure.url)"))
    }
    let table = PageTable.table(
      "Published errors", ["Network", "Set", "Error, %", "Measured on", "Source"], words: [3, 4], rows)
    return .tag(
      "section", [:], .tag("h2", [:], "Published errors"),
      .tag(
        "p", [:],
        "Errors of different crops and recipes cannot be compared with each other; in the tables above they are of one source as far as there is one."
      ), .tag("details", [:], .tag("summary", [:], .text("\(figures.count) figures")), table))
  }

  private var provenance: Markup {
    var rows: [(label: String, text: String)] = [
      ("Command", Page.command(arguments)),
      (
        "Machine",
        "\(report.processor), \(report.threads) threads, \(report.instructionSet), precision \(report.precision)"
      ),
    ]
    if let peak = report.peak { rows.append(("Peak", "\(decimal(peak / 1e9, 1)) GFLOP/s")) }
    rows.append(("Timed", report.timed))
    for row in report.networks {
      rows.append(
        (row.name, row.weights.map { "\($0.file), SHA-256 \($0.sha256)" } ?? "random weights, no error"))
      if let errors = row.errors { rows.append(("", errors.preprocessing)) }
      if let failure = row.failure { rows.append(("", "failed: \(failure)")) }
    }
    for note in report.notes { rows.append(("Note", note)) }
    rows.append(("Version", "msrn \(report.version)"))
    return Page.listing("How it was measured", rows)
  }
}
