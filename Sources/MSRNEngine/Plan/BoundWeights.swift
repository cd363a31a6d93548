import Synchronization

/// The convolutions of a fused graph with the weights that the network's authors gave them, as long as those are needed.
///
/// Kernels read packed weights alone. Where the tensors can be read again, a convolution is handed out once and not held here from
/// then on, so that its weights are gone when those that take them have packed them; whoever needs another form of them later, for a
/// picture of another size, has all tensors read again.
package final class BoundWeights: Sendable {
  /// Gives the fused graph with its weights anew.
  package typealias Source = @Sendable () throws(EngineError) -> Graph

  private let held: Mutex<[Int: Convolution]>
  private let again: Source?

  /// Takes the convolutions of a graph.
  ///
  /// - Parameters:
  ///   - graph: Fused.
  ///   - again: Gives the same graph anew; nil: convolutions stay here.
  package init(_ graph: Graph, again: Source?) {
    held = Mutex(graph.convolutions)
    self.again = again
  }

  /// Whether they are in memory as long as this object is.
  package var stay: Bool { again == nil }

  /// The nodes whose convolutions are in memory now.
  package var nodes: Set<Int> { held.withLock { Set($0.keys) } }

  /// The convolutions of some nodes, which the caller lets go of as soon as it has packed them.
  ///
  /// - Parameter nodes: Convolutions of the graph.
  /// - Returns: Each of them with its weights.
  /// - Throws: What reading them again throws.
  package func take(_ nodes: Set<Int>) throws(EngineError) -> [Int: Convolution] {
    guard let again else { return held.withLock { held in held.filter { nodes.contains($0.key) } } }
    let taken = held.withLock { held in
      let found = held.filter { nodes.contains($0.key) }
      if found.count < nodes.count { return nil as [Int: Convolution]? }
      for node in nodes { held[node] = nil }
      return found
    }
    if let taken { return taken }
    let read = try again().convolutions
    held.withLock { held in for node in nodes { held[node] = nil } }
    return read.filter { nodes.contains($0.key) }
  }
}

extension Graph {
  /// The convolutions by node.
  fileprivate var convolutions: [Int: Convolution] {
    var convolutions: [Int: Convolution] = [:]
    for (index, node) in nodes.enumerated() {
      if case .conv(let convolution) = node.operation { convolutions[index] = convolution }
    }
    return convolutions
  }

  /// The graph with convolutions that have all but their weights.
  var withoutWeights: Graph {
    var graph = self
    for (index, node) in nodes.enumerated() {
      if case .conv(let convolution) = node.operation {
        graph.nodes[index].operation = .conv(convolution.withoutWeights)
      }
    }
    return graph
  }
}

extension Convolution {
  fileprivate var withoutWeights: Convolution {
    var convolution = self
    (convolution.weights, convolution.bias) = ([], [])
    convolution.folded = folded.map { Folded($0.convolutions.map(\.withoutWeights), shuffles: $0.shuffles) }
    return convolution
  }
}
