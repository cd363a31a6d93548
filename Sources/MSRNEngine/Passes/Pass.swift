/// A rewriting of the graph that keeps its result.
package struct Pass: Sendable {
  package let name: String
  package let apply: @Sendable (Graph) -> Graph

  /// All passes, in the order they run.
  ///
  /// The order matters: a sum is fused before the activation that follows it, because a convolution adds
  /// before it clips.
  package static let all: [Pass] = [
    .foldAffine, .foldTail, .accumulateConcat, .fuseSum, .fuseShuffle, .fuseActivation, .schedule,
    .placeConcat, .markCarriers,
  ]
}

extension Graph {
  /// The graph after all passes: every node left is an input, a convolution, an elementwise step or a concatenation that is
  /// nothing but the placement of its parts.
  package var fused: Graph { Pass.all.reduce(self) { $1.apply($0) } }
}
