/// A piece of a page, escaped by construction: whatever is put in as text or as an attribute's value comes out as just that.
///
/// What is rendered is well-formed XML and HTML alike.
package indirect enum Markup: Sendable {
  /// Text, whatever is in it.
  case text(String)
  /// An element with what is in it.
  case element(String, attributes: [(name: String, value: String)], [Markup])
  /// A text of the program's own that is no text of the page: style and script.
  case verbatim(StaticString)

  /// An element; only its values and its text are data.
  package static func tag(
    _ name: StaticString, _ attributes: KeyValuePairs<StaticString, String> = [:], _ content: Markup...
  ) -> Markup {
    tag(name, attributes, content)
  }

  /// The same with a list of what is in it.
  package static func tag(
    _ name: StaticString, _ attributes: KeyValuePairs<StaticString, String> = [:], _ content: [Markup]
  ) -> Markup {
    .element("\(name)", attributes: attributes.map { ("\($0.key)", $0.value) }, content)
  }

  /// The page's text.
  package var rendered: String {
    var result = ""
    render(into: &result)
    return result
  }

  /// Elements that have no end in HTML.
  private static let void: Set<String> = ["br", "img", "input", "meta"]

  private func render(into result: inout String) {
    switch self {
    case .text(let text): result += Self.escaped(text)
    case .verbatim(let text): result += "\(text)"
    case .element(let name, let attributes, let content):
      result += "<" + name
      for (name, value) in attributes { result += " \(name)=\"\(Self.escaped(value))\"" }
      if Self.void.contains(name) {
        precondition(content.isEmpty, "there is nothing in <\(name)>")
        result += " />"
        return
      }
      result += ">"
      for part in content { part.render(into: &result) }
      result += "</\(name)>"
    }
  }

  /// A text in which nothing is markup; characters that XML cannot hold are replaced.
  private static func escaped(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "'": result += "&#39;"
      case "\t", "\n": result.unicodeScalars.append(scalar)
      case "\u{0}"..<" ", "\u{7F}"..."\u{9F}", "\u{FFFE}", "\u{FFFF}": result += "\u{FFFD}"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}

extension Markup: ExpressibleByStringInterpolation {
  /// Text.
  package init(stringLiteral value: String) { self = .text(value) }
}
