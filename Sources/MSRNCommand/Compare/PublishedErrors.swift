/// Errors that others have published, as data with their sources.
package struct PublishedErrors: Sendable {
  /// What was classified.
  package enum TestSet: String, Encodable, Sendable {
    case imageNet = "ImageNet"
    case cifar10 = "CIFAR-10"
    case cifar100 = "CIFAR-100"
  }

  /// Who published, where, and how it was measured.
  package struct Source: Hashable, Sendable {
    package let name: String
    package let url: String
    /// Of ImageNet how many crops were averaged, and whatever else has to be known.
    package let method: String
  }

  /// One network's error, in per cent.
  package struct Figure: Encodable, Hashable, Sendable {
    package let network: String
    package let set: TestSet
    package let top1Error: Double
    package let top5Error: Double?
    package let source: String
    package let url: String
    package let method: String
  }

  private struct Row: Sendable {
    let figure: Figure
    let source: Source
    /// Texts of which one is in the names of the weights that reached it.
    let marks: [String]
  }

  private let rows: [Row]

  /// All figures.
  package var figures: [Figure] { rows.map(\.figure) }

  /// Every figure of a network on a set, in the sources' order.
  package func figures(of network: String, on set: TestSet?) -> [Figure] {
    figures.filter { $0.network == network && $0.set == set }
  }

  /// One figure for each of several networks: of the very weights where those are known, otherwise from the source that has
  /// most of the networks on that set, so that as many as possible can be compared with each other.
  ///
  /// - Parameter networks: Names, sets, and what the weights are called, with their files.
  /// - Returns: A figure, or `nil` where nobody has published any, in the networks' order.
  package func choice(for networks: [(name: String, set: TestSet?, weights: [String])]) -> [Figure?] {
    func coverage(_ row: Row) -> Int {
      networks.count { network in
        network.set == row.figure.set
          && rows.contains {
            $0.source == row.source && $0.figure.set == row.figure.set && $0.figure.network == network.name
          }
      }
    }
    return networks.map { network in
      let own = rows.filter { $0.figure.network == network.name && $0.figure.set == network.set }
      let files = network.weights.map { $0.split(separator: "/").last ?? "" }
      let exact = own.first { row in row.marks.contains { mark in files.contains { $0.contains(mark) } } }
      if let exact { return exact.figure }
      // Of equal ones the first in the table.
      return own.enumerated().max { (coverage($0.element), $1.offset) < (coverage($1.element), $0.offset) }?
        .element.figure
    }
  }

  /// Takes tables of lines: a network, its top-1 or top-1/top-5 figure, and parts of weights' names with `|` between.
  ///
  /// - Parameter tables: A set, a source, whether its figures are shares told right rather than wrong, and the lines.
  init(_ tables: [(set: TestSet, source: Source, isAccuracy: Bool, lines: String)]) {
    rows = tables.flatMap { table in
      table.lines.split(separator: "\n").map { line -> Row in
        let cells = line.split(separator: " ")
        let numbers = cells.count > 1 ? cells[1].split(separator: "/").compactMap { Double($0) } : []
        precondition((1...2).contains(numbers.count) && cells.count <= 3, "no figures: \(line)")
        // In thousandths, so that 100 less an accuracy is a decimal fraction again.
        let errors = numbers.map { table.isAccuracy ? ((100 - $0) * 1000).rounded() / 1000 : $0 }
        return Row(
          figure: Figure(
            network: String(cells[0]), set: table.set, top1Error: errors[0],
            top5Error: errors.count > 1 ? errors[1] : nil, source: table.source.name, url: table.source.url,
            method: table.source.method), source: table.source,
          marks: cells.count > 2 ? cells[2].split(separator: "|").map(String.init) : [])
      }
    }
  }
}
