/// Rows of dots on a logarithmic axis, a line from a row's first to its last.
struct DotPlot {
  /// One row.
  struct Row {
    let name: String
    /// The number of its colour.
    let series: Int
    /// Above 0; the first one is a full dot, the others are rings.
    let values: [Double]
    /// What stands at the row's right end.
    let text: String
  }

  let title: String
  let xLabel: String
  let rows: [Row]
  /// A tick in words.
  let tick: (Double) -> String

  private static let (width, left, right) = (480.0, 132.0, 404.0)
  private static let (top, step) = (12.0, 20.0)

  /// The plot as a drawing; nothing without rows.
  var markup: Markup? {
    guard !rows.isEmpty else { return nil }
    let x = Axis(rows.flatMap(\.values), span: (Self.left + 8, Self.right - 8), isLogarithmic: true)
    let bottom = Self.top + Self.step * Double(rows.count)
    var parts: [Markup] = [
      .tag("title", [:], .text(title)),
      .tag("desc", [:], .text(rows.map { "\($0.name): \($0.text)" }.joined(separator: "; "))),
    ]
    for tick in x.ticks {
      parts.append(SVG.line("grid", x.place(tick), Self.top, x.place(tick), bottom))
      parts.append(SVG.text("tick middle", x.place(tick), bottom + 16, self.tick(tick)))
    }
    for (number, row) in rows.enumerated() {
      let y = Self.top + Self.step * (Double(number) + 0.5)
      parts.append(SVG.text("name end", Self.left - 6, y + 4, row.name))
      if let first = row.values.first, let last = row.values.last {
        parts.append(SVG.line("span", x.place(first), y, x.place(last), y))
      }
      // The first one last, so that it covers the others.
      for (index, value) in row.values.enumerated().reversed() {
        let kind = PageStyle.color(row.series) + (index > 0 ? " hollow" : "")
        parts.append(
          .tag(
            "circle",
            [
              "class": kind, "cx": SVG.number(x.place(value)), "cy": SVG.number(y),
              "r": index > 0 ? "3.5" : "4.5",
            ], .tag("title", [:], .text("\(row.name): \(tick(value))"))))
      }
      parts.append(SVG.text("tick end", Self.width - 4, y + 4, row.text))
    }
    parts.append(SVG.line("axis", Self.left, bottom, Self.right, bottom))
    parts.append(SVG.text("label end", Self.right, bottom + 32, xLabel))
    return SVG.drawing("plot", width: Self.width, height: bottom + 40, parts)
  }
}
