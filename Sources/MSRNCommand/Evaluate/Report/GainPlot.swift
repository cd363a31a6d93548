/// What a method gains over another on each picture, from the largest gain to the largest loss.
struct GainPlot {
  /// One picture.
  struct Bar {
    let name: String
    /// dB; finite.
    let gain: Double
  }

  let title: String
  let yLabel: String
  let bars: [Bar]

  private static let (width, height) = (360.0, 250.0)
  private static let (left, right, top, bottom) = (44.0, 350.0, 18.0, 222.0)

  /// The plot as a drawing; nothing without pictures.
  var markup: Markup? {
    guard !bars.isEmpty else { return nil }
    let bars = bars.sorted { $0.gain > $1.gain }
    let mean = bars.reduce(0) { $0 + $1.gain } / Double(bars.count)
    let y = Axis(bars.map(\.gain) + [0], span: (Self.bottom - 2, Self.top + 2))
    let step = (Self.right - Self.left) / Double(bars.count)
    let thickness = max(0.8, min(step * 0.8, 28))

    var parts: [Markup] = [
      .tag("title", [:], .text(title)),
      .tag(
        "desc", [:],
        .text(
          "\(bars.count) pictures; mean \(signed(mean)) dB; most \(signed(bars[0].gain)) dB (\(bars[0].name)); "
            + "least \(signed(bars[bars.count - 1].gain)) dB (\(bars[bars.count - 1].name))")),
    ]
    for tick in y.ticks {
      parts.append(SVG.line("grid", Self.left, y.place(tick), Self.right, y.place(tick)))
      parts.append(SVG.text("tick end", Self.left - 6, y.place(tick) + 4, decimal(tick, y.decimals)))
    }
    for (index, bar) in bars.enumerated() {
      let (zero, end) = (y.place(0), y.place(bar.gain))
      let x = Self.left + (Double(index) + 0.5) * step - thickness / 2
      parts.append(
        .tag(
          "rect",
          [
            "class": bar.gain < 0 ? "loss" : "gain", "x": decimal(x, 2), "y": SVG.number(min(zero, end)),
            "width": decimal(thickness, 2), "height": SVG.number(max(0.5, abs(zero - end))),
          ], .tag("title", [:], .text("\(bar.name): \(signed(bar.gain)) dB"))))
    }
    parts.append(SVG.line("axis", Self.left, y.place(0), Self.right, y.place(0)))
    parts.append(SVG.line("mean", Self.left, y.place(mean), Self.right, y.place(mean)))
    parts.append(SVG.text("name end", Self.right, y.place(mean) - 5, "mean \(signed(mean)) dB"))
    parts.append(SVG.text("label", 4, 10, yLabel))
    parts.append(SVG.text("label end", Self.right, Self.height - 8, "pictures, by gain"))
    return SVG.drawing("plot", width: Self.width, height: Self.height, parts)
  }
}

/// A number with its sign, two decimals.
func signed(_ value: Double) -> String { (value < 0 ? "−" : "+") + decimal(abs(value), 2) }
