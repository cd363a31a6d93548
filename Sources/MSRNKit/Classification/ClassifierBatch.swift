public import MSRNTensors
import Synchronization

/// Several inputs that go through a network together.
///
/// The results are those of ``Classifier/logits(for:)``, to the bit.
public struct ClassifierBatch: Sendable {
  /// How threads are shared out.
  public enum Way: String, CaseIterable, Sendable {
    /// One input after the other, all threads on each.
    case inTurn = "in turn"
    /// An input a thread.
    case sideBySide = "side by side"
    /// All threads on all inputs, which share weights where those outweigh maps.
    case together = "together"
  }

  /// How threads are shared out.
  public let way: Way
  /// One, or one for each thread.
  private let lanes: [Classifier]

  /// A batch.
  ///
  /// - Parameters:
  ///   - classifier: The network.
  ///   - way: How its threads are shared out.
  public init(_ classifier: Classifier, way: Way) {
    self.way = way
    switch way {
    case .inTurn, .together: lanes = [classifier]
    case .sideBySide: lanes = (0..<classifier.threads).map { _ in classifier.limited(to: 1) }
    }
  }

  /// The batch of the way that is faster here and now.
  ///
  /// Costs two runs of each way with two inputs a thread; the first ones warm up.
  ///
  /// - Parameters:
  ///   - classifier: The network.
  ///   - inputs: What is run, of one size; at least one.
  /// - Returns: The faster one.
  /// - Throws: As ``logits(for:)``.
  public static func fastest(_ classifier: Classifier, for inputs: [Tensor]) throws -> ClassifierBatch {
    precondition(!inputs.isEmpty, "a batch of nothing has no speed")
    let ways: [Way] = classifier.threads > 1 && inputs.count > 1 ? Way.allCases : [.inTurn]
    let batches = ways.map { ClassifierBatch(classifier, way: $0) }
    guard batches.count > 1 else { return batches[0] }
    let few = Array(inputs.prefix(2 * classifier.threads))
    let times = try batches.map { batch in
      _ = try batch.logits(for: few)
      let start = ContinuousClock.now
      _ = try batch.logits(for: few)
      return ContinuousClock.now - start
    }
    return zip(batches, times).min { $0.1 < $1.1 }?.0 ?? batches[0]
  }

  /// The network's results.
  ///
  /// - Parameter inputs: As many as there are, of any sizes.
  /// - Returns: The logits of each input, in their order.
  /// - Throws: As ``Classifier/logits(for:)``, for the first input that fails.
  public func logits(for inputs: [Tensor]) throws -> [[Float]] {
    if way == .together {
      var results: [[Float]] = [], rest = inputs[...]
      while let first = rest.first {
        let alike = rest.prefix { $0.shape == first.shape }
        results += try lanes[0].logits(for: Array(alike))
        rest = rest.dropFirst(alike.count)
      }
      return results
    }
    guard lanes.count > 1, inputs.count > 1 else { return try inputs.map { try lanes[0].logits(for: $0) } }
    let results = Mutex([Result<[Float], any Error>?](repeating: nil, count: inputs.count))
    Lanes.run(Array(inputs.indices), count: lanes.count, stopped: { false }) { index, lane in
      let result = Result { try lanes[lane].logits(for: inputs[index]) }
      results.withLock { $0[index] = result }
    }
    return try results.withLock { try $0.compactMap { try $0?.get() } }
  }
}
