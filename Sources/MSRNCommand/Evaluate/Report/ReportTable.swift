/// The tables of a report.
enum ReportTable {
  /// Means of a set, with what others have published.
  static func means(of set: EvaluationReport.Set, in report: EvaluationReport) -> Markup {
    let baseline = report.baseline.flatMap { $0 < set.means.count ? set.means[$0].psnr : nil }
    var rows = set.means.enumerated().map { index, mean -> Markup in
      let gain = baseline.map { mean.psnr - $0 } ?? .nan
      return .tag(
        "tr", [:],
        .tag(
          "th", ["scope": "row"], .tag("span", ["class": "key \(PageStyle.color(report.series(index)))"]),
          .text(mean.method)),
        PageTable.cell(decimal(mean.psnr, 3)), PageTable.cell(decimal(mean.ssim, 5)),
        PageTable.cell(gain.isFinite && index != report.baseline ? signed(gain) : "–"),
        PageTable.cell(mean.seconds.map(PageTable.time) ?? "–"),
        PageTable.cell(report.methods[index].weights.map { grouped($0.parameters) } ?? "–"))
    }
    rows += set.published.map { row in
      .tag(
        "tr", ["class": "others"],
        .tag("th", ["scope": "row"], .tag("span", ["class": "key published"]), "\(row.method), published"),
        PageTable.cell(decimal(row.psnr, 2)), PageTable.cell(decimal(row.ssim, 4)),
        PageTable.cell(baseline.map { signed(row.psnr - $0) } ?? "–"), PageTable.cell("–"),
        PageTable.cell(grouped(PublishedResults.parameters(scale: row.scale))))
    }
    if rows.isEmpty {
      rows = [.tag("tr", [:], .tag("td", ["colspan": "6"], "No picture could be measured."))]
    }
    var parts = [
      PageTable.table(
        "Means of \(set.name)", ["Method", "PSNR, dB", "SSIM", "Gain, dB", "Time a picture", "Parameters"],
        rows)
    ]
    if !set.published.isEmpty, let source = report.publishedSource {
      parts.append(
        .tag("p", ["class": "note"], .text("Published: \(source). \(PublishedResults.msrn.note).")))
    }
    return .tag("div", [:], parts)
  }

  /// Every picture of a set.
  static func pictures(of set: EvaluationReport.Set, in report: EvaluationReport) -> Markup {
    let rows = set.measured.map { picture in
      Markup.tag(
        "tr", [:],
        [
          .tag("th", ["scope": "row"], .text(picture.name)),
          PageTable.cell("\(picture.width ?? 0)×\(picture.height ?? 0)"),
        ]
          + picture.results.flatMap {
            [PageTable.cell(decimal($0.psnr, 3)), PageTable.cell(decimal($0.ssim, 5))]
          })
    }
    let headings = report.methods.flatMap { ["\($0.name), dB", "SSIM"] }
    return PageTable.table("Pictures of \(set.name)", ["Picture", "Size"] + headings, rows)
  }
}
