import Synchronization

/// How far an evaluation is, all pictures counted alike, and what its networks have done; any thread may tell.
final class EvaluationProgress: Sendable {
  private struct State {
    let display: ProgressDisplay
    let pictures: Int
    var begun = 0
    var done = 0
    var networkSeconds = 0.0
  }

  private let state: Mutex<State>

  /// Nothing of so many pictures is done.
  init(_ display: sending ProgressDisplay, pictures: Int) {
    state = Mutex(State(display: display, pictures: pictures))
  }

  /// Seconds that networks were at work, those of several pictures added up.
  var networkSeconds: Double { state.withLock(\.networkSeconds) }

  /// A picture is begun.
  func begin(_ name: String) {
    state.withLock { state in
      state.begun += 1
      state.display.label = "\(state.begun)/\(state.pictures) \(name)"
    }
  }

  /// So much of the picture that was begun is done, where there is one at a time.
  func show(_ share: Double) {
    state.withLock { $0.display.show((Double($0.done) + share) / Double($0.pictures)) }
  }

  /// A picture has been through the networks.
  func end(networkSeconds: Double) {
    state.withLock { state in
      state.done += 1
      state.networkSeconds += networkSeconds
      state.display.show(Double(state.done) / Double(state.pictures))
    }
  }

  /// Takes the display away.
  func end() { state.withLock { $0.display.end() } }
}
