import MSRNKit

/// A number with so many decimals and a point, whatever the locale.
func decimal(_ value: Double, _ decimals: Int) -> String {
  let unit = (0..<decimals).reduce(1) { product, _ in product * 10 }
  guard let scaled = Int(exactly: (abs(value) * Double(unit)).rounded()) else { return "\(value)" }
  let sign = value < 0 && scaled > 0 ? "-" : ""
  guard decimals > 0 else { return "\(sign)\(scaled)" }
  let fraction = String(scaled % unit)
  return "\(sign)\(scaled / unit)." + String(repeating: "0", count: decimals - fraction.count) + fraction
}

/// A count with its digits in groups of three.
func grouped(_ count: Int) -> String {
  let digits = String(count)
  return String(
    digits.enumerated().flatMap { index, digit in
      index > 0 && (digits.count - index) % 3 == 0 ? [",", digit] : [digit]
    })
}

/// A count and what is counted, in the plural but for one.
func counted(_ count: Int, _ noun: String) -> String { "\(count) \(noun)\(count == 1 ? "" : "s")" }

/// The end of a text that is too long for its column.
func shortened(_ text: String, to width: Int) -> String {
  text.count > width ? "…" + text.suffix(width - 1) : text
}

/// Comma-separated values (RFC 4180).
enum CSV {
  /// A text as one cell, between quotation marks where it has to be.
  static func cell(_ text: String) -> String {
    guard text.contains(where: { ",\"\n\r".contains($0) }) else { return text }
    return "\"" + text.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"")
      + "\""
  }
}

extension String {
  /// The text with spaces after it, so many characters in all if it is not longer.
  func padded(to width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }
}

/// Lines of a label and what it says, aligned.
struct Listing: CustomStringConvertible {
  private var lines: [(label: String, text: String)] = []

  mutating func add(_ label: String, _ text: String) { lines.append((label, text)) }

  var description: String {
    let width = (lines.map(\.label.count).max() ?? 0) + 2
    return lines.map { $0.label.padded(to: width) + $0.text }.joined(separator: "\n")
  }
}

/// A table, its columns as wide as their widest cell; numbers to the right.
struct Table: CustomStringConvertible {
  private var rows: [[String]]
  private let numbers: Set<Int>

  /// A table with these headings; `numbers` are the columns that are aligned to the right.
  init(_ headings: [String], numbers: Set<Int>) { (rows, self.numbers) = ([headings], numbers) }

  mutating func add(_ row: [String]) { rows.append(row) }

  var description: String {
    let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
    return rows.map { row in
      let cells = row.enumerated().map { column, cell in
        let space = String(repeating: " ", count: widths[column] - cell.count)
        return numbers.contains(column) ? space + cell : cell + space
      }
      var line = cells.joined(separator: "  ")
      while line.last == " " { line.removeLast() }
      return line
    }.joined(separator: "\n")
  }
}
