import Synchronization

/// What has come of a run so far.
struct BatchTally: Sendable {
  let jobs: Int
  var done = 0
  var failed = 0
  var unchanged = 0
  var worst = ExitStatus.success
  /// From the first picture's beginning to the last one's end.
  var seconds = 0.0
  /// What the network alone would have taken: its time where a picture was shared out among the threads, its processor time
  /// divided by the threads where each had a picture of its own.
  var networkSeconds = 0.0
  /// Processor time of the whole process, all threads together.
  var processorSeconds = 0.0
  var threads = 1

  init(jobs: Int) { self.jobs = jobs }

  /// Pictures that were not begun, or were dropped.
  var left: Int { jobs - done - failed - unchanged }

  /// `97 done, 2 failed, 1 unchanged in 12.3 s`.
  func description(failedBefore: Int) -> String {
    var parts = ["\(done) done", "\(failed + failedBefore) failed"]
    if unchanged > 0 { parts.append("\(unchanged) unchanged") }
    if left > 0 { parts.append("\(left) not begun") }
    return parts.joined(separator: ", ") + " in \(decimal(seconds, 1)) s"
  }

  /// How many times as long as it must: what the network alone takes, or all cores with all there is to do.
  var overhead: Double { seconds / max(networkSeconds, processorSeconds / Double(threads), 1e-9) }

  /// `network 11.2 s, processor 24.1 s on 2 threads: 1.04 x the longer of network and processor / threads`.
  var times: String {
    "network \(decimal(networkSeconds, 2)) s, processor \(decimal(processorSeconds, 2)) s on \(counted(threads, "thread")): "
      + "\(decimal(overhead, 2)) x the longer of network and processor / threads"
  }

  /// The last line of `--json`.
  struct Report: Encodable {
    struct Summary: Encodable {
      let done: Int
      let failed: Int
      let unchanged: Int
      let left: Int
      let exit: Int32
      let seconds: Double
      let networkSeconds: Double
      let processorSeconds: Double
      let threads: Int
      let peak: Int?
    }
    let summary: Summary
  }

  /// The last line of `--json`, with what failed before any picture was begun.
  func report(failedBefore: Int, exit: ExitStatus) -> Report {
    Report(
      summary: .init(
        done: done, failed: failed + failedBefore, unchanged: unchanged, left: left, exit: exit.rawValue,
        seconds: seconds, networkSeconds: networkSeconds, processorSeconds: processorSeconds,
        threads: threads, peak: PeakMemory.bytes))
  }
}
