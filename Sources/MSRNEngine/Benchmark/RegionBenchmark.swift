import Dispatch
import Synchronization

/// What it costs to share a step among threads, beside the same work shared by Dispatch's `concurrentPerform`.
///
/// A region is some items of equal length. Its ideal time is items x length / threads; what it takes beyond that is its
/// overhead. Ours and Dispatch's regions are timed in turns, a batch of each, with a pause between, so that neither's
/// threads are awake in the other's.
package struct RegionBenchmark: Sendable {
  /// Some items of a length.
  package struct Case: Hashable, Sendable {
    package let items: Int
    /// Microseconds of one item.
    package let length: Int

    package init(items: Int, length: Int) { (self.items, self.length) = (items, length) }

    /// For example `16 x 0.1 ms`.
    package var name: String {
      length == 0 ? "\(items) empty" : "\(items) x \(Double(length) / 1000) ms"
    }
  }

  /// Overheads in microseconds a region: the median, and nine tenths are below the second.
  package struct Overhead: Encodable, Hashable, Sendable {
    package let median: Double
    package let ninetieth: Double

    init(_ seconds: [Double], ideal: Double) {
      let sorted = seconds.sorted().map { ($0 - ideal) * 1e6 }
      (median, ninetieth) = (sorted[sorted.count / 2], sorted[sorted.count * 9 / 10])
    }
  }

  /// What was measured.
  package struct Result: Encodable, Sendable {
    package let name: String
    package let threads: Int
    /// Microseconds that the region would take without any overhead.
    package let ideal: Double
    package let workers: Overhead
    package let dispatch: Overhead
  }

  package static let cases = [
    Case(items: 2, length: 100), Case(items: 16, length: 100), Case(items: 2, length: 1000),
    Case(items: 64, length: 0),
  ]

  /// Times one case, about `seconds` of each kind.
  package static func run(_ c: Case, threads: Int, seconds: Double) -> Result {
    let work = Work()
    let rounds = work.rounds(microseconds: c.length)
    let workers = Workers(count: threads)
    let batch = 40
    let expected = Double(max(c.items * c.length / threads, 5)) * 1e-6
    let batches = max(3, Int(seconds / expected / Double(batch)))

    var items: [Double] = [], ours: [Double] = [], theirs: [Double] = []
    for _ in 0..<batches {
      // The length of an item while all threads work, in the same run: cores share clock and units.
      let lengths = Mutex<[Double]>([])
      workers.forEach(4 * threads) { _, _ in
        let length = time { work.run(rounds) }
        lengths.withLock { $0.append(length) }
      }
      items += lengths.withLock { $0 }
      pause()
      workers.forEach(threads) { _, _ in }
      for _ in 0..<batch { ours.append(time { workers.forEach(c.items) { _, _ in work.run(rounds) } }) }
      pause()
      dispatch(threads, threads) {}
      for _ in 0..<batch { theirs.append(time { dispatch(c.items, threads) { work.run(rounds) } }) }
    }
    let item = c.length == 0 ? 0 : items.sorted()[items.count / 2]
    let ideal = item * Double((c.items + threads - 1) / threads)
    return Result(
      name: c.name, threads: threads, ideal: ideal * 1e6, workers: Overhead(ours, ideal: ideal),
      dispatch: Overhead(theirs, ideal: ideal))
  }

  /// The same loop with Dispatch's threads.
  private static func dispatch(_ n: Int, _ threads: Int, _ body: @Sendable () -> Void) {
    let next = Atomic(0)
    DispatchQueue.concurrentPerform(iterations: min(threads, n)) { _ in
      while next.wrappingAdd(1, ordering: .relaxed).oldValue < n { body() }
    }
  }

  /// Waits, asleep, until all threads sleep.
  private static func pause() {
    let done = DispatchSemaphore(value: 0)
    _ = done.wait(timeout: .now() + .milliseconds(2))
  }

  private static func time(_ body: () -> Void) -> Double {
    let start = ContinuousClock.now
    body()
    return (ContinuousClock.now - start) / .seconds(1)
  }

  /// A loop in registers, which touches no memory.
  private struct Work {
    private let kernels: KernelTable

    init() {
      guard let kernels = KernelTable(.generic) else { preconditionFailure("generic kernels run everywhere") }
      self.kernels = kernels
    }

    func run(_ rounds: Int) { if rounds > 0 { _ = kernels.peak(rounds: rounds) } }

    /// How many rounds take so long.
    func rounds(microseconds: Int) -> Int {
      guard microseconds > 0 else { return 0 }
      var times: [Double] = []
      for _ in 0..<200 { times.append(time { run(10_000) }) }
      return max(1, Int(Double(microseconds) * 1e-6 / times.sorted()[times.count / 4] * 10_000))
    }
  }
}
