import Synchronization

/// The packed weights of a program, made when a picture first needs them.
///
/// Which algorithm a layer gets depends on the picture's size, so that weights are packed for what is used, not for all.
package final class PackedWeights: Sendable {
  /// What weights are packed for.
  package struct Key: Hashable, Sendable {
    package let node: Int
    package let algorithm: Algorithm
    /// Of a folded convolution, where its pixels lie.
    package var edge = Folded.Edge.none
  }

  private let packed = Mutex<[Key: PackedConvolution]>([:])

  package init() {}

  /// Makes those that are not there yet, on all workers, and gives all of `keys` back.
  package func prepare(
    _ keys: [Key], workers: Workers, make: @Sendable (Key) -> PackedConvolution
  ) -> [Key: PackedConvolution] {
    let missing = packed.withLock { packed in keys.filter { packed[$0] == nil } }
    workers.forEach(missing.count) { index, _ in
      let made = make(missing[index])
      packed.withLock { $0[missing[index]] = made }
    }
    return packed.withLock { packed in packed.filter { keys.contains($0.key) } }
  }
}
