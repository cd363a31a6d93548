import Dispatch
import Synchronization

/// How many threads may work on one step.
///
/// Passed in, never global.
package struct Workers: Sendable {
  package let count: Int

  package init(count: Int) {
    precondition(count > 0, "work needs at least one thread")
    self.count = count
  }

  /// Calls `body` once for every index below `n`, on at most `count` threads, and returns when all are done.
  ///
  /// `body` also gets the number of the worker that calls it, below `count`: no two calls at the same time have the same.
  /// Indices are handed out one at a time; `body` writes what belongs to its index and nothing else, so that the result does
  /// not depend on `count`.
  package func forEach(_ n: Int, _ body: @Sendable (_ index: Int, _ worker: Int) -> Void) {
    guard count > 1, n > 1 else {
      for index in 0..<n { body(index, 0) }
      return
    }
    let next = Atomic(0)
    DispatchQueue.concurrentPerform(iterations: min(count, n)) { worker in
      while case let index = next.wrappingAdd(1, ordering: .relaxed).oldValue, index < n {
        body(index, worker)
      }
    }
  }
}
