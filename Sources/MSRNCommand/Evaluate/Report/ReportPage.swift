import MSRNKit
import MSRNModels

/// One evaluation as a page that needs nothing beside itself: tables, plots, and pictures of where a method wins and loses.
struct ReportPage {
  let report: EvaluationReport
  let examples: [Example]
  /// The command line that made it.
  let arguments: [String]

  /// The page's text.
  ///
  /// - Throws: `ImageError` where a picture cannot be encoded.
  var text: String {
    get throws {
      Page(
        title: title, lead: lead, version: report.version, sections: try sections, script: PageStyle.script
      ).text
    }
  }

  private var title: String {
    "\(report.sets.map(\.name).joined(separator: ", ")) ×\(report.scale): PSNR and SSIM"
  }

  private var lead: String {
    let count = report.sets.reduce(0) { $0 + $1.measured.count }
    let names = report.methods.map(\.name).joined(separator: ", ")
    return
      "\(names) on \(counted(count, "picture")). Compared is \(report.protocol.compares), without "
      + "\(report.protocol.shave) pixels at each border; a set’s figure is the mean of its pictures’."
  }

  private var sections: [Markup] {
    get throws {
      var sections = report.sets.map { section(of: $0) }
      if let failures { sections.append(failures) }
      if !examples.isEmpty { sections.append(try exampleSection) }
      sections.append(
        Markup.tag("section", [:], [.tag("h2", [:], "Every picture")] + report.sets.map { details(of: $0) }))
      sections.append(provenance)
      return sections
    }
  }

  // MARK: Sets

  private func section(of set: EvaluationReport.Set) -> Markup {
    let count = set.measured.count
    var parts: [Markup] = [.tag("h2", [:], .text("\(set.name), \(counted(count, "picture"))"))]
    parts.append(ReportTable.means(of: set, in: report))
    let plots = plots(of: set)
    if !plots.isEmpty { parts.append(.tag("div", ["class": "plots"], plots)) }
    return .tag("section", [:], parts)
  }

  private func plots(of set: EvaluationReport.Set) -> [Markup] {
    func figure(_ caption: String, _ plot: Markup?) -> Markup? { plot.map { Page.figure(caption, $0) } }
    func points(_ cost: (Int) -> Double?) -> [ScatterPlot.Point] {
      set.means.enumerated().map { index, mean in
        .init(name: mean.method, x: cost(index), y: mean.psnr, series: report.series(index))
      }
    }
    let times = points { set.means[$0].seconds }.filter { $0.x != nil }
    let published = set.published.map { row in
      ScatterPlot.Point(
        name: "\(row.method), published", x: Double(PublishedResults.parameters(scale: row.scale)),
        y: row.psnr, series: nil)
    }
    var plots = [
      figure(
        "PSNR and time",
        ScatterPlot(
          title: "\(set.name): PSNR and time a picture", xLabel: "time a picture", yLabel: "dB",
          points: times,
          tick: PageTable.time
        ).markup),
      figure(
        "PSNR and parameters",
        ScatterPlot(
          title: "\(set.name): PSNR and parameters", xLabel: "parameters", yLabel: "dB",
          points: points { report.methods[$0].weights.map { Double($0.parameters) } } + published,
          tick: PageTable.count
        ).markup),
    ]
    if let subject = report.subject, let baseline = report.baseline {
      let (name, other) = (report.methods[subject].name, report.methods[baseline].name)
      let bars = set.measured.compactMap { picture -> GainPlot.Bar? in
        let gain = picture.results[subject].psnr - picture.results[baseline].psnr
        return gain.isFinite ? .init(name: picture.name, gain: gain) : nil
      }
      plots.append(
        figure(
          "Gain of \(name) over \(other)",
          GainPlot(title: "\(set.name): gain of \(name) over \(other), by picture", yLabel: "dB", bars: bars)
            .markup))
    }
    return plots.compactMap { $0 }
  }

  private func details(of set: EvaluationReport.Set) -> Markup {
    .tag(
      "details", [:], .tag("summary", [:], .text("\(set.name): \(counted(set.measured.count, "picture"))")),
      ReportTable.pictures(of: set, in: report))
  }

  // MARK: Examples

  private var exampleSection: Markup {
    get throws {
      let name = report.subject.map { report.methods[$0].name } ?? ""
      let heading: String
      let text: String
      if let baseline = report.baseline {
        heading = "Where \(name) wins, and where it does not"
        text =
          "The pictures of the largest gain over \(report.methods[baseline].name) and those of the least, each where it shows "
          + "most. Move the slider. Error maps are the mean difference from the original of red, green and blue."
      } else {
        heading = "Where \(name) is far from the original, and where it is near"
        text = "Error maps are the mean difference from the original of red, green and blue."
      }
      return .tag(
        "section", [:],
        [.tag("h2", [:], .text(heading)), .tag("p", [:], .text(text))]
          + (try examples.map { try ExampleCard(example: $0).markup }))
    }
  }

  // MARK: What there is to know

  private var failures: Markup? {
    let failed = report.sets.flatMap { set in
      set.pictures.compactMap { $0 }.compactMap { picture in
        picture.error.map { (set.name, picture.name, $0) }
      }
    }
    guard !failed.isEmpty else { return nil }
    return .tag(
      "section", ["class": "failures"], .tag("h2", [:], "Left out"),
      .tag("p", [:], "These pictures failed and count in no mean."),
      .tag("ul", [:], failed.map { .tag("li", [:], .text("\($0), \($1): \($2)")) }))
  }

  private var provenance: Markup {
    var rows: [(String, String)] = [
      ("Command", Page.command(arguments)),
      (
        "Protocol",
        "\(report.protocol.name): \(report.protocol.compares), border \(report.protocol.shave), scale \(report.scale)"
          + (report.modcrop ? ", originals cut to multiples of it" : "")
      ),
    ]
    for set in report.sets {
      rows.append((set.name, "HR \(set.hr); LR \(set.lr)" + (set.sr.map { "; SR \($0)" } ?? "")))
    }
    for method in report.methods {
      guard let weights = method.weights else { continue }
      rows.append(
        (
          method.name,
          "\(weights.file), SHA-256 \(weights.sha256), precision \(weights.precision)"
            + (weights.ensemble ? ", mean of 8 flips and turns" : "")
        ))
    }
    if report.tiles != "whole" { rows.append(("Pictures cut", report.tiles)) }
    rows.append(
      (
        "Machine",
        "\(report.machine.processor), \(report.machine.threads) threads, \(report.machine.instructionSet)"
      ))
    rows.append(("Run", report.time.description))
    rows.append(("Version", "msrn \(report.version)"))
    if report.publishedSource != nil {
      let published = PublishedResults.msrn
      rows.append(("Published", "\(published.source), \(published.url): \(published.note)"))
    }
    return Page.listing("How it was measured", rows)
  }
}

extension PublishedResults {
  /// Parameters of the published network, of 64 features and 8 blocks.
  static func parameters(scale: Int) -> Int {
    MSRNModels.MSRN(scale: scale, features: 64, blocks: 8).parameters
  }
}
