/// One of several parts that a run is divided into, each for another process or machine.
///
/// All parts see the same list and divide it in the same way, without a word between them.
package struct Shard: Hashable, Sendable {
  /// Which part, from 0.
  package let index: Int
  /// How many parts there are.
  package let count: Int

  /// Why a text is no part, in one sentence.
  package struct Fault: Error, Hashable, Sendable, CustomStringConvertible { package let description: String }

  /// The most parts.
  package static let most = 100_000

  /// A part.
  package init(index: Int, count: Int) {
    precondition(
      (1...Self.most).contains(count) && (0..<count).contains(index), "\(index)/\(count) is no part")
    (self.index, self.count) = (index, count)
  }

  /// Reads `i/n`, `auto/n` or `auto`.
  ///
  /// `auto/n` takes the index from the task of a Slurm array (`SLURM_ARRAY_TASK_ID`) or the pod of a Kubernetes Indexed Job
  /// (`JOB_COMPLETION_INDEX`). `auto` takes the count too, which is certain only where the array runs from 0 without a gap, so
  /// that no picture is left out because a part of the tasks was submitted.
  ///
  /// - Parameters:
  ///   - text: the text.
  ///   - environment: the value of an environment variable.
  /// - Throws: ``Fault``.
  package init(_ text: String, environment: (String) -> String?) throws(Fault) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    func number(_ text: some StringProtocol) -> Int? {
      text.utf8.allSatisfy { (48...57).contains($0) } ? Int(text) : nil
    }
    let count: Int
    switch parts.count {
    case 2:
      guard let given = number(parts[1]), (1...Self.most).contains(given) else {
        throw Fault(description: "--shard \(text): there are 1 to \(Self.most) parts, such as 0/8")
      }
      count = given
    case 1 where text == "auto": count = try Self.wholeArray(environment)
    default: throw Fault(description: "--shard is i/n, auto/n or auto, not \(text)")
    }
    let index = parts[0] == "auto" ? try Self.index(environment) : number(parts[0])
    guard let index, (0..<count).contains(index) else {
      throw Fault(
        description:
          "--shard \(text): the parts are 0 to \(count - 1)\(parts[0] == "auto" ? ", and this is task \(index ?? 0)" : "")"
      )
    }
    (self.index, self.count) = (index, count)
  }

  private static let slurm = "SLURM_ARRAY_TASK_ID"
  private static let kubernetes = "JOB_COMPLETION_INDEX"

  private static func index(_ environment: (String) -> String?) throws(Fault) -> Int {
    let found = [slurm, kubernetes].filter { environment($0) != nil }
    guard let name = found.first, let text = environment(name) else {
      throw Fault(
        description: "--shard auto needs \(slurm) (a Slurm array) or \(kubernetes) (a Kubernetes Indexed Job)"
      )
    }
    if found.count > 1 {
      throw Fault(description: "--shard auto: \(slurm) and \(kubernetes) are both set; say i/n")
    }
    guard let index = Int(text), index >= 0 else {
      throw Fault(description: "--shard auto: \(name) is \(text), which is no index")
    }
    return index
  }

  /// How many tasks a Slurm array has, if it is one from 0 without a gap.
  private static func wholeArray(_ environment: (String) -> String?) throws(Fault) -> Int {
    _ = try index(environment)
    guard environment(slurm) != nil else {
      throw Fault(
        description: "--shard auto: a Kubernetes Job does not say how many pods it has; say auto/n")
    }
    func number(_ name: String) -> Int? { environment("SLURM_ARRAY_TASK_" + name).flatMap { Int($0) } }
    guard let count = number("COUNT"), number("MIN") == 0, number("MAX") == count - 1,
      (1...most).contains(count)
    else {
      throw Fault(
        description:
          "--shard auto: this Slurm array does not run from 0 without a gap; say auto/n with n parts")
    }
    return count
  }

  /// Which of some items are this part's.
  ///
  /// Each item, the most costly first, goes to the part with the least work so far (LPT: Graham, 1969), so that no part has more
  /// than 4/3 of what the best division would give the longest.
  ///
  /// - Parameter costs: what each item costs, predicted.
  /// - Returns: their indices, ascending.
  /// - Complexity: O(items log items).
  package func members(of costs: [Int]) -> [Int] {
    let order = costs.indices.sorted { (-costs[$0], $0) < (-costs[$1], $1) }
    var heap = Heap(count: count)
    var mine: [Int] = []
    for item in order where heap.add(costs[item]) == index { mine.append(item) }
    return mine.sorted()
  }

  /// The parts, the one with the least work on top; of equals, the first.
  private struct Heap {
    private var parts: [(load: Int, part: Int)]

    init(count: Int) { parts = (0..<count).map { (0, $0) } }

    /// Gives the top part more work, and says which it was.
    mutating func add(_ cost: Int) -> Int {
      let part = parts[0].part
      parts[0].load += cost
      var place = 0
      while case let child = smallerChild(of: place), child < parts.count, parts[child] < parts[place] {
        parts.swapAt(place, child)
        place = child
      }
      return part
    }

    private func smallerChild(of place: Int) -> Int {
      let left = 2 * place + 1
      return left + 1 < parts.count && parts[left + 1] < parts[left] ? left + 1 : left
    }
  }
}
