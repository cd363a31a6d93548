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
