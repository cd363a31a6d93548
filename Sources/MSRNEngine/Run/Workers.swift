import CMSRNKernels
import Synchronization

#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// Threads that share the work of one region after another.
///
/// One run of a program owns one. Its threads begin with the first region that has work for them, and have ended when the
/// object is gone. Between regions they look out for the next one for at most 0.1 ms, so that the following step of a
/// network finds them awake, and then sleep.
///
/// Nobody waits for a thread that has not come: a region is closed as soon as the calling thread finds no index left, and
/// only those that have entered by then are waited for. Too few free cores therefore cost speed and no more.
package final class Workers: Sendable {
  /// How many threads work at most, the calling one among them.
  package let count: Int

  private let crew = Crew()
  private let busy = Atomic(false)

  package init(count: Int) {
    precondition(count > 0, "work needs at least one thread")
    self.count = count
  }

  deinit { crew.end() }

  /// Calls `body` once for every index below `n`, on at most `count` threads, and returns when all are done.
  ///
  /// Indices are handed out one at a time, in order; `body` writes what belongs to its index, and nothing else that a result
  /// depends on, so that no result depends on `count`. One region runs at a time: neither `body` nor another thread may use
  /// the same object meanwhile.
  ///
  /// - Parameters:
  ///   - n: how many indices there are.
  ///   - body: gets the index, and the number of the thread that works on it, below `count`: two calls at the same time
  ///     have different numbers. The calling thread is 0; the others have a stack of 2 MiB.
  package func forEach(_ n: Int, _ body: @Sendable (_ index: Int, _ worker: Int) -> Void) {
    let free = busy.compareExchange(expected: false, desired: true, ordering: .acquiring).exchanged
    precondition(free, "these workers are in a region already; every run has workers of its own")
    defer { busy.store(false, ordering: .releasing) }
    guard count > 1, n > 1 else {
      for index in 0..<n { body(index, 0) }
      return
    }
    crew.start(count - 1)
    crew.run(n, body)
  }
}

/// What the threads share; each of them holds it until it ends.
///
/// The calling thread opens a region in `gate`, works, closes it when no index is left, and waits until those inside have
/// left. What describes a region is written while nobody is inside.
@safe private final class Crew: @unchecked Sendable {
  // Sendable: `body` is written while nobody is inside a region and read by those inside; `size` belongs to the calling
  // thread and `alive` to `mutex`; the rest is atomic or the system's.
  private typealias Body = @Sendable (Int, Int) -> Void

  /// The state of the region in one word, so that entering an open one is one step: how many threads are inside, three
  /// flags, and the number of the region.
  private let gate = Atomic<UInt64>(0)
  private static let inside: UInt64 = 0xffff
  private static let open: UInt64 = 1 << 16
  private static let callerSleeps: UInt64 = 1 << 17
  private static let ended: UInt64 = 1 << 18
  private static let region: UInt64 = 1 << 19

  /// Keeps the word that waiting threads read off the cache lines that working threads write.
  private let gap = SIMD16<UInt64>()
  /// The next index of the region, and how many there are.
  private let next = Atomic(0)
  private let limit = Atomic(0)
  private let secondGap = SIMD16<UInt64>()
  /// Threads that wait for `opened`.
  private let asleep = Atomic(0)
  private var body: UnsafePointer<Body>?

