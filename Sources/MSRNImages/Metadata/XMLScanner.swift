/// A strict reader of the XML that XMP uses: elements, attributes, text, comments and processing instructions.
///
/// It refuses what it does not know (document types, which could define entities) and whatever is not well-formed,
/// because its results are used to cut text.
struct XMLScanner {
  private(set) var elements: [XMP.Element] = []
  private(set) var comments: [Range<Int>] = []
  private let bytes: [UInt8]
  private var position = 0
  private var open: [Int] = []

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// Reads everything; false when it is not XML of this kind, with one root.
  mutating func scan() -> Bool {
    var roots = 0
    if starts(with: "\u{FEFF}") { position = 3 }
    while position < bytes.count {
      let start = position
      if bytes[position] != UInt8(ascii: "<") {
        skip { $0 != UInt8(ascii: "<") }
        // Outside the root only white space may stand, and the byte-order mark that begins some packets.
        let text = bytes[start..<position]
        if open.isEmpty && !text.allSatisfy({ XMLScanner.isSpace($0) }) { return false }
      } else if starts(with: "<!--") {
        guard let end = find("-->", from: start + 4) else { return false }
        position = end
        comments.append(start..<end)
      } else if starts(with: "<![CDATA[") {
        guard !open.isEmpty, let end = find("]]>", from: start + 9) else { return false }
        position = end
      } else if starts(with: "<?") {
        guard let end = find("?>", from: start + 2) else { return false }
        position = end
      } else if starts(with: "</") {
        guard endTag() else { return false }
      } else {
        if open.isEmpty { roots += 1 }
        guard startTag(), open.count <= 64, roots == 1 else { return false }
      }
    }
    return open.isEmpty && roots == 1
  }

  private mutating func startTag() -> Bool {
    let start = position
    position += 1
    guard let name = name() else { return false }
    var namespaces =
      open.last.map { elements[$0].namespaces } ?? ["xml": "http://www.w3.org/XML/1998/namespace"]
    var attributes: [XMP.Attribute] = []
    while true {
      let before = position
      skip(while: XMLScanner.isSpace)
      guard position < bytes.count else { return false }
      if bytes[position] == UInt8(ascii: ">") || bytes[position] == UInt8(ascii: "/") { break }
      guard position > before, let attribute = attribute(from: before) else { return false }
      attributes.append(attribute)
      let value = String(decoding: bytes[attribute.value], as: UTF8.self)
      if attribute.name.prefix == "xmlns" { namespaces[attribute.name.local] = value }
      if attribute.name == ("", "xmlns") { namespaces[""] = value }
    }
    let isEmpty = bytes[position] == UInt8(ascii: "/")
    position += isEmpty ? 2 : 1
    guard position <= bytes.count, bytes[position - 1] == UInt8(ascii: ">"), namespaces.count <= 256 else {
      return false
    }
    let isBound: (String) -> Bool = { $0.isEmpty || $0 == "xmlns" || namespaces[$0] != nil }
    guard isBound(name.prefix), attributes.allSatisfy({ isBound($0.name.prefix) }) else { return false }

    if let parent = open.last { elements[parent].hasChildren = true }
    if !isEmpty { open.append(elements.count) }
    elements.append(
      XMP.Element(
        name: name, attributes: attributes, namespaces: namespaces,
        parent: isEmpty ? open.last : open.dropLast().last, whole: start..<position,
        content: position..<position))
    return true
  }

  private mutating func endTag() -> Bool {
    let start = position
    position += 2
    guard let name = name(), let index = open.popLast(), elements[index].name == name else { return false }
    skip(while: XMLScanner.isSpace)
    guard position < bytes.count, bytes[position] == UInt8(ascii: ">") else { return false }
    position += 1
    elements[index].content = elements[index].content.lowerBound..<start
    elements[index].whole = elements[index].whole.lowerBound..<position
    return true
  }

  private mutating func attribute(from start: Int) -> XMP.Attribute? {
    guard let name = name() else { return nil }
    skip(while: XMLScanner.isSpace)
    guard position < bytes.count, bytes[position] == UInt8(ascii: "=") else { return nil }
    position += 1
    skip(while: XMLScanner.isSpace)
    guard position < bytes.count,
      bytes[position] == UInt8(ascii: "\"") || bytes[position] == UInt8(ascii: "'")
    else { return nil }
    let quote = bytes[position]
    position += 1
    let value = position
    skip { $0 != quote && $0 != UInt8(ascii: "<") }
    guard position < bytes.count, bytes[position] == quote else { return nil }
    position += 1
    return XMP.Attribute(name: name, whole: start..<position, value: value..<position - 1)
  }

  private mutating func name() -> (prefix: String, local: String)? {
    let start = position
    skip {
      !XMLScanner.isSpace($0)
        && ![UInt8](arrayLiteral: 0x21, 0x22, 0x26, 0x27, 0x2F, 0x3C, 0x3D, 0x3E, 0x3F).contains($0)
    }
    let parts = String(decoding: bytes[start..<position], as: UTF8.self)
      .split(separator: ":", omittingEmptySubsequences: false)
    if parts.contains("") { return nil }
    switch parts.count {
    case 1: return ("", String(parts[0]))
    case 2: return (String(parts[0]), String(parts[1]))
    default: return nil
    }
  }

  private static func isSpace(_ byte: UInt8) -> Bool { [0x20, 0x09, 0x0A, 0x0D].contains(byte) }

  private mutating func skip(while condition: (UInt8) -> Bool) {
    while position < bytes.count, condition(bytes[position]) { position += 1 }
  }

  private func starts(with text: String) -> Bool { bytes[position...].starts(with: text.utf8) }

  /// The position behind the next `text`.
  private func find(_ text: String, from start: Int) -> Int? {
    var start = start
    while start + text.utf8.count <= bytes.count {
      if bytes[start...].starts(with: text.utf8) { return start + text.utf8.count }
      start += 1
    }
    return nil
  }
}
