import Synchronization

/// What runs of one program leave to each other.
///
/// What is touched for the first time costs a trap into the system for each page: for a small picture as much as a tenth of
/// the run; and calls of kernels take as long to make as a small step takes to run. Kept is what the last run gave back,
/// nothing else.
final class Arena: Sendable {
  private struct Kept {
    var preparation: (key: Preparation.Key, Preparation)?
    var storages: [Storage<Float>] = []
  }

  private let kept = Mutex(Kept())

  /// What the last run left, if it was for the same; else only its memory stays.
  func take(_ key: Preparation.Key) -> Preparation? {
    kept.withLock { kept in
      guard let (last, preparation) = kept.preparation else { return nil }
      kept.preparation = nil
      if last == key { return preparation }
      kept.storages = preparation.storages
      return nil
    }
  }

  /// Memory for so many floats, nil where the machine has none left.
  func take(_ count: Int) -> Storage<Float>? {
    let found = kept.withLock { kept -> Storage<Float>? in
      // Not much larger than asked for, so that a small picture does not hold a large one's memory.
      let fits = kept.storages.indices.filter {
        kept.storages[$0].count >= count && kept.storages[$0].count <= count + count / 4 + 4096
      }
      return fits.min { kept.storages[$0].count < kept.storages[$1].count }
        .map { kept.storages.remove(at: $0) }
    }
    if let found { return found }
    // A run that finds nothing of its size begins anew, with no more than it needs itself.
    clear()
    return Storage(uninitialized: count)
  }

  /// Lets go of what is kept.
  func clear() { kept.withLock { $0 = Kept() } }

  /// Keeps what a run leaves to the next one, as a whole for the same key; what an earlier one left goes.
  func giveBack(_ preparation: Preparation, for key: Preparation.Key?) {
    kept.withLock { kept in
      if let key {
        kept = Kept(preparation: (key, preparation))
      } else {
        kept = Kept(storages: preparation.storages)
      }
    }
  }
}
