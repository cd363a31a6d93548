extension Pass {
  /// A ReLU becomes part of the convolution or elementwise step that nothing else reads before it; else a step of its own.
  package static let fuseActivation = Pass(name: "fuseActivation") { graph in
    let uses = graph.uses
    return graph.rewriting { new, old, node in
      guard case .relu = node.operation else { return new.add(node) }
      let input = node.inputs[0]
      if uses[graph.nodes[old].inputs[0]] == 1 {
        switch new.nodes[input].operation {
        case .conv(var conv):
          conv.relu = true
          new.nodes[input].operation = .conv(conv)
          new.note("reluIntoConv")
          return input
        case .elementwise:
          new.nodes[input].operation = .elementwise(relu: true)
          new.note("reluIntoElementwise")
          return input
        default: break
        }
      }
      var relu = node
      relu.operation = .elementwise(relu: true)
      return new.add(relu)
    }
  }
}