  /// Threads that were started, and those that have not ended.
  private var size = 0
  private var alive = 0
  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  /// A region has opened, or the work has ended.
  private let opened = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
  /// The last thread has left the region, or has ended.
  private let empty = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)

  init() {
    unsafe pthread_mutex_init(mutex, nil)
    unsafe pthread_cond_init(opened, nil)
    unsafe pthread_cond_init(empty, nil)
  }

  deinit {
    unsafe pthread_cond_destroy(empty)
    unsafe pthread_cond_destroy(opened)
    unsafe pthread_mutex_destroy(mutex)
    unsafe empty.deallocate()
    unsafe opened.deallocate()
    unsafe mutex.deallocate()
  }

  private func locked<Result>(_ body: () -> Result) -> Result {
    unsafe pthread_mutex_lock(mutex)
    defer { unsafe pthread_mutex_unlock(mutex) }
    return body()
  }

  // MARK: The calling thread

  /// Starts so many threads if there are none yet; fewer where the system gives no more, for the work gets done all the same.
  func start(_ count: Int) {
    guard size == 0 else { return }
    let attributes = UnsafeMutablePointer<pthread_attr_t>.allocate(capacity: 1)
    unsafe pthread_attr_init(attributes)
    defer {
      unsafe pthread_attr_destroy(attributes)
      unsafe attributes.deallocate()
    }
    unsafe pthread_attr_setstacksize(attributes, 2 << 20)
    unsafe pthread_attr_setdetachstate(attributes, Int32(PTHREAD_CREATE_DETACHED))
    locked {
      while size < min(count, Int(Self.inside)) {
        #if canImport(Glibc)
        var thread = pthread_t()
        #else
        var thread: pthread_t?
        #endif
        let member = unsafe Unmanaged.passRetained(Member(crew: self, number: size + 1))
        let failed = unsafe pthread_create(
          &thread, attributes,
          { argument in
            #if canImport(Darwin)
            let member = unsafe Unmanaged<Member>.fromOpaque(argument).takeRetainedValue()
            #else
            guard let argument = unsafe argument else { return nil }
            let member = unsafe Unmanaged<Member>.fromOpaque(argument).takeRetainedValue()
            #endif
            member.crew.serve(member.number)
            return nil
          }, member.toOpaque())
        if failed != 0 {
          unsafe member.release()
          break
        }
        (size, alive) = (size + 1, alive + 1)
      }
    }
  }

  /// Runs one region.
  func run(_ n: Int, _ body: @Sendable (Int, Int) -> Void) {
    withoutActuallyEscaping(body) { body in
      unsafe withUnsafePointer(to: body) { pointer in
        unsafe self.body = pointer
        next.store(0, ordering: .relaxed)
        limit.store(n, ordering: .relaxed)
        let flags = gate.wrappingAdd(Self.region | Self.open, ordering: .sequentiallyConsistent)
        assert(flags.oldValue & (Self.open | Self.inside) == 0)
        wake(n - 1)
        work(0)
        waitUntilEmpty(gate.bitwiseAnd(~Self.open, ordering: .acquiringAndReleasing).newValue)
        unsafe self.body = nil
      }
    }
  }

  /// Wakes as many threads as are needed for `wanted` to come, those that are not asleep counted.
  private func wake(_ wanted: Int) {
    let sleeping = asleep.load(ordering: .sequentiallyConsistent)
    let missing = min(sleeping, wanted - (size - sleeping))
    guard missing > 0 else { return }
    locked {
      if missing == sleeping {
        unsafe pthread_cond_broadcast(opened)
      } else {
        for _ in 0..<missing { unsafe pthread_cond_signal(opened) }
      }
    }
  }

  private func waitUntilEmpty(_ gate: UInt64) {
    var (gate, lookout) = (gate, Lookout())
    while gate & Self.inside != 0 {
      if !lookout.goesOn() { return sleepUntilEmpty() }
      gate = self.gate.load(ordering: .acquiring)
    }
  }

  private func sleepUntilEmpty() {
    locked {
      var now = gate.bitwiseOr(Self.callerSleeps, ordering: .acquiringAndReleasing).newValue
      while now & Self.inside != 0 {
        unsafe pthread_cond_wait(empty, mutex)
        now = gate.load(ordering: .acquiring)
      }
      gate.bitwiseAnd(~Self.callerSleeps, ordering: .relaxed)
    }
  }

  /// Ends the threads and waits until they have done everything but return.
  func end() {
    gate.bitwiseOr(Self.ended, ordering: .sequentiallyConsistent)
    locked {
      unsafe pthread_cond_broadcast(opened)
      while alive > 0 { unsafe pthread_cond_wait(empty, mutex) }
    }
  }

  // MARK: The others

  private final class Member {
    let crew: Crew
    let number: Int
    init(crew: Crew, number: Int) { (self.crew, self.number) = (crew, number) }
  }

  /// The life of a thread.
  private func serve(_ number: Int) {
    var last: UInt64 = 0
    while enter(&last) {
      work(number)
      leave()
    }
    locked {
      alive -= 1
      if alive == 0 { unsafe pthread_cond_signal(empty) }
    }
  }

  /// Waits for an open region after `last` that has work left, and enters it; false when the work has ended.
  private func enter(_ last: inout UInt64) -> Bool {
    var lookout = Lookout()
    while true {
      let now = gate.load(ordering: .acquiring)
      if now & Self.ended != 0 { return false }
      if isNew(now, after: last) {
        // Seen in this order the two are of this region or a later one: if nothing is left, nothing comes back.
        let hasWork = next.load(ordering: .relaxed) < limit.load(ordering: .relaxed)
        if !hasWork {
          last = now / Self.region
        } else if gate.weakCompareExchange(expected: now, desired: now + 1, ordering: .acquiringAndReleasing)
          .exchanged
        {
          last = now / Self.region
          return true
        }
      } else if !lookout.goesOn() {
        sleep(after: last)
        lookout = Lookout()
      }
    }
  }

  private func isNew(_ gate: UInt64, after last: UInt64) -> Bool {
    gate & Self.open != 0 && gate / Self.region != last
  }

  private func sleep(after last: UInt64) {
    locked {
      // Announced before the last look: a caller that opens a region after it sees the announcement.
      asleep.wrappingAdd(1, ordering: .sequentiallyConsistent)
      while case let now = gate.load(ordering: .sequentiallyConsistent), now & Self.ended == 0,
        !isNew(now, after: last)
      {
        unsafe pthread_cond_wait(opened, mutex)
      }
      asleep.wrappingSubtract(1, ordering: .sequentiallyConsistent)
    }
  }

  private func leave() {
    let now = gate.wrappingSubtract(1, ordering: .acquiringAndReleasing).newValue
    if now & Self.inside == 0, now & Self.callerSleeps != 0 {
      locked { _ = unsafe pthread_cond_signal(empty) }
    }
  }

  /// Takes indices while there are any.
  ///
  /// Not inlined, so that nothing of `body` is held when it has returned.
  @inline(never) private func work(_ worker: Int) {
    guard let body = unsafe body?.pointee else { return }
    let limit = limit.load(ordering: .relaxed)
    while case let index = next.wrappingAdd(1, ordering: .relaxed).oldValue, index < limit {
      body(index, worker)
    }
  }
}

/// Looking out for a change in memory without sleeping, for a bounded time.
private struct Lookout {
  private static let bound = Duration.microseconds(100)
  private var looks = 0
  private var start: SuspendingClock.Instant?

  /// Waits a moment; false when the time is up.
  mutating func goesOn() -> Bool {
    msrn_pause()
    looks += 1
    guard looks % 32 == 0 else { return true }
    sched_yield()
    let now = SuspendingClock.now
    guard let start else {
      start = now
      return true
    }
    return now - start < Self.bound
  }
}
