extension Pass {
  /// A 1x1 convolution over a concatenation is the sum of 1x1 convolutions over its parts.
  ///
  /// Where a part is read elsewhere too, the parts come one by one as the network runs (MSRN's cascade of
  /// blocks): each is then added to a running sum as soon as it is there, and the concatenation (576 channels
  /// in MSRN) never exists.
  ///
  /// Where nothing else reads the parts, placing them side by side costs nothing, and one convolution is better.
  package static let accumulateConcat = Pass(name: "accumulateConcat") { graph in
    let uses = graph.uses
    return graph.rewriting { new, old, node in
      let source = graph.nodes[old].inputs.first
      guard case .conv(let conv) = node.operation, conv.isPointwise, let source, uses[source] == 1,
        case .concat = graph.nodes[source].operation,
        graph.nodes[source].inputs.contains(where: { uses[$0] > 1 })
      else { return new.add(node) }

      var offset = 0
      var parts: [(part: Int, offset: Int)] = []
      for part in new.nodes[node.inputs[0]].inputs {
        parts.append((part, offset))
        offset += new.nodes[part].channels
      }
      parts.sort { $0.part < $1.part }  // in the order they come; stable for a part that stands twice

      var sum: Int?
      for (part, offset) in parts {
        var partial = conv.slice(offset..<offset + new.nodes[part].channels, bias: sum == nil)
        partial.eager = true
        let inputs = [part] + (sum.map { [$0] } ?? [])
        sum = new.add(
          Graph.Node(operation: .conv(partial), inputs: inputs, channels: node.channels, size: node.size))
      }
      new.note("accumulatedConcat")
      return sum ?? new.add(node)
    }
  }
}

extension Convolution {
  /// The convolution over some of its input channels, with or without the bias.
  fileprivate func slice(_ range: Range<Int>, bias keepsBias: Bool) -> Convolution {
    var part = self
    let area = kernel * kernel
    part.inputs = range.count
    part.weights = (0..<outputs).flatMap { o in
      weights[(o * inputs + range.lowerBound) * area..<(o * inputs + range.upperBound) * area]
    }
    if !keepsBias { part.bias = [Float](repeating: 0, count: outputs) }
    return part
  }
}
