import MSRNEngine
import Synchronization
import Testing

@Suite struct WorkersTests {
  @Test("every index is handed out once", arguments: [1, 2, 7, 64])
  func once(threads: Int) {
    let counts = Mutex([Int](repeating: 0, count: 1000))
    Workers(count: threads).forEach(1000) { index, _ in counts.withLock { $0[index] += 1 } }
    #expect(counts.withLock { $0 } == [Int](repeating: 1, count: 1000))
  }

  @Test("no more threads than asked for work at the same time")
  func limit() {
    let running = Atomic(0), most = Atomic(0)
    Workers(count: 2).forEach(200) { _, _ in
      let now = running.wrappingAdd(1, ordering: .sequentiallyConsistent).newValue
      _ = most.max(now, ordering: .sequentiallyConsistent)
      running.wrappingSubtract(1, ordering: .sequentiallyConsistent)
    }
    #expect((1...2).contains(most.load(ordering: .sequentiallyConsistent)))
  }
}
