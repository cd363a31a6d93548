/// How long a load takes that waits for the one before it, by the size of what is read: where the caches end, and how much of those
/// that are shared other tenants of the machine leave to this process.
package enum MemoryBenchmark {
  /// Loads from a piece of memory of one size.
  package struct Result: Encodable, Hashable, Sendable {
    package let bytes: Int
    /// Median of a load.
    package let nanoseconds: Double
  }

  package static let sizes = [16 << 10, 256 << 10, 1 << 20, 4 << 20, 16 << 20, 64 << 20]

  /// Times each size on one thread, by its processor time.
  ///
  /// Takes 128 MB and about a second.
  package static func run() -> [Result] { sizes.map(latency) }

  private static func latency(_ bytes: Int) -> Result {
    let memory = Storage(cycle(lines: bytes / line))
    let steps = 100_000
    var at = memory.follow(from: 0, steps: bytes / line)
    let seconds = (0..<5).map { _ in
      let start = processorTime()
      at = memory.follow(from: at, steps: steps)
      return processorTime() - start
    }
    precondition(Int(at) < memory.count, "a cycle stays in its memory")
    return Result(bytes: bytes, nanoseconds: seconds.sorted()[seconds.count / 2] / Double(steps) * 1e9)
  }

  private static let line = 64

  /// A value at the start of each of a power of two of cache lines says where the next one is, in an order that no prefetcher knows; all
  /// lines are one cycle, of which a linear congruence takes care (Hull and Dobell 1962).
  package static func cycle(lines: Int) -> [UInt32] {
    precondition(lines.nonzeroBitCount == 1, "the lines are a power of two")
    let values = line / MemoryLayout<UInt32>.stride
    var cycle = [UInt32](repeating: 0, count: lines * values)
    for line in 0..<lines {
      cycle[line * values] = UInt32((line * 1_664_525 + 1_013_904_223) % lines * values)
    }
    return cycle
  }
}
