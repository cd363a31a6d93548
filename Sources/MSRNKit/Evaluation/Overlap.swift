import Dispatch
import Synchronization

/// Three stages over a list, of which the middle one has a thread to itself: the calling one.
///
/// The first and the last stage are done by helpers, each of whom takes what is there, last stages first, so that little
/// waits. Items begin in the list's order; they may pass the middle stage and end in another.
package enum Overlap {
  /// Runs the list to its end.
  ///
  /// - Parameters:
  ///   - items: what is to be done.
  ///   - helpers: threads for the outer stages; at most two items each, and one more, are under way at any moment. With 0,
  ///     one stage is done after the other, on the calling thread.
  ///   - prepare: the first stage.
  ///   - work: the middle stage, on the calling thread, one item at a time.
  ///   - finish: the last stage.
  package static func run<Item: Sendable, Prepared: Sendable, Result: Sendable>(
    _ items: [Item], helpers: Int, prepare: @escaping @Sendable (Item) -> Prepared,
    work: (Prepared) -> Result, finish: @escaping @Sendable (Result) -> Void
  ) {
    precondition(helpers >= 0, "\(helpers) helpers")
    guard helpers > 0 else {
      for item in items { finish(work(prepare(item))) }
      return
    }
    let desk = Desk<Item, Prepared, Result>(items, most: 2 * helpers + 1)
    let group = DispatchGroup()
    for number in 0..<helpers {
      DispatchQueue(label: "msrn.helper.\(number)").async(group: group) {
        while let task = desk.take() {
          switch task {
          case .prepare(let item): desk.put(prepare(item))
          case .finish(let result):
            finish(result)
            desk.end()
          }
        }
      }
    }
    while let prepared = desk.takePrepared() { desk.put(result: work(prepared)) }
    group.wait()
  }
}

/// Where items lie between two stages.
private final class Desk<Item: Sendable, Prepared: Sendable, Result: Sendable>: Sendable {
  enum Task {
    case prepare(Item)
    case finish(Result)
  }

  private struct State {
    /// Items that may be begun, those that were, and those that have passed all stages.
    var allowed = 0
    var begun = 0
    var ended = 0
    var prepared: [Prepared] = []
    var results: [Result] = []
  }

  private let items: [Item]
  private let state = Mutex(State())
  /// One for each thing that a helper may do, and without end once there is nothing left.
  private let tasks = DispatchSemaphore(value: 0)
  /// One for each item that is prepared, and one at the end.
  private let ready = DispatchSemaphore(value: 0)

  init(_ items: [Item], most: Int) {
    self.items = items
    let allowed = min(most, items.count)
    state.withLock { $0.allowed = allowed }
    for _ in 0..<allowed { tasks.signal() }
    if items.isEmpty {
      tasks.signal()
      ready.signal()
    }
  }

  /// The next thing to do; `nil` at the end.
  func take() -> Task? {
    tasks.wait()
    let task = state.withLock { state -> Task? in
      if !state.results.isEmpty { return .finish(state.results.removeFirst()) }
      guard state.begun < items.count else {
        precondition(state.ended == items.count, "a helper was called for nothing")
        return nil
      }
      state.begun += 1
      return .prepare(items[state.begun - 1])
    }
    // The end is for every helper.
    if task == nil { tasks.signal() }
    return task
  }

  func put(_ prepared: Prepared) {
    state.withLock { $0.prepared.append(prepared) }
    ready.signal()
  }

  /// The next item for the middle stage; `nil` at the end.
  func takePrepared() -> Prepared? {
    ready.wait()
    return state.withLock { $0.prepared.isEmpty ? nil : $0.prepared.removeFirst() }
  }

  func put(result: Result) {
    state.withLock { $0.results.append(result) }
    tasks.signal()
  }

  /// Notes that an item has passed all stages, which leaves room for another.
  func end() {
    let (isLast, hasMore) = state.withLock { state in
      state.ended += 1
      let hasMore = state.allowed < items.count
      if hasMore { state.allowed += 1 }
      return (state.ended == items.count, hasMore)
    }
    if isLast { ready.signal() }
    if isLast || hasMore { tasks.signal() }
  }
}
