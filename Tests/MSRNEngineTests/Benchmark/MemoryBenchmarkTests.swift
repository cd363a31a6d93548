import MSRNEngine
import Testing

@Suite struct MemoryBenchmarkTests {
  @Test("following the cycle comes to every line once, and back", arguments: [1, 2, 256, 1 << 14])
  func aCycleHasEveryLine(lines: Int) {
    let memory = Storage(MemoryBenchmark.cycle(lines: lines))
    var at: UInt32 = 0, seen = Set<UInt32>()
    for _ in 0..<lines {
      #expect(at.isMultiple(of: 16) && at < 16 * UInt32(lines))
      seen.insert(at)
      at = memory.follow(from: at, steps: 1)
    }
    #expect(seen.count == lines && at == 0)
    #expect(memory.follow(from: 0, steps: lines) == 0)
  }

  @Test("no distance from a line to the next one comes again soon")
  func aCycleHasNoStride() {
    let memory = Storage(MemoryBenchmark.cycle(lines: 1 << 14))
    var at: UInt32 = 0, distances: [Int] = []
    for _ in 0..<64 {
      let next = memory.follow(from: at, steps: 1)
      distances.append(Int(next) - Int(at))
      at = next
    }
    #expect(Set(distances).count == distances.count)
  }
}
