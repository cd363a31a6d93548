import Dispatch
import MSRNKit
import Synchronization

/// A run over many pictures that keeps all cores busy.
///
/// Large pictures come first, one after the other: while the network shares one out among the cores, the next is decoded and
/// the last is encoded and written. Then the small ones, which cannot be shared out: as many at a time as there are
/// cores, each from its file to its result's by one thread.
struct BatchRun {
  private let stages: BatchStages
  private let large: [Job]
  private let small: [Job]
  private let enlarger: Enlarger
  private let memory: MemoryPool
  private let threads: Int

  /// A run.
  ///
  /// - Parameters:
  ///   - jobs: what to do.
  ///   - enlarger: what enlarges, on all threads.
  ///   - threads: how many threads it may use.
  ///   - stages: what is done with each picture.
  init(_ jobs: [Job], _ enlarger: Enlarger, threads: Int, _ stages: BatchStages) {
    (self.stages, self.enlarger, self.threads) = (stages, enlarger, threads)
    func isSmall(_ job: Job) -> Bool { Lanes.areSmall(pixels: job.pixels?.count ?? 0, threads: threads) }
    (large, small) = (jobs.filter { !isSmall($0) }, jobs.filter(isSmall))
    memory = MemoryPool(enlarger.memory)
  }

  /// Does all there is to do, or what can be done until the run is stopped.
  func run(progress: BatchProgress) -> BatchTally {
    let start = ContinuousClock.now, processor = ProcessorTime.process
    doLarge(progress)
    doSmall(progress)
    progress.end()
    return stages.tally.withLock { tally in
      tally.seconds = (ContinuousClock.now - start).seconds
      tally.processorSeconds = ProcessorTime.process - processor
      tally.threads = threads
      return tally
    }
  }

  private func doLarge(_ progress: BatchProgress) {
    if large.isEmpty { return }
    let (stages, share, threads) = (stages, memory.share(enlarger), threads)
    Pipeline.run(
      large, stopped: { stages.isStopped },
      prepare: { stages.decode(stages.open($0, share, threads: threads)) },
      drop: { share.giveBack($0.claimed) },
      work: { item in
        progress.begin(item.job)
        let start = ContinuousClock.now
        let result = stages.enlarge(item, share) { progress.show(item.job, share: $0, lane: 0) }
        stages.tally.withLock { $0.networkSeconds += (ContinuousClock.now - start).seconds }
        progress.end(item.job, lane: 0, counts: result.record.to != nil)
        return result
      },
      finish: { stages.finish(stages.encode($0), share) })
    memory.close()
  }

  private func doSmall(_ progress: BatchProgress) {
    if small.isEmpty { return }
    // Some more threads than cores, since a part of them waits for disks; so many of them compute at a time.
    let permits = Permits(threads)
    let shares = (0..<min(small.count, threads + 2)).map { _ in memory.share(enlarger.limited(to: 1)) }
    let (stages, threads) = (stages, threads)
    Lanes.run(small, count: shares.count, stopped: { stages.isStopped }) { job, lane in
      let share = shares[lane]
      progress.begin(job)
      var item = stages.open(job, share, threads: 1)
      permits.whileHeld {
        item = stages.decode(item)
        let start = ProcessorTime.thread
        item = stages.enlarge(item, share) { progress.show(job, share: $0, lane: lane) }
        let network = ProcessorTime.thread - start
        stages.tally.withLock { $0.networkSeconds += network / Double(threads) }
        item = stages.encode(item)
      }
      stages.finish(item, share)
      progress.end(job, lane: lane, counts: item.record.to != nil)
    }
    memory.close()
  }
}

/// So many threads at a time.
private final class Permits: Sendable {
  private let semaphore: DispatchSemaphore
  init(_ count: Int) {
    semaphore = DispatchSemaphore(value: 0)
    for _ in 0..<count { semaphore.signal() }
  }

  func whileHeld(_ body: () -> Void) {
    semaphore.wait()
    defer { semaphore.signal() }
    body()
  }
}
