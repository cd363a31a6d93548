import Dispatch
import MSRNKit
import Synchronization
import Testing

@Suite struct PipelineTests {
  @Test func orderIsKept() {
    let results = Mutex<[Int]>([])
    Pipeline.run(
      Array(0..<50), stopped: { false }, prepare: { $0 * 10 }, drop: { _ in Issue.record("dropped") },
      work: { $0 + 1 }, finish: { result in results.withLock { $0.append(result) } })
    #expect(results.withLock { $0 } == (0..<50).map { $0 * 10 + 1 })
  }

  /// The middle stage of item 1 waits for the preparation of item 2, and for the end of item 0: without overlap it would
  /// wait for ever.
  @Test(.timeLimit(.minutes(1))) func stagesOverlap() {
    let next = DispatchSemaphore(value: 0)
    let last = DispatchSemaphore(value: 0)
    Pipeline.run(
      [0, 1, 2], stopped: { false },
      prepare: { item in
        if item == 2 { next.signal() }
        return item
      },
      drop: { _ in },
      work: { item in
        if item == 1 {
          next.wait()
          last.wait()
        }
        return item
      },
      finish: { if $0 == 0 { last.signal() } })
  }

  /// However long the list: in each of three stages one, and one between each two.
  @Test func handOffIsBounded() {
    let underWay = Atomic(0)
    let most = Atomic(0)
    Pipeline.run(
      Array(0..<200), stopped: { false },
      prepare: { item in
        let now = underWay.add(1, ordering: .relaxed).newValue
        _ = most.max(now, ordering: .relaxed)
        return item
      }, drop: { _ in }, work: { $0 }, finish: { _ in underWay.subtract(1, ordering: .relaxed) })
    #expect((1...5).contains(most.load(ordering: .relaxed)))
    #expect(underWay.load(ordering: .relaxed) == 0)
  }

  @Test func stopping() {
    let stop = Atomic(false)
    let prepared = Atomic(0)
    let finished = Atomic(0)
    var dropped = 0
    var worked = 0
    Pipeline.run(
      Array(0..<100), stopped: { stop.load(ordering: .relaxed) },
      prepare: { item in
        prepared.add(1, ordering: .relaxed)
        return item
      },
      drop: { _ in dropped += 1 },
      work: { item in
        worked += 1
        if item == 3 { stop.store(true, ordering: .relaxed) }
        return item
      }, finish: { _ in finished.add(1, ordering: .relaxed) })
    // Everything that was begun has an end, and nothing was begun long after.
    #expect(worked == 4 && finished.load(ordering: .relaxed) == 4)
    #expect(prepared.load(ordering: .relaxed) == worked + dropped && dropped <= 3)
  }

  @Test func budget() {
    let budget = ByteBudget(100)
    // Larger than all: alone.
    #expect(budget.tryClaim(150) && !budget.tryClaim(1))
    budget.giveBack(150)
    #expect(budget.tryClaim(60) && budget.tryClaim(40) && !budget.tryClaim(1))
    budget.giveBack(40)
    #expect(budget.tryClaim(40))
    let endless = ByteBudget(nil)
    #expect(endless.tryClaim(1 << 60) && endless.tryClaim(1 << 60))
  }

  @Test(.timeLimit(.minutes(1))) func claimWaits() {
    let budget = ByteBudget(10)
    budget.claim(10)
    let claimed = DispatchSemaphore(value: 0)
    DispatchQueue(label: "test").async {
      budget.claim(10)
      claimed.signal()
    }
    #expect(claimed.wait(timeout: .now() + .milliseconds(50)) == .timedOut)
    budget.giveBack(10)
    claimed.wait()
  }
}
