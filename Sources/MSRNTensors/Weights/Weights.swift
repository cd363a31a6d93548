/// The named tensors of a trained network, and what its file says of itself.
public struct Weights: Equatable, Sendable {
  /// Tensors by the name that the network's authors gave them.
  public var tensors: [String: Tensor]
  /// Free text pairs of the file; empty where the format has none.
  public var metadata: [String: String]

  /// Weights in memory.
  public init(tensors: [String: Tensor] = [:], metadata: [String: String] = [:]) {
    (self.tensors, self.metadata) = (tensors, metadata)
  }

  /// The shape of every tensor: what an architecture is recognised by.
  public var manifest: [String: [Int]] { tensors.mapValues(\.shape) }

  /// The number of values in all tensors.
  public var count: Int { tensors.values.reduce(0) { $0 + $1.values.count } }
}
