import Synchronization

/// Where the time of runs goes, step by step: what `--profile` prints.
///
/// Counts the processor time that threads spend in a step, so that a second of two threads is two; waiting is counted nowhere.
public final class Profile: Sendable {
  /// One step of a plan.
  public struct Row: Codable, Hashable, Sendable {
    /// The layer's name; for other steps what they do.
    public let name: String
    /// The operation with what is fused into it.
    public let operation: String
    /// The algorithm with its instruction set and register tile.
    public let kernel: String
    /// Seconds of processor time, of all threads.
    public let seconds: Double
    /// Multiply-accumulates, as the network is written.
    public let macs: Int
    /// Those that the algorithm needs for them.
    public let products: Int

    /// One picture's share of a step that has run on so many, with another time.
    public func taking(_ seconds: Double, pictures: Int = 1) -> Row {
      Row(
        name: name, operation: operation, kernel: kernel, seconds: seconds / Double(pictures),
        macs: macs / pictures,
        products: products / pictures)
    }
  }

  private struct Entry {
    var seconds: Double
    /// Of the map, what has been run.
    var share: Double
    let description: PlanDescription.Row
  }

  private let entries = Mutex<[Stage.Step: Entry]>([:])
  private let order = Mutex<[Stage.Step]>([])

  /// An empty profile.
  public init() {}

  /// The steps in the order in which they ran.
  public var rows: [Row] {
    let order = order.withLock { $0 }
    return entries.withLock { entries in
      order.compactMap { step in
        entries[step].map { entry in
          Row(
            name: entry.description.name, operation: entry.description.operation,
            kernel: entry.description.kernel,
            seconds: entry.seconds, macs: Int((Double(entry.description.macs) * entry.share).rounded()),
            products: Int((Double(entry.description.products) * entry.share).rounded()))
        }
      }
    }
  }

  /// Announces that a step runs on some share of its map, or on so many maps.
  func begin(_ step: Stage.Step, _ description: PlanDescription.Row, share: Double) {
    let isNew = entries.withLock { entries in
      let isNew = entries[step] == nil
      entries[step, default: Entry(seconds: 0, share: 0, description: description)].share += share
      return isNew
    }
    if isNew { order.withLock { $0.append(step) } }
  }

  /// Adds what a thread has spent in a step.
  func add(_ step: Stage.Step, seconds: Double) {
    entries.withLock { $0[step]?.seconds += seconds }
  }
}
