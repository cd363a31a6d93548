import Dispatch
import Synchronization

/// Three stages over a list, of which the middle one has a thread to itself: the calling one.
///
/// The outer stages have helpers of their own, so that a first stage that waits for something which a last stage gives back,
/// such as memory, gets it. Items begin in the list's order; they may pass the middle stage and end in another.
package enum Overlap {
  /// Runs the list to its end.
  ///
  /// - Parameters:
  ///   - items: what is to be done.
  ///   - helpers: threads of the last stage; the first one has half as many. At most two items each, and one more, are under
  ///     way at any moment. With 0, one stage is done after the other, on the calling thread.
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
    let waiting = Queue(Array(items.prefix(2 * helpers + 1)))
    let rest = Mutex(items.dropFirst(2 * helpers + 1))
    let prepared = Queue<Prepared>()
    let results = Queue<Result>()
    let group = DispatchGroup()
    for number in 0..<(helpers + 1) / 2 {
      DispatchQueue(label: "msrn.prepare.\(number)").async(group: group) {
        while let item = waiting.take() { prepared.put(prepare(item)) }
      }
    }
    for number in 0..<helpers {
      DispatchQueue(label: "msrn.finish.\(number)").async(group: group) {
        while let result = results.take() {
          finish(result)
          // What has ended leaves room for another.
          if let next = rest.withLock({ $0.popFirst() }) { waiting.put(next) }
        }
      }
    }
    for _ in items {
      guard let next = prepared.take() else { preconditionFailure("every item is prepared") }
      results.put(work(next))
    }
    waiting.close()
    results.close()
    group.wait()
  }
}

/// A line that any thread puts something in and any takes it from, first come, first served.
private final class Queue<Value: Sendable>: Sendable {
  private let values: Mutex<[Value]>
  /// One for each value, and without end once there will be no more.
  private let count = DispatchSemaphore(value: 0)

  init(_ values: [Value] = []) {
    self.values = Mutex(values)
    for _ in values { count.signal() }
  }

  func put(_ value: Value) {
    values.withLock { $0.append(value) }
    count.signal()
  }

  /// Waits for a value and takes it; `nil` where there will be no more.
  func take() -> Value? {
    count.wait()
    let value = values.withLock { $0.isEmpty ? nil : $0.removeFirst() }
    // The end is for all who wait.
    if value == nil { count.signal() }
    return value
  }

  /// Says that there will be no more than there are.
  func close() { count.signal() }
}
