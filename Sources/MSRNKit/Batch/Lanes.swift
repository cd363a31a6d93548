import Dispatch
import Synchronization

/// A list that several threads do side by side, each taking the next item and doing all of it: for items too small to be
/// shared out among the cores.
package enum Lanes {
  /// Whether pictures of so many pixels are better done side by side: larger ones have enough blocks for every thread, and
  /// take much memory.
  package static func areSmall(pixels: Int, threads: Int) -> Bool { pixels <= max(1 << 16, threads << 14) }

  /// Does the list to its end or until it is stopped; returns when nothing is under way any more.
  ///
  /// - Parameters:
  ///   - items: what is to be done, begun in this order.
  ///   - count: how many threads, at least 1.
  ///   - stopped: asked before each item.
  ///   - body: does one item; gets the thread's number, below `count`.
  package static func run<Item: Sendable>(
    _ items: [Item], count: Int, stopped: @escaping @Sendable () -> Bool,
    body: @escaping @Sendable (Item, _ lane: Int) -> Void
  ) {
    precondition(count > 0, "a list needs at least one lane")
    let next = Counter()
    let group = DispatchGroup()
    for lane in 0..<min(count, items.count) {
      // A queue each: these threads wait for disks, which would hold up a queue that others share.
      DispatchQueue(label: "msrn.lane").async(group: group) {
        while !stopped() {
          let index = next.take()
          guard index < items.count else { return }
          body(items[index], lane)
        }
      }
    }
    group.wait()
  }
}

private final class Counter: Sendable {
  private let value = Atomic(0)
  func take() -> Int { value.add(1, ordering: .relaxed).oldValue }
}
