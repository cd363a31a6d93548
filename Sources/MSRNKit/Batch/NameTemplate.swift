package import MSRNImages

/// How results are called: a text with `{stem}`, `{ext}`, `{size}`, `{scale}` and `{model}` in it.
///
/// `{stem}` is the input's name without its extension, `{ext}` the result's extension with its dot, `{size}`
/// what was asked for (`x4`, `800x600`), `{scale}` the number alone where it was a scale. `{{` and `}}` are braces.
package struct NameTemplate: Hashable, Sendable {
  /// What is put in.
  package enum Field: String, CaseIterable, Sendable { case stem, ext, size, scale, model }

  /// What is wrong with a template, in one sentence.
  package struct Fault: Error, Hashable, Sendable, CustomStringConvertible { package let description: String }

  private enum Part: Hashable {
    case text(String)
    case field(Field)
  }

  /// `{stem}_{size}{ext}`, under which no result takes its input's name.
  package static let standard = "{stem}_{size}{ext}"

  private let parts: [Part]
  /// The format that the template's own ending stands for; `nil` where it ends with `{ext}`.
  package let codec: Codec?

  /// Whether `{scale}` is in it.
  package var asksForScale: Bool { parts.contains(.field(.scale)) }

  /// Reads a template.
  ///
  /// - Parameter text: the template.
  /// - Throws: ``Fault``: an unknown field, a brace without another, a slash, or an end that says no format.
  package init(_ text: String) throws(Fault) {
    var parts: [Part] = []
    var literal = ""
    var rest = Substring(text)
    func fault(_ what: String) -> Fault { Fault(description: "the name \(text) \(what)") }
    while let first = rest.popFirst() {
      if (first == "{" || first == "}"), rest.first == first {
        literal.append(first)
        rest.removeFirst()
      } else if first == "{" {
        guard let end = rest.firstIndex(of: "}") else { throw fault("has a { without }") }
        guard let field = Field(rawValue: String(rest[..<end])) else {
          let known = Field.allCases.map { "{\($0)}" }.joined(separator: ", ")
          throw fault("has {\(rest[..<end])}, and there are \(known)")
        }
        if !literal.isEmpty { parts.append(.text(literal)) }
        literal = ""
        parts.append(.field(field))
        rest = rest[rest.index(after: end)...]
      } else if first == "}" {
        throw fault("has a } without {")
      } else if first == "/" || first == "\0" {
        throw fault("has a slash; the folder is the last argument")
      } else {
        literal.append(first)
      }
    }
    if !literal.isEmpty { parts.append(.text(literal)) }
    guard !parts.isEmpty else { throw Fault(description: "the name is empty") }
    if parts.last == .field(.ext) {
      codec = nil
    } else {
      // A letter stands for what comes before, so that ".png" alone is an extension.
      guard case .text(let end) = parts[parts.count - 1], let named = PictureFile("x" + end).codec else {
        let extensions = Codec.allCases.flatMap(\.fileExtensions).map { "." + $0 }.joined(separator: ", ")
        throw fault("ends neither in {ext} nor in one of \(extensions)")
      }
      codec = named
    }
    self.parts = parts
  }

  /// The name of a result.
  ///
  /// - Parameters:
  ///   - input: the picture's path.
  ///   - format: the format to write; `nil`: that of the template's ending, else that of the input's extension, else PNG.
  ///   - target: how large results are; a scale where the template ``asksForScale``.
  ///   - model: the model's name.
  /// - Returns: the name, and the format that its ending stands for.
  package func name(for input: String, format: Codec?, target: TargetSize, model: String) -> (
    name: String, codec: Codec
  ) {
    let file = input.split(separator: "/").last.map(String.init) ?? input
    let old = PictureFile(file).fileExtension
    let known = old.flatMap { Codec(fileExtension: $0) }
    let codec = codec ?? format ?? known ?? .png
    let ending = known == codec ? old ?? "" : codec.fileExtensions[0]
    // Only a picture's extension is taken off: "v1.2" has none.
    let stem = known == nil ? file : String(file.dropLast((old?.count ?? 0) + 1))
    let name = parts.map { part in
      switch part {
      case .text(let text): text
      case .field(.stem): stem
      case .field(.ext): "." + ending
      case .field(.size): target.nameText
      case .field(.scale): String(target.nameText.drop { $0 == "x" })
      case .field(.model): model
      }
    }.joined()
    return (name, codec)
  }
}
