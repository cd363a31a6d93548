/// The opaque colour that a picture with transparency is laid over, each part 0...1 in stored values.
public struct Matte: Hashable, Sendable {
  /// The red part.
  public let red: Double
  /// The green part.
  public let green: Double
  /// The blue part.
  public let blue: Double

  /// Black.
  public static let black = Matte(red: 0, green: 0, blue: 0)
  /// White.
  public static let white = Matte(red: 1, green: 1, blue: 1)

  /// A colour from its parts, each in 0...1.
  public init(red: Double, green: Double, blue: Double) {
    for part in [red, green, blue] { precondition((0...1).contains(part), "\(part) is outside 0...1") }
    (self.red, self.green, self.blue) = (red, green, blue)
  }

  /// Whether the three parts are equal.
  public var isGrey: Bool { red == green && green == blue }

  /// The names that are understood beside hexadecimal digits: CSS's sixteen basic ones and four more.
  public static let names: [String: UInt32] = [
    "aqua": 0x00FFFF, "black": 0x000000, "blue": 0x0000FF, "cyan": 0x00FFFF, "fuchsia": 0xFF00FF,
    "gray": 0x808080,
    "green": 0x008000, "grey": 0x808080, "lime": 0x00FF00, "magenta": 0xFF00FF, "maroon": 0x800000,
    "navy": 0x000080, "olive": 0x808000, "orange": 0xFFA500, "purple": 0x800080, "red": 0xFF0000,
    "silver": 0xC0C0C0, "teal": 0x008080, "white": 0xFFFFFF, "yellow": 0xFFFF00,
  ]

  /// Reads `#rgb`, `#rrggbb` or one of `names`, upper or lower case, as CSS does.
  public init(_ text: String) throws(MatteError) {
    let lower = text.lowercased()
    var digits = Substring()
    if lower.first == "#" {
      digits = lower.dropFirst()
      if digits.utf8.count == 3 { digits = Substring(digits.flatMap { [$0, $0] }) }
    } else if let value = Matte.names[lower] {
      let hex = String(value, radix: 16)
      digits = Substring(String(repeating: "0", count: 6 - hex.count) + hex)
    }
    guard digits.utf8.count == 6,
      digits.utf8.allSatisfy({ (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }),
      let value = UInt32(digits, radix: 16)
    else { throw .unknownColour(text) }
    func part(_ shift: UInt32) -> Double { Double(value >> shift & 0xFF) / 255 }
    self.init(red: part(16), green: part(8), blue: part(0))
  }
}

/// Why a text is not a colour.
public enum MatteError: Error, Hashable, Sendable {
  /// The text is neither hexadecimal digits nor a name that is known.
  case unknownColour(String)
}

extension MatteError: CustomStringConvertible {
  /// One sentence with the forms that are understood.
  public var description: String {
    switch self {
    case .unknownColour(let text):
      "'\(text)' is not a colour; write #rgb, #rrggbb or a name: \(Matte.names.keys.sorted().joined(separator: ", "))"
    }
  }
}
