#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// What the classes of a network are called.
public struct Labels: Hashable, Sendable {
  /// By index.
  public let names: [String]

  /// Names in order.
  public init(_ names: [String]) { self.names = names }

  /// Reads a file of names: a JSON array of texts, else one a line.
  ///
  /// - Parameters:
  ///   - text: The file's text.
  ///   - classes: How many there must be; nil: any number.
  /// - Throws: ``LabelsError``.
  public init(_ text: String, classes: Int? = nil) throws(LabelsError) {
    let names: [String]
    if text.drop(while: \.isWhitespace).first == "[" {
      guard let array = try? JSONDecoder().decode([String].self, from: Data(text.utf8)) else {
        throw .malformed
      }
      names = array
    } else {
      var lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).map(String.init)
      while lines.last?.isEmpty == true { lines.removeLast() }
      names = lines
    }
    if let classes, names.count != classes { throw .count(names.count, classes: classes) }
    self.names = names
  }
}

/// Why a file holds no names for a network's classes.
public enum LabelsError: Error, Hashable, Sendable {
  /// It begins as a JSON array and is none of texts.
  case malformed
  /// More or fewer names than classes.
  case count(Int, classes: Int)
}

extension LabelsError: CustomStringConvertible {
  /// One sentence.
  public var description: String {
    switch self {
    case .malformed: "not a JSON array of names"
    case .count(let names, let classes): "\(names) names for \(classes) classes"
    }
  }
}
