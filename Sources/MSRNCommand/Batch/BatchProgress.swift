import MSRNKit
import Synchronization

/// How far a run is, every picture counted by its predicted cost.
///
/// Any thread may say what it has done.
final class BatchProgress: Sendable {
  private struct State {
    let display: ProgressDisplay
    let jobs: Int
    /// The cost of all pictures that an earlier run has not done.
    var whole: Double
    var done = 0.0
    /// What is done of the pictures under way, by the thread that works on them.
    var partial: [Int: Double] = [:]
    var begun = 0

    func show() { display.show(min((done + partial.values.reduce(0, +)) / max(whole, 1), 1)) }
  }

  private let state: Mutex<State>

  /// Nothing is done yet of these.
  init(_ style: ProgressStyle, jobs: [Job]) {
    let whole = jobs.reduce(0.0) { $0 + Double($1.cost) }
    state = Mutex(State(display: ProgressDisplay(style, label: ""), jobs: jobs.count, whole: whole))
  }

  /// A picture is begun.
  func begin(_ job: Job) {
    state.withLock { state in
      state.begun += 1
      state.display.label =
        "\(state.begun)/\(state.jobs) \(job.input.path.split(separator: "/").last ?? "")"
    }
  }

  /// So much of a picture is done.
  func show(_ job: Job, share: Double, lane: Int) {
    state.withLock { state in
      state.partial[lane] = Double(job.cost) * share
      state.show()
    }
  }

  /// A picture has an end.
  ///
  /// - Parameters:
  ///   - job: the picture.
  ///   - lane: the thread that has worked on it.
  ///   - counts: whether it has taken time, which says how long the others will take.
  func end(_ job: Job, lane: Int, counts: Bool) {
    state.withLock { state in
      state.partial[lane] = nil
      if counts { state.done += Double(job.cost) } else { state.whole -= Double(job.cost) }
      state.show()
    }
  }

  /// Takes the bar away.
  func end() { state.withLock { $0.display.end() } }
}
