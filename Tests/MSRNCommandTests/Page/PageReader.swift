import Foundation
import Testing

#if canImport(FoundationXML)
import FoundationXML
#endif

/// What a page is made of.
final class PageReader: NSObject, XMLParserDelegate {
  private(set) var elements: [(name: String, attributes: [String: String])] = []
  private(set) var text = ""

  /// Reads a page, which has to be well-formed.
  init(_ data: Data) throws {
    super.init()
    let start = Data("<!DOCTYPE html>\n".utf8)
    try #require(data.starts(with: start))
    let parser = XMLParser(data: data.dropFirst(start.count))
    parser.delegate = self
    #expect(parser.parse(), "\(parser.parserError.map { "\($0)" } ?? ""), line \(parser.lineNumber)")
  }

  func parser(
    _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
    attributes: [String: String]
  ) { elements.append((name, attributes)) }

  func parser(_ parser: XMLParser, foundCharacters text: String) { self.text += text }

  /// The attributes of all elements of a name.
  func all(_ name: String) -> [[String: String]] { elements.filter { $0.name == name }.map(\.attributes) }

  /// Expects a page that needs nothing beside itself, and whose drawings are told to those who do not see them.
  func expectSelfContained() {
    for name in ["link", "iframe", "object", "a", "base"] { #expect(all(name).isEmpty, "\(name)") }
    #expect(all("script").allSatisfy { $0.isEmpty })
    for (name, attributes) in elements {
      for (attribute, value) in attributes where ["src", "href", "srcset", "style"].contains(attribute) {
        #expect(attribute == "src" && value.hasPrefix("data:image/png;base64,"), "\(name) \(attribute)")
      }
      #expect(!attributes.keys.contains { $0.hasPrefix("on") })
    }
    #expect(all("svg").allSatisfy { $0["role"] == "img" })
    #expect(all("html").first?["lang"] == "en")
  }
}
