import MSRNEngine
import Synchronization
import Testing

#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

@Suite struct WorkersTests {
  @Test("every index is handed out once, in every region", arguments: 1...8)
  func once(count: Int) {
    let workers = Workers(count: count)
    for n in Array(0...40) + [63, 64, 65, 100, 999, 1000] {
      let times = Mutex([Int](repeating: 0, count: n))
      workers.forEach(n) { index, _ in times.withLock { $0[index] += 1 } }
      #expect(times.withLock { $0 } == [Int](repeating: 1, count: n), "\(n) indices")
    }
  }

  @Test("many empty regions in a row lose no index", arguments: [2, 3, 8])
  func many(count: Int) {
    let workers = Workers(count: count)
    let sum = Atomic(0)
    for _ in 0..<20_000 { workers.forEach(3) { index, _ in sum.wrappingAdd(index + 1, ordering: .relaxed) } }
    #expect(sum.load(ordering: .relaxed) == 6 * 20_000)
  }

  @Test("threads that have gone to sleep come back")
  func asleep() {
    let workers = Workers(count: 4)
    for _ in 0..<20 {
      usleep(2000)
      Self.meet(workers, 4)
    }
  }

  @Test("all threads work at the same time, and no more than asked for", arguments: 1...8)
  func together(count: Int) {
    let workers = Workers(count: count)
    let running = Atomic(0), most = Atomic(0)
    for _ in 0..<10 {
      Self.meet(workers, count)
      workers.forEach(100) { _, _ in
        let now = running.wrappingAdd(1, ordering: .sequentiallyConsistent).newValue
        _ = most.max(now, ordering: .sequentiallyConsistent)
        running.wrappingSubtract(1, ordering: .sequentiallyConsistent)
      }
    }
    #expect((1...count).contains(most.load(ordering: .sequentiallyConsistent)))
  }

  @Test("a worker's number is in range and its own, and the calling thread's is 0", arguments: 1...8)
  func numbers(count: Int) {
    let workers = Workers(count: count)
    let taken = Mutex([Bool](repeating: false, count: count))
    let caller = SendableThread.current
    for n in [1, 2, 500] {
      workers.forEach(n) { _, worker in
        let free = taken.withLock { taken in
          let free = !taken[worker]
          taken[worker] = true
          return free
        }
        #expect(free, "two threads have the number \(worker)")
        #expect((worker == 0) == (SendableThread.current == caller))
        taken.withLock { $0[worker] = false }
      }
    }
  }

  @Test("runs on several threads at once, each with workers of its own, even inside another's region")
  func nested() {
    let sums = Mutex([Int](repeating: 0, count: 6))
    Workers(count: 3).forEach(6) { outer, _ in
      let inner = Workers(count: 3)
      for _ in 0..<200 {
        inner.forEach(20) { index, _ in sums.withLock { $0[outer] += index } }
      }
    }
    #expect(sums.withLock { $0 } == [Int](repeating: 200 * 190, count: 6))
  }

  @Test("what a region wrote is there when it has ended, and what was there before is seen in it")
  func memory() {
    let workers = Workers(count: 4)
    let cells = (0..<64).map { _ in Cell() }
    for round in 1...500 {
      for cell in cells { cell.value += 1 }
      workers.forEach(cells.count) { index, _ in cells[index].value += 1 }
      #expect(cells.allSatisfy { $0.value == 2 * round })
    }
  }

  #if os(Linux)
  @Test("the threads end with their owner, whether they sleep, look out or never had work")
  func gone() throws {
    for pause in [0, 3000] as [UInt32] {
      let threads = Mutex<Set<String>>([])
      do {
        _ = Workers(count: 64)
        let workers = Workers(count: 5)
        Self.meet(workers, 5) { threads.withLock { _ = $0.insert(Self.folder) } }
        usleep(pause)
      }
      threads.withLock { _ = $0.remove(Self.folder) }
      let others = threads.withLock { $0 }
      try #require(others.count == 4)
      // A thread that has ended is in the system's list a moment longer.
      var left = others
      for _ in 0..<1000 where !left.isEmpty {
        left = left.filter { unsafe access($0, F_OK) == 0 }
        usleep(1000)
      }
      #expect(left.isEmpty)
    }
  }

  /// The calling thread's folder under `/proc`, which goes when the thread does.
  private static var folder: String {
    guard let path = unsafe realpath("/proc/thread-self", nil) else { return "" }
    defer { unsafe free(path) }
    return unsafe String(cString: path)
  }

  @Test("waiting threads use no processor time once they sleep")
  func idle() {
    let workers = Workers(count: 4)
    let clocks = Mutex<[clockid_t]>([])
    Self.meet(workers, 4) {
      var clock = clockid_t()
      if unsafe pthread_getcpuclockid(pthread_self(), &clock) == 0 { clocks.withLock { $0.append(clock) } }
    }
    func used() -> [Int] {
      clocks.withLock { $0 }.map { clock in
        var time = timespec()
        unsafe clock_gettime(clock, &time)
        return time.tv_sec * 1_000_000_000 + time.tv_nsec
      }
    }
    // On a busy machine it may take a while until each has had the time that it may look out for.
    var idle = 0
    for _ in 0..<100 where idle < 3 {
      let before = used()
      usleep(20_000)
      idle = zip(before, used()).filter { $0 == $1 }.count
    }
    #expect(idle >= 3, "only the calling thread may have run")
  }
  #endif

  @Test("a region inside a region of the same workers is a wrong program")
  func reentered() async {
    await #expect(processExitsWith: .failure) {
      let workers = Workers(count: 2)
      workers.forEach(4) { _, _ in workers.forEach(4) { _, _ in } }
    }
  }

  /// Passes only if `count` threads of `workers` are in one region at the same time; each calls `body` there.
  private static func meet(_ workers: Workers, _ count: Int, _ body: @Sendable () -> Void = {}) {
    let arrived = Atomic(0)
    workers.forEach(count) { _, _ in
      body()
      arrived.wrappingAdd(1, ordering: .sequentiallyConsistent)
      while arrived.load(ordering: .sequentiallyConsistent) < count { usleep(10) }
    }
    #expect(arrived.load(ordering: .sequentiallyConsistent) == count)
  }

  private final class Cell: @unchecked Sendable {
    // Sendable: a test's claim, that each is used by one thread at a time.
    var value = 0
  }
}

/// Which thread this is.
private struct SendableThread: Equatable {
  let id: UInt
  static var current: SendableThread {
    #if canImport(Glibc)
    SendableThread(id: pthread_self())
    #else
    SendableThread(id: UInt(bitPattern: pthread_self()))
    #endif
  }
}
