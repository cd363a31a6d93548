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

  /// What they are packed from.
  package let bound: BoundWeights
  private let packed = Mutex<[Key: PackedConvolution]>([:])
  /// Held by who packs: others most likely need the same.
  private let packing = Mutex<Void>(())

  package init(_ bound: BoundWeights) { self.bound = bound }

  /// Makes those that are not there yet, on all workers, and gives all of `keys` back.
  ///
  /// Each convolution's own weights are let go of with its last key. Large ones come first, each on all workers, so that little else is
  /// there while they are there twice; then the others, each on one.
  ///
  /// - Parameters:
  ///   - keys: What is needed.
  ///   - workers: Who packs.
  ///   - make: Packs the weights of a node's convolution.
  /// - Returns: The packed weights.
  /// - Throws: What reading the convolutions' weights again throws.
  package func prepare(
    _ keys: Set<Key>, workers: Workers,
    make: @Sendable (Key, Convolution, Workers) -> PackedConvolution
  ) throws(EngineError) -> [Key: PackedConvolution] {
    if let all = found(keys) { return all }
    try packing.withLock { _ throws(EngineError) in
      let missing = packed.withLock { packed in keys.filter { packed[$0] == nil } }
      let work = Mutex(Work(try bound.take(Set(missing.map(\.node))), missing))
      let (large, others) = work.withLock { ($0.large, $0.others) }
      @Sendable func pack(_ key: Key, _ workers: Workers) {
        let made = make(key, work.withLock { $0.convolution(of: key) }, workers)
        packed.withLock { $0[key] = made }
        work.withLock { $0.end(key) }
      }
      for key in large { pack(key, workers) }
      workers.forEach(others.count) { index, _ in pack(others[index], Workers(count: 1)) }
    }
    guard let all = found(keys) else { preconditionFailure("what was missing has been packed") }
    return all
  }

  /// The packed weights of all keys; nil where some are missing.
  private func found(_ keys: Set<Key>) -> [Key: PackedConvolution]? {
    let found = packed.withLock { packed in packed.filter { keys.contains($0.key) } }
    return found.count == keys.count ? found : nil
  }
}

/// What is being packed.
private struct Work {
  private var convolutions: [Int: Convolution]
  /// By node, keys that are still to be packed.
  private var left: [Int: Int] = [:]
  /// The keys of convolutions with many weights, and those of the others, which take longest first.
  let large: [PackedWeights.Key]
  let others: [PackedWeights.Key]

  /// Weights that are many.
  private static var many: Int { 4 << 20 }

  init(_ convolutions: [Int: Convolution], _ keys: Set<PackedWeights.Key>) {
    self.convolutions = convolutions
    func rank(_ key: PackedWeights.Key) -> (Int, Int, Int) {
      guard let convolution = convolutions[key.node] else { return (0, 0, 0) }
      return (convolution.folded == nil ? 1 : 0, -convolution.weightCount, key.node)
    }
    let order = keys.sorted { rank($0) < rank($1) }
    func isLarge(_ key: PackedWeights.Key) -> Bool { rank(key).0 == 1 && -rank(key).1 >= Self.many }
    (large, others) = (order.filter(isLarge), order.filter { !isLarge($0) })
    for key in keys { left[key.node, default: 0] += 1 }
  }

  func convolution(of key: PackedWeights.Key) -> Convolution {
    guard let convolution = convolutions[key.node] else {
      preconditionFailure("a convolution is there until all its keys are packed")
    }
    return convolution
  }

  mutating func end(_ key: PackedWeights.Key) {
    left[key.node, default: 0] -= 1
    if left[key.node] == 0 { convolutions[key.node] = nil }
  }
}
