/// Methods or networks by what they reach and what they cost.
struct ScatterPlot {
  /// One of them.
  struct Point {
    let name: String
    /// The cost; `nil` for none, which has a place of its own at the left.
    let x: Double?
    let y: Double
    /// The number of its colour; `nil` for that of what somebody else measured.
    let series: Int?
    /// Whether it is a ring, as what somebody else measured is.
    var isHollow = false
    /// Whether its name stands beside it.
    var isNamed = true
  }

  let title: String
  let xLabel: String
  let yLabel: String
  let points: [Point]
  /// A tick of the horizontal axis in words.
  let tick: (Double) -> String
  /// Whether names that have no room are left out.
  var omitsNames = false

  /// Its size before it is scaled to its place: of more, names take less room.
  var width = 360.0, height = 250.0

  private static let (left, top) = (44.0, 14.0)
  private var right: Double { width - 10 }
  private var bottom: Double { height - 44 }

  /// The plot as a drawing; nothing without points.
  var markup: Markup? {
    let points = points.filter { $0.y.isFinite }
    guard !points.isEmpty else { return nil }
    let hasNone = points.contains { $0.x == nil }
    let costs = points.compactMap(\.x)
    let start = hasNone && !costs.isEmpty ? Self.left + 58 : Self.left + 8
    let x = Axis(costs, span: (start, right - 8), isLogarithmic: true)
    let y = Axis(points.map(\.y), span: (bottom - 4, Self.top + 4))
    func place(_ point: Point) -> Double { point.x.map { x.place($0) } ?? Self.left + 24 }

    var parts: [Markup] = [.tag("title", [:], .text(title)), .tag("desc", [:], .text(description(points)))]
    for tick in y.ticks {
      parts.append(SVG.line("grid", Self.left, y.place(tick), right, y.place(tick)))
      parts.append(SVG.text("tick end", Self.left - 6, y.place(tick) + 4, decimal(tick, y.decimals)))
    }
    if hasNone {
      parts.append(SVG.text("tick middle", Self.left + 24, bottom + 16, "none"))
    }
    if !costs.isEmpty {
      for tick in x.ticks {
        parts.append(SVG.line("mark", x.place(tick), bottom, x.place(tick), bottom + 4))
        parts.append(SVG.text("tick middle", x.place(tick), bottom + 16, self.tick(tick)))
      }
    }
    parts.append(SVG.line("axis", Self.left, bottom, right, bottom))
    parts.append(SVG.text("label end", right, height - 8, xLabel))
    parts.append(SVG.text("label", 4, 10, yLabel))
    let names = LabelPlacement(
      points.map { (place($0), y.place($0.y), $0.isNamed ? $0.name : nil) },
      within: (Self.left - 2...width - 2, 12...bottom - 2), omits: omitsNames)
    for (point, label) in zip(points, names.labels) {
      let color = point.series.map { PageStyle.color($0) } ?? "published"
      let kind = point.isHollow ? "\(color) hollow" : color
      parts.append(
        .tag(
          "circle",
          [
            "class": kind, "cx": SVG.number(place(point)), "cy": SVG.number(y.place(point.y)),
            "r": point.isHollow ? "6.5" : "5",
          ],
          .tag("title", [:], .text("\(point.name): \(decimal(point.y, 3))"))))
      guard let label else { continue }
      parts.append(SVG.text(label.isLeft ? "name end" : "name", label.x, label.y + 4, point.name))
    }
    return SVG.drawing("plot", width: width, height: height, parts)
  }

  private func description(_ points: [Point]) -> String {
    points.map { "\($0.name): \(decimal($0.y, 3)) at \($0.x.map(tick) ?? "none")" }.joined(separator: "; ")
  }
}
