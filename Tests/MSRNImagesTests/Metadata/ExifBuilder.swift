/// Builds TIFF blocks for tests, broken ones too: values of more than four bytes are placed in the order given.
struct ExifBuilder {
  struct Row {
    var tag: Int
    var kind: Int
    var count: Int
    var value: [UInt8]
    /// The offset to state instead of the value's own.
    var offset: Int?
  }

  let isBigEndian: Bool

  func integer(_ value: Int, _ size: Int) -> [UInt8] {
    let little = (0..<size).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    return isBigEndian ? little.reversed() : little
  }

  func short(_ tag: Int, _ value: Int) -> Row { Row(tag: tag, kind: 3, count: 1, value: integer(value, 2)) }
  func long(_ tag: Int, _ value: Int) -> Row { Row(tag: tag, kind: 4, count: 1, value: integer(value, 4)) }
  func ascii(_ tag: Int, _ text: String) -> Row {
    Row(tag: tag, kind: 2, count: text.utf8.count + 1, value: Array(text.utf8) + [0])
  }
  func rational(_ tag: Int, _ a: Int, _ b: Int) -> Row {
    Row(tag: tag, kind: 5, count: 1, value: integer(a, 4) + integer(b, 4))
  }
  func blob(_ tag: Int, _ value: [UInt8]) -> Row { Row(tag: tag, kind: 7, count: value.count, value: value) }

  /// The bytes of a directory that is to lie at `offset`, values behind it.
  func directory(_ rows: [Row], at offset: Int, next: Int = 0) -> [UInt8] {
    var table = integer(rows.count, 2)
    var values: [UInt8] = []
    for row in rows {
      table += integer(row.tag, 2) + integer(row.kind, 2) + integer(row.count, 4)
      if row.value.count > 4 || row.offset != nil {
        table += integer(row.offset ?? offset + 6 + 12 * rows.count + values.count, 4)
        if row.offset == nil { values += row.value }
      } else {
        table += row.value + [UInt8](repeating: 0, count: 4 - row.value.count)
      }
    }
    return table + integer(next, 4) + values
  }

  /// A whole block whose first directory is followed by others, each with a pointer's tag in the first.
  func block(_ rows: [Row], next: Int = 0, _ children: (tag: Int, rows: [Row])...) -> [UInt8] {
    let header = (isBigEndian ? [0x4D, 0x4D] : [0x49, 0x49]) + integer(42, 2) + integer(8, 4)
    let first = directory(rows + children.map { long($0.tag, 0) }, at: 8).count
    var (pointers, rest): ([Row], [UInt8]) = ([], [])
    for child in children {
      let offset = 8 + first + rest.count
      pointers.append(long(child.tag, offset))
      rest += directory(child.rows, at: offset)
    }
    return header + directory(rows + pointers, at: 8, next: next) + rest
  }
}

extension [UInt8] {
  /// Whether `text` occurs in the bytes.
  func contains(text: String) -> Bool {
    let pattern = Array(text.utf8)
    return indices.contains { self[$0...].starts(with: pattern) }
  }
}
