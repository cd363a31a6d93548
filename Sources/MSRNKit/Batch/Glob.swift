/// A pattern for names, as shells have them: `*` and `?` within a name, `**` across folders, `[a-z]`, `[!0-9]`.
///
/// A pattern with a slash is for the whole path below the folder that was named, one without for the last name of it.
/// Capitals count. A bracket that is not closed stands for itself.
package struct Glob: Hashable, Sendable {
  private enum Token: Hashable {
    case one(Character)
    case anyOne
    case anyInName
    case anyInPath
    /// Folders, each with its slash, or none.
    case folders
    case set([ClosedRange<Character>], negated: Bool)

    var repeats: Bool { self == .anyInName || self == .anyInPath || self == .folders }

    func takes(_ character: Character) -> Bool {
      switch self {
      case .one(let one): one == character
      case .anyOne, .anyInName: character != "/"
      case .anyInPath, .folders: true
      case .set(let ranges, let negated):
        character != "/" && ranges.contains { $0.contains(character) } != negated
      }
    }
  }

  /// The pattern as it was written.
  package let pattern: String
  private let tokens: [Token]

  /// Reads a pattern; every text is one.
  package init(_ pattern: String) {
    self.pattern = pattern
    var tokens: [Token] = []
    var rest = Substring(pattern)
    while let first = rest.popFirst() {
      switch first {
      case "?": tokens.append(.anyOne)
      case "*" where rest.first == "*":
        rest = rest.drop { $0 == "*" }
        if rest.first == "/", tokens.isEmpty || tokens.last == .one("/") {
          rest.removeFirst()
          tokens.append(.folders)
        } else {
          tokens.append(.anyInPath)
        }
      case "*": tokens.append(.anyInName)
      case "[":
        if let (set, end) = Self.set(rest) {
          tokens.append(set); rest = end
        } else {
          tokens.append(.one("["))
        }
      default: tokens.append(.one(first))
      }
    }
    self.tokens = tokens
  }

  /// Whether a text has anything in it that stands for more than itself.
  package static func isPattern(_ text: String) -> Bool { text.contains { "*?[".contains($0) } }

  /// Whether a path is one that the pattern stands for.
  ///
  /// - Parameter path: the path below the folder that was named, `a/b.png`.
  /// - Returns: whether it matches.
  /// - Complexity: the path's length times the pattern's, whatever they are.
  package func matches(_ path: String) -> Bool {
    let text = pattern.contains("/") ? path[...] : path.split(separator: "/").last ?? ""
    // All places in the pattern that the text so far can have led to.
    var places = [Bool](repeating: false, count: tokens.count + 1)
    places[0] = true
    close(&places, startsName: true)
    for character in text {
      var next = [Bool](repeating: false, count: tokens.count + 1)
      for (place, token) in tokens.enumerated() where places[place] && token.takes(character) {
        next[token.repeats ? place : place + 1] = true
      }
      close(&next, startsName: character == "/")
      places = next
    }
    return places[tokens.count]
  }

  /// Adds the places that are reached by taking nothing; folders end where a name starts.
  private func close(_ places: inout [Bool], startsName: Bool) {
    for (place, token) in tokens.enumerated() where places[place] && token.repeats {
      if token != .folders || startsName { places[place + 1] = true }
    }
  }

  /// What stands between brackets, and what follows them; `nil` where they are not closed.
  private static func set(_ text: Substring) -> (Token, Substring)? {
    var rest = text
    let negated = rest.first == "!" || rest.first == "^"
    if negated { rest.removeFirst() }
    var ranges: [ClosedRange<Character>] = []
    while let first = rest.popFirst() {
      // A bracket that comes first is one of the set.
      if first == "]", !ranges.isEmpty { return (.set(ranges, negated: negated), rest) }
      if rest.first == "-", let last = rest.dropFirst().first, last != "]", last >= first {
        ranges.append(first...last)
        rest = rest.dropFirst(2)
      } else {
        ranges.append(first...first)
      }
    }
    return nil
  }
}
