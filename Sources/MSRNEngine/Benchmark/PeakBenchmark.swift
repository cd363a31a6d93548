import Dispatch
import Synchronization

/// What a machine could do at most: so many threads that only multiply and add in registers.
package enum PeakBenchmark {
  /// Times the loop on all threads at once.
  ///
  /// - Parameters:
  ///   - threads: How many threads work.
  ///   - set: Whose registers and instructions are used.
  ///   - tiles: The mode of the matrix tiles that are used instead, where a program runs on them.
  ///   - duration: How long they work.
  /// - Returns: Floating-point operations a second, by the wall clock and of all threads together; nil where the machine lacks
  ///   the instruction set.
  package static func run(
    threads: Int, on set: InstructionSet, tiles: TileMode? = nil, duration: Duration = .milliseconds(40)
  ) -> Double? {
    guard var kernels = KernelTable(set) else { return nil }
    if let tiles {
      kernels.tiles = set.tiles(for: .half)
      guard kernels.tiles.modes.contains(tiles) else { return nil }
    }
    let all = kernels
    let operations = Mutex(0.0)
    let clock = ContinuousClock()
    let start = clock.now
    // A thread that comes late adds little, so that the sum is never more than what was done in that time.
    DispatchQueue.concurrentPerform(iterations: threads) { _ in
      var done = 0.0
      while clock.now - start < duration {
        done += tiles.map { all.peak($0, rounds: 10_000) } ?? all.peak(rounds: 100_000)
      }
      operations.withLock { $0 += done }
    }
    let elapsed = clock.now - start
    return operations.withLock { $0 } / (elapsed / .seconds(1))
  }
}
