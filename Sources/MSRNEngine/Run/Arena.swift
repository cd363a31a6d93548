import Synchronization

/// Memory that runs of one program leave to each other.
///
/// What is touched for the first time costs a trap into the system for each page: for a small picture as much as a tenth of
/// the run. Kept is what the last run gave back, nothing else.
final class Arena: Sendable {
  private let kept = Mutex<[Storage<Float>]>([])

  /// Memory for so many floats, nil where the machine has none left.
  func take(_ count: Int) -> Storage<Float>? {
    let found = kept.withLock { kept -> Storage<Float>? in
      // Not much larger than asked for, so that a small picture does not hold a large one's memory.
      let fits = kept.indices.filter { kept[$0].count >= count && kept[$0].count <= count + count / 4 + 4096 }
      return fits.min { kept[$0].count < kept[$1].count }.map { kept.remove(at: $0) }
    }
    if let found { return found }
    // A run that finds nothing of its size begins anew, with no more than it needs itself.
    kept.withLock { $0 = [] }
    return Storage(uninitialized: count)
  }

  /// Lets go of what is kept.
  func clear() { kept.withLock { $0 = [] } }

  /// Keeps memory for the next run; what an earlier one left goes.
  func giveBack(_ storages: [Storage<Float>]) { kept.withLock { $0 = storages } }
}
