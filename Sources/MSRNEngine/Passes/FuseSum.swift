extension Pass {
  /// A sum with a convolution that nothing else reads becomes that convolution with an addend (a residual
  /// connection).
  ///
  /// Sums of anything else become elementwise steps, and products and what scales channels do.
  package static let fuseSum = Pass(name: "fuseSum") { graph in
    let uses = graph.uses
    return graph.rewriting { new, old, node in
      var step = Graph.Elementwise()
      switch node.operation {
      case .sum: break
      case .product:
        step.multiplies = true
        return new.add(node, as: step)
      case .affine(let scale, let shift):
        (step.scale, step.shift) = (scale, shift)
        return new.add(node, as: step)
      default: return new.add(node)
      }
      // The later operand first: its addend is then there already, and its input was read last.
      let operands = graph.nodes[old].inputs.indices.sorted { node.inputs[$0] > node.inputs[$1] }
      for operand in operands where uses[graph.nodes[old].inputs[operand]] == 1 {
        let conv = new.nodes[node.inputs[operand]]
        guard case .conv = conv.operation, conv.inputs.count == 1 else { continue }
        var sum = node
        sum.operation = conv.operation
        sum.inputs = [conv.inputs[0], node.inputs[1 - operand]]
        new.note("sumIntoConv")
        return new.add(sum)
      }
      return new.add(node, as: step)
    }
  }
}

extension Graph {
  /// Appends a node as an elementwise step.
  mutating func add(_ node: Node, as step: Elementwise) -> Int {
    var node = node
    node.operation = .elementwise(step)
    return add(node)
  }
}
