public import MSRNEngine
import MSRNLayers
public import MSRNModels
public import MSRNTensors

#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// A classification network with its weights, ready for pictures.
public struct Classifier: Sendable {
  private let layer: Layer
  package let program: Program
  /// Threads that work on one input.
  public let threads: Int

  /// Takes a network and its tensors.
  ///
  /// - Parameters:
  ///   - bound: The network.
  ///   - input: The shape of what it reads.
  ///   - options: Threads, instruction set, precision.
  ///   - again: Reads the same tensors again, which then are let go of once they are packed; nil: they stay in memory.
  /// - Throws: `MSRNEngine.EngineError` where this machine lacks the instruction set.
  public init(
    _ bound: NamedNetwork.Bound, input: Shape, options: EngineOptions,
    again: (@Sendable () throws -> NamedNetwork.Bound)? = nil
  ) throws {
    (layer, threads) = (bound.layer, options.threads)
    var read: (@Sendable () throws -> Weights)?
    if let again { read = { try again().weights } }
    program = try Program(
      network: layer, inputs: input.c, size: Extent(input.h, input.w), weights: bound.weights,
      options: options, again: read)
  }

  private init(_ other: Classifier, threads: Int) {
    (layer, program, self.threads) = (other.layer, other.program.limited(to: threads), threads)
  }

  /// The same network on so many threads, which runs beside this one without waiting and reads the same weights.
  public func limited(to threads: Int) -> Classifier { Classifier(self, threads: threads) }

  /// The precision that is computed in.
  public var precision: Precision { program.precision }

  /// The network's result for one input, `[C, H, W]`.
  ///
  /// - Parameter input: What ``Preprocessing`` or a spectrogram gives.
  /// - Returns: One number a class; the largest is the network's answer.
  /// - Throws: `MSRNLayers.LayerError` where the input is too small; `MSRNEngine.EngineError.outOfMemory`.
  public func logits(for input: Tensor) throws -> [Float] {
    try check(input.map)
    return try program.run(input).values
  }

  /// The network's results for several inputs of one shape: the same bits as one after the other, faster.
  ///
  /// - Parameters:
  ///   - inputs: What ``Preprocessing`` or spectrograms give.
  ///   - memory: Bytes that the run may take beside inputs and results; nil: any number.
  /// - Returns: For each input one number a class.
  /// - Throws: As ``logits(for:)``.
  public func logits(for inputs: [Tensor], memory: Int? = nil) throws -> [[Float]] {
    if let first = inputs.first { try check(first.map) }
    return try program.run(inputs, memory: memory).map(\.values)
  }

  /// Throws where an input is too small.
  private func check(_ input: Shape) throws {
    let shape = try layer.shape(for: input)
    precondition(shape.h == 1 && shape.w == 1, "a network that classifies gives one pixel")
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
