import Dispatch
import MSRNKit
import Synchronization
import Testing

@Suite struct LanesTests {
  @Test func eachItemOnce() {
    let seen = Mutex<[Int]>([])
    let lanes = Mutex<Set<Int>>([])
    Lanes.run(Array(0..<500), count: 4, stopped: { false }) { item, lane in
      seen.withLock { $0.append(item) }
      _ = lanes.withLock { $0.insert(lane) }
    }
    #expect(seen.withLock { $0.sorted() } == Array(0..<500))
    #expect(lanes.withLock { $0.isSubset(of: [0, 1, 2, 3]) })
    Lanes.run([Int](), count: 4, stopped: { false }) { _, _ in Issue.record("there is nothing to do") }
  }

  /// Each of three items waits for the two others to have begun: without three lanes they would wait for ever.
  @Test(.timeLimit(.minutes(1))) func sideBySide() {
    let begun = DispatchSemaphore(value: 0)
    let all = DispatchSemaphore(value: 0)
    Lanes.run([0, 1, 2], count: 3, stopped: { false }) { item, _ in
      begun.signal()
      if item == 0 {
        for _ in 0..<3 { begun.wait() }
        for _ in 0..<3 { all.signal() }
      }
      all.wait()
    }
  }

  @Test func stopping() {
    let stop = Atomic(false)
    let done = Atomic(0)
    Lanes.run(Array(0..<1000), count: 2, stopped: { stop.load(ordering: .relaxed) }) { item, _ in
      done.add(1, ordering: .relaxed)
      if item == 10 { stop.store(true, ordering: .relaxed) }
    }
    #expect((11...13).contains(done.load(ordering: .relaxed)))
  }
}
