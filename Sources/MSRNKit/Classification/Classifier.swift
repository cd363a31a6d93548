public import MSRNModels
import MSRNReference
public import MSRNTensors

#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// What gives a classification network's logits.
public protocol Classifier: Sendable {
  /// What computes, in a few words, for people.
  var engine: String { get }
  /// The network's result for one input, `[C, H, W]`.
  ///
  /// - Parameter input: What ``Preprocessing`` or a spectrogram gives.
  /// - Returns: One number a class; the largest is the network's answer.
  /// - Throws: `MSRNLayers.LayerError` where the input is too small.
  func logits(for input: Tensor) throws -> [Float]
}

/// The slow reference as a classifier.
public struct ReferenceClassifier: Classifier {
  private let bound: NamedNetwork.Bound

  /// Takes a network and its tensors.
  public init(_ bound: NamedNetwork.Bound) { self.bound = bound }

  /// Sums in double precision on one thread: for comparison, and for networks that nothing faster runs.
  public var engine: String {
    "the slow reference, one thread: the fast engine does not run this network yet"
  }

  /// The logits, each layer rounded to single precision.
  public func logits(for input: Tensor) throws -> [Float] {
    try reference(bound.layer, weights: bound.weights, input: input).values
  }
}

/// A class and how sure a network is of it.
public struct Guess: Hashable, Sendable {
  /// The class, counted from 0.
  public let index: Int
  /// Between 0 and 1; those of all classes make 1.
  public let probability: Double

  /// The likeliest classes of logits, likeliest first; of equal ones the lower index.
  ///
  /// - Parameters:
  ///   - logits: One number a class.
  ///   - count: At most so many.
  /// - Returns: Indices and their share of `e^logit` (softmax).
  public static func best(_ logits: [Float], count: Int) -> [Guess] {
    let largest = Double(logits.max() ?? 0)
    let powers = logits.map { exp(Double($0) - largest) }
    let sum = powers.reduce(0, +)
    let order = logits.indices.sorted { (-logits[$0], $0) < (-logits[$1], $1) }
    return order.prefix(count).map { Guess(index: $0, probability: powers[$0] / sum) }
  }
}
