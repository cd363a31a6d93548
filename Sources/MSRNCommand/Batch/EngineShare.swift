import MSRNKit
import Synchronization

/// The memory that all pictures under way, and what engines keep for their next ones, may take together.
final class MemoryPool: Sendable {
  fileprivate let budget: ByteBudget
  private let shares = Mutex<[EngineShare]>([])

  /// A pool of so many bytes, those of the process itself among them; `nil`: no limit.
  ///
  /// An eighth is left to the allocator, which keeps small blocks that were freed.
  init(_ memory: Int?) { budget = ByteBudget(memory.map { max(0, $0 - $0 / 8 - Enlarger.processBytes) }) }

  /// An engine's share of the pool.
  func share(_ enlarger: Enlarger) -> EngineShare {
    let share = EngineShare(enlarger, of: self)
    shares.withLock { $0.append(share) }
    return share
  }

  /// Lets go of all that engines keep, those of threads that have nothing to do any more among them.
  fileprivate func makeRoom() { for share in shares.withLock({ $0 }) { share.release() } }

  /// Lets go of all engines once nothing is under way.
  func close() {
    makeRoom()
    shares.withLock { $0 = [] }
  }
}

/// An enlarger, and the part of the memory that its engine keeps from one picture for the next.
///
/// What is kept stays counted, and is let go of whenever a picture waits for room.
final class EngineShare: Sendable {
  let enlarger: Enlarger
  private let pool: MemoryPool
  private let kept = Mutex(0)

  fileprivate init(_ enlarger: Enlarger, of pool: MemoryPool) {
    (self.enlarger, self.pool) = (enlarger, pool)
  }

  /// Waits until there is room for a picture.
  ///
  /// Whoever keeps memory gives some back afterwards, at the latest when its picture is finished, so that the wait ends.
  func claim(_ bytes: Int) { pool.budget.claim(bytes) { pool.makeRoom() } }

  /// Gives back what a picture has claimed.
  func giveBack(_ bytes: Int) { if bytes > 0 { pool.budget.giveBack(bytes) } }

  /// To be called before a picture is enlarged: its own claim covers what is kept.
  func begin() { giveBack(takeKept()) }

  /// Leaves the engine's part of a picture's claim with what is kept, or lets go of it where the result's encoding needs the room.
  ///
  /// - Parameters:
  ///   - need: what the picture needs.
  ///   - claimed: what it has claimed, the larger of the engine's part and the encoded result's among it.
  /// - Returns: what it holds from now on.
  func keep(_ need: Enlarger.Need, of claimed: Int) -> Int {
    let rest = claimed - max(need.engine, need.encoded) + need.encoded
    let more = rest + need.engine - claimed
    if pool.budget.tryClaim(more) {
      kept.withLock { $0 += need.engine }
    } else {
      enlarger.releaseMemory()
      giveBack(claimed - rest)
    }
    return rest
  }

  /// Lets go of what is kept.
  fileprivate func release() {
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
