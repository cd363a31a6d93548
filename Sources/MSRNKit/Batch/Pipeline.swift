import Dispatch
import Synchronization

/// Three stages over a list, each in a thread of its own: the next item is prepared and the last one finished while the
/// middle stage works, which is the calling thread's.
///
/// At most one item waits between two stages, so that five are under way at any moment whatever the list's length. Every
/// stage sees the items in order, and one at a time.
package enum Pipeline {
  /// Runs the list to its end or until it is stopped.
  ///
  /// - Parameters:
  ///   - items: what is to be done.
  ///   - stopped: asked before an item is prepared, and again before the middle stage; what is under way by then is dropped
  ///     there, what has passed it is finished.
  ///   - prepare: the first stage.
  ///   - drop: takes what was prepared and is not wanted any more; called on the calling thread.
  ///   - work: the middle stage, on the calling thread.
  ///   - finish: the last stage.
  package static func run<Item: Sendable, Prepared: Sendable, Result: Sendable>(
    _ items: [Item], stopped: @escaping @Sendable () -> Bool,
    prepare: @escaping @Sendable (Item) -> Prepared, drop: (Prepared) -> Void, work: (Prepared) -> Result,
    finish: @escaping @Sendable (Result) -> Void
  ) {
    let prepared = HandOff<Prepared>()
    let results = HandOff<Result>()
    let group = DispatchGroup()
    DispatchQueue(label: "msrn.prepare").async(group: group) {
      for item in items where !stopped() { prepared.put(prepare(item)) }
      prepared.put(nil)
    }
    DispatchQueue(label: "msrn.finish").async(group: group) {
      while let result = results.take() { finish(result) }
    }
    while let next = prepared.take() {
      if stopped() { drop(next) } else { results.put(work(next)) }
    }
    results.put(nil)
    group.wait()
  }
}

/// A place where one value waits to be taken; `nil` says that no other will come.
private final class HandOff<Value: Sendable>: Sendable {
  private let place = Mutex<Value??>(nil)
  private let filled = DispatchSemaphore(value: 0)
  private let free = DispatchSemaphore(value: 0)

  init() { free.signal() }

  /// Waits until the place is free, then leaves a value there.
  func put(_ value: Value?) {
    free.wait()
    place.withLock { $0 = .some(value) }
    filled.signal()
  }

  /// Waits for a value and takes it.
  func take() -> Value? {
    filled.wait()
    let value = place.withLock { place in
      defer { place = nil }
      return place
    }
    free.signal()
    return value ?? nil
  }
}
