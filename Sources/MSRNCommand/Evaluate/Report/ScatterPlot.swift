/// Methods by what they reach and what they cost.
struct ScatterPlot {
  /// One method.
  struct Point {
    let name: String
    /// The cost; `nil` for none, which has a place of its own at the left.
    let x: Double?
    let y: Double
    /// The method's number, for its colour; `nil` where somebody else measured it.
    let series: Int?
  }

  let title: String
  let xLabel: String
  let yLabel: String
  let points: [Point]
  /// A tick of the horizontal axis in words.
  let tick: (Double) -> String

  private static let (width, height) = (360.0, 250.0)
  private static let (left, right, top, bottom) = (44.0, 350.0, 14.0, 206.0)

  /// The plot as a drawing; nothing without points.
  var markup: Markup? {
    let points = points.filter { $0.y.isFinite }
    guard !points.isEmpty else { return nil }
    let hasNone = points.contains { $0.x == nil }
    let costs = points.compactMap(\.x)
    let start = hasNone && !costs.isEmpty ? Self.left + 58 : Self.left + 8
    let x = Axis(costs, span: (start, Self.right - 8), isLogarithmic: true)
    let y = Axis(points.map(\.y), span: (Self.bottom - 4, Self.top + 4))
    func place(_ point: Point) -> Double { point.x.map { x.place($0) } ?? Self.left + 24 }

    var parts: [Markup] = [.tag("title", [:], .text(title)), .tag("desc", [:], .text(description(points)))]
    for tick in y.ticks {
      parts.append(SVG.line("grid", Self.left, y.place(tick), Self.right, y.place(tick)))
      parts.append(SVG.text("tick end", Self.left - 6, y.place(tick) + 4, decimal(tick, y.decimals)))
    }
    if hasNone {
      parts.append(SVG.text("tick middle", Self.left + 24, Self.bottom + 16, "none"))
    }
    if !costs.isEmpty {
      for tick in x.ticks {
        parts.append(SVG.line("mark", x.place(tick), Self.bottom, x.place(tick), Self.bottom + 4))
        parts.append(SVG.text("tick middle", x.place(tick), Self.bottom + 16, self.tick(tick)))
      }
    }
    parts.append(SVG.line("axis", Self.left, Self.bottom, Self.right, Self.bottom))
    parts.append(SVG.text("label end", Self.right, Self.height - 8, xLabel))
    parts.append(SVG.text("label", 4, 10, yLabel))
    let names = LabelPlacement(
      points.map { (place($0), y.place($0.y), $0.name) },
      within: (Self.left - 2...Self.width - 2, 12...Self.bottom - 2))
    for (point, label) in zip(points, names.labels) {
      let kind = point.series.map { "series\($0 % 6)" } ?? "published"
      parts.append(
        .tag(
          "circle",
          ["class": kind, "cx": SVG.number(place(point)), "cy": SVG.number(y.place(point.y)), "r": "5"],
          .tag("title", [:], .text("\(point.name): \(decimal(point.y, 3))"))))
      parts.append(SVG.text(label.isLeft ? "name end" : "name", label.x, label.y + 4, point.name))
    }
    return SVG.drawing("plot", width: Self.width, height: Self.height, parts)
  }

  private func description(_ points: [Point]) -> String {
    points.map { "\($0.name): \(decimal($0.y, 3)) at \($0.x.map(tick) ?? "none")" }.joined(separator: "; ")
  }
}

/// The few shapes that plots are made of.
enum SVG {
  /// A drawing that scales with its place.
  static func drawing(_ kind: String, width: Double, height: Double, _ parts: [Markup]) -> Markup {
    .tag(
      "svg",
      ["class": kind, "viewBox": "0 0 \(number(width)) \(number(height))", "role": "img"], parts)
  }

  static func line(_ kind: String, _ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double) -> Markup {
    .tag("line", ["class": kind, "x1": number(x1), "y1": number(y1), "x2": number(x2), "y2": number(y2)])
  }

  static func text(_ kind: String, _ x: Double, _ y: Double, _ text: String) -> Markup {
    .tag("text", ["class": kind, "x": number(x), "y": number(y)], .text(text))
  }

  static func number(_ value: Double) -> String { decimal(value, 1) }
}
