extension Pass {
  /// A sum with a convolution that nothing else reads becomes that convolution with an addend (a residual
  /// connection).
  ///
  /// Sums of anything else become elementwise steps.
  package static let fuseSum = Pass(name: "fuseSum") { graph in
    let uses = graph.uses
    return graph.rewriting { new, old, node in
      guard case .sum = node.operation else { return new.add(node) }
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
      var sum = node
      sum.operation = .elementwise(relu: false)
      return new.add(sum)
    }
  }
}
