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

/// Bytes of memory that the pictures under way may take together.
///
/// One thread claims, any gives back. What is larger than all there is gets it once nothing else is under way, so that
/// nobody waits for ever.
package final class ByteBudget: Sendable {
  private let limit: Int?
  private let used = Mutex(0)
  private let returned = DispatchSemaphore(value: 0)

  /// A budget; `nil`: no limit.
  package init(_ limit: Int?) { self.limit = limit }

  /// Waits until so many bytes are free, and takes them.
  package func claim(_ bytes: Int) {
    while !tryClaim(bytes) { returned.wait() }
  }

  /// Takes so many bytes if they are free.
  ///
  /// - Returns: whether they were.
  package func tryClaim(_ bytes: Int) -> Bool {
    used.withLock { used in
      if let limit, used > 0, used + bytes > limit { return false }
      used += bytes
      return true
    }
  }

  /// Gives bytes back that were claimed.
  package func giveBack(_ bytes: Int) {
    used.withLock { used in
      used -= bytes
      precondition(used >= 0, "more bytes were given back than were claimed")
    }
    returned.signal()
  }
}
