import MSRNLayers

extension Pass {
  /// A ReLU becomes part of the convolution that nothing else reads before it, any function that of an elementwise step; else it is
  /// a step of its own.
  package static let fuseActivation = Pass(name: "fuseActivation") { graph in
    let uses = graph.uses
    return graph.rewriting { new, old, node in
      guard case .activation(let activation) = node.operation else { return new.add(node) }
      let input = node.inputs[0]
      if uses[graph.nodes[old].inputs[0]] == 1 {
        switch new.nodes[input].operation {
        case .conv(var conv) where activation == .relu && !conv.relu:
          conv.relu = true
          new.nodes[input].operation = .conv(conv)
          new.note("reluIntoConv")
          return input
        case .elementwise(var step) where step.activation == nil:
          step.activation = activation
          new.nodes[input].operation = .elementwise(step)
          new.note("reluIntoElementwise")
          return input
        default: break
        }
      }
      return new.add(node, as: Graph.Elementwise(activation: activation))
    }
  }
}
