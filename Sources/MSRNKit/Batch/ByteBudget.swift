import Dispatch
import Synchronization

/// Bytes of memory that the pictures under way may take together.
///
/// Any thread claims and gives back. What is larger than all there is gets it once nothing else is under way, so that
/// nobody waits for ever.
package final class ByteBudget: Sendable {
  private let limit: Int?
  private let used = Mutex(0)
  private let returned = DispatchSemaphore(value: 0)

  /// A budget; `nil`: no limit.
  package init(_ limit: Int?) { self.limit = limit }

  /// Waits until so many bytes are free, and takes them.
  ///
  /// - Parameters:
  ///   - bytes: how many.
  ///   - makingRoom: called whenever they are not free, to give back what can be done without.
  package func claim(_ bytes: Int, makingRoom: () -> Void = {}) {
    while !tryClaim(bytes) {
      makingRoom()
      if tryClaim(bytes) { return }
      returned.wait()
    }
  }

  /// Takes so many bytes if they are free.
  ///
  /// - Returns: whether they were.
  package func tryClaim(_ bytes: Int) -> Bool {
    used.withLock { used in
      if let limit, used > 0, used + bytes > limit { return false }
      used += bytes
      return true
    }
  }

  /// Gives bytes back that were claimed.
  package func giveBack(_ bytes: Int) {
    used.withLock { used in
      used -= bytes
      precondition(used >= 0, "more bytes were given back than were claimed")
    }
    returned.signal()
  }
}
