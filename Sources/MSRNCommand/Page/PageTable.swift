/// Tables, which scroll sideways where there is no room, and numbers for people.
enum PageTable {
  /// A table with a caption that is read aloud.
  ///
  /// - Parameters:
  ///   - caption: The caption.
  ///   - headings: The columns' headings.
  ///   - words: The columns that are words rather than numbers; the first one always is.
  ///   - rows: The rows, as many cells as headings in each.
  /// - Returns: The table.
  static func table(
    _ caption: String, _ headings: [String], words: Set<Int> = [], _ rows: [Markup]
  ) -> Markup {
    let cells = headings.enumerated().map { column, heading -> Markup in
      words.contains(column)
        ? .tag("th", ["scope": "col", "class": "words"], .text(heading))
        : .tag("th", ["scope": "col"], .text(heading))
    }
    return .tag(
      "div", ["class": "scroll", "tabindex": "0", "role": "region", "aria-label": caption],
      .tag(
        "table", [:], .tag("caption", [:], .text(caption)),
        .tag("thead", [:], .tag("tr", [:], cells)),
        .tag("tbody", [:], rows)))
  }

  /// A number's cell.
  static func cell(_ text: String) -> Markup { .tag("td", [:], .text(text)) }

  /// A cell of words, which are broken into lines.
  static func words(_ text: String) -> Markup { .tag("td", ["class": "words"], .text(text)) }

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
