import Dispatch
import MSRNKit
import Synchronization
import Testing

@Suite struct OverlapTests {
  @Test("every item passes every stage once", .timeLimit(.minutes(1)), arguments: [0, 1, 2, 7])
  func all(helpers: Int) {
    for count in [0, 1] + (2...20).flatMap({ [Int](repeating: $0, count: 50) }) + [300] {
      let ended = Mutex<[Int]>([])
      var worked = 0
      Overlap.run(
        Array(0..<count), helpers: helpers, prepare: { $0 * 10 },
        work: {
          worked += 1; return $0 + 1
        },
        finish: { result in ended.withLock { $0.append(result) } })
      #expect(worked == count && ended.withLock { $0.sorted() } == (0..<count).map { $0 * 10 + 1 })
    }
  }

  /// The middle stage of the first item waits for the second one to be prepared, that of the third for the end of the
  /// first: one thing after the other, it would wait for ever.
  @Test(.timeLimit(.minutes(1))) func stagesOverlap() {
    let second = DispatchSemaphore(value: 0)
    let first = DispatchSemaphore(value: 0)
    var number = 0
    Overlap.run(
      [0, 1, 2], helpers: 1,
      prepare: { item in
        if item == 1 { second.signal() }
        return item
      },
      work: { item in
        number += 1
        if number == 1 { second.wait() }
        if number == 3 { first.wait() }
        return number
      }, finish: { if $0 == 1 { first.signal() } })
    #expect(number == 3)
  }

  @Test("however long the list, few items are under way", arguments: [1, 3])
  func bounded(helpers: Int) {
    let underWay = Atomic(0)
    let most = Atomic(0)
    Overlap.run(
      Array(0..<300), helpers: helpers,
      prepare: { item in
        _ = most.max(underWay.add(1, ordering: .relaxed).newValue, ordering: .relaxed)
        return item
      }, work: { $0 }, finish: { _ in underWay.subtract(1, ordering: .relaxed) })
    #expect((1...2 * helpers + 1).contains(most.load(ordering: .relaxed)))
    #expect(underWay.load(ordering: .relaxed) == 0)
  }
}
