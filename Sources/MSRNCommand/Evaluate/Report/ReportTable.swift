/// The tables of a report, which scroll sideways where there is no room.
enum ReportTable {
  /// Means of a set, with what others have published.
  static func means(of set: EvaluationReport.Set, in report: EvaluationReport) -> Markup {
    let baseline = report.baseline.flatMap { $0 < set.means.count ? set.means[$0].psnr : nil }
    var rows = set.means.enumerated().map { index, mean -> Markup in
      let gain = baseline.map { mean.psnr - $0 } ?? .nan
      return .tag(
        "tr", [:],
        .tag(
          "th", ["scope": "row"], .tag("span", ["class": "key series\(report.series(index) % 6)"]),
          .text(mean.method)),
        cell(decimal(mean.psnr, 3)), cell(decimal(mean.ssim, 5)),
        cell(gain.isFinite && index != report.baseline ? signed(gain) : "–"),
        cell(mean.seconds.map(time) ?? "–"),
        cell(report.methods[index].weights.map { grouped($0.parameters) } ?? "–"))
    }
    rows += set.published.map { row in
      .tag(
        "tr", ["class": "others"],
        .tag("th", ["scope": "row"], .tag("span", ["class": "key published"]), "\(row.method), published"),
        cell(decimal(row.psnr, 2)), cell(decimal(row.ssim, 4)),
        cell(baseline.map { signed(row.psnr - $0) } ?? "–"), cell("–"),
        cell(grouped(PublishedResults.parameters(scale: row.scale))))
    }
    if rows.isEmpty {
      rows = [.tag("tr", [:], .tag("td", ["colspan": "6"], "No picture could be measured."))]
    }
    var parts = [
      table(
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
          cell("\(picture.width ?? 0)×\(picture.height ?? 0)"),
        ]
          + picture.results.flatMap { [cell(decimal($0.psnr, 3)), cell(decimal($0.ssim, 5))] })
    }
    let headings = report.methods.flatMap { ["\($0.name), dB", "SSIM"] }
    return table("Pictures of \(set.name)", ["Picture", "Size"] + headings, rows)
  }

  private static func table(_ caption: String, _ headings: [String], _ rows: [Markup]) -> Markup {
    .tag(
      "div", ["class": "scroll", "tabindex": "0", "role": "region", "aria-label": caption],
      .tag(
        "table", [:], .tag("caption", [:], .text(caption)),
        .tag("thead", [:], .tag("tr", [:], headings.map { .tag("th", ["scope": "col"], .text($0)) })),
        .tag("tbody", [:], rows)))
  }

  private static func cell(_ text: String) -> Markup { .tag("td", [:], .text(text)) }

  /// Seconds for people: `5 ms`, `0.3 ms`, `1.2 s`.
  static func time(_ seconds: Double) -> String {
    if seconds >= 100 { return "\(decimal(seconds, 0)) s" }
    if seconds >= 1 { return "\(trimmed(seconds)) s" }
    return "\(trimmed(seconds * 1000)) ms"
  }

  /// A number of parameters for people: `800 k`, `6.1 M`.
  static func count(_ number: Double) -> String {
    if number >= 1e6 { return "\(trimmed(number / 1e6)) M" }
    return number >= 1e3 ? "\(trimmed(number / 1e3)) k" : trimmed(number)
  }

  /// One decimal where that says something.
  private static func trimmed(_ value: Double) -> String {
    let text = decimal(value, value < 10 ? 1 : 0)
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }
}
