import MSRNKit
import Synchronization

/// An enlarger, and the part of the memory budget that its engine keeps from one picture for the next.
///
/// What is kept stays counted, so that pictures under way and kept memory together are within the budget; it is let go of
/// whenever a picture waits for room.
final class EngineShare: Sendable {
  let enlarger: Enlarger
  private let budget: ByteBudget
  private let kept = Mutex(0)

  /// A share of `budget`, at first of nothing.
  init(_ enlarger: Enlarger, of budget: ByteBudget) { (self.enlarger, self.budget) = (enlarger, budget) }

  /// Waits until there is room for a picture.
  func claim(_ bytes: Int) { budget.claim(bytes) { release() } }

  /// Gives back what a picture has claimed.
  func giveBack(_ bytes: Int) { if bytes > 0 { budget.giveBack(bytes) } }

  /// To be called before a picture is enlarged: its own claim covers what is kept.
  func begin() { giveBack(takeKept()) }

  /// Leaves the engine's part of a claim with what is kept.
  func keep(_ bytes: Int) {
    let before = kept.withLock { kept in
      defer { kept = bytes }
      return kept
    }
    giveBack(before)
  }

  /// Lets go of what is kept.
  func release() {
    enlarger.releaseMemory()
    giveBack(takeKept())
  }

  private func takeKept() -> Int {
    kept.withLock { kept in
      defer { kept = 0 }
      return kept
    }
  }
}
