/// A page that needs nothing beside itself, light or dark as the reader's machine is.
struct Page {
  let title: String
  /// What it is about, in a sentence or two.
  let lead: String
  /// The program's version.
  let version: String
  let sections: [Markup]
  /// What moves on it; nil for nothing.
  var script: StaticString?

  /// The page's text.
  var text: String {
    let head = Markup.tag(
      "head", [:], .tag("meta", ["charset": "utf-8"]),
      .tag("meta", ["name": "viewport", "content": "width=device-width, initial-scale=1"]),
      .tag("meta", ["name": "color-scheme", "content": "light dark"]),
      .tag("meta", ["name": "generator", "content": "msrn \(version)"]),
      .tag("title", [:], .text(title)), .tag("style", [:], .verbatim(PageStyle.css)))
    let header = Markup.tag(
      "header", [:], .tag("h1", [:], .text(title)), .tag("p", ["class": "lead"], .text(lead)))
    let scripts = script.map { [Markup.tag("script", [:], .verbatim($0))] } ?? []
    let body = Markup.tag("body", [:], [header, .tag("main", [:], sections)] + scripts)
    return "<!DOCTYPE html>\n" + Markup.tag("html", ["lang": "en"], head, body).rendered + "\n"
  }

  /// A section of labels and what they say.
  static func listing(_ heading: String, _ rows: [(label: String, text: String)]) -> Markup {
    .tag(
      "section", [:], .tag("h2", [:], .text(heading)),
      .tag("dl", [:], rows.flatMap { [.tag("dt", [:], .text($0.label)), .tag("dd", [:], .text($0.text))] }))
  }

  /// A plot with what it shows above it.
  static func figure(_ caption: String, _ plot: Markup) -> Markup {
    .tag("figure", [:], .tag("figcaption", [:], .text(caption)), plot)
  }

  /// The command that made a page, as a shell reads it.
  static func command(_ arguments: [String]) -> String {
    (["msrn"] + arguments).map(quoted).joined(separator: " ")
  }

  private static func quoted(_ word: String) -> String {
    let plain = word.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "-_./=:,+@%".contains($0)) }
    guard !plain || word.isEmpty else { return word }
    return "'" + word.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
  }
}
