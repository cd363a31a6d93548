extension Pass {
  /// Marks the convolutions on paths from the picture to the result that pass no activation.
  ///
  /// Such paths carry the picture itself, whose values are many times those that the rest of the network adds; what is rounded there
  /// shows in the result as it is.
  package static let markCarriers = Pass(name: "markCarriers") { graph in
    var graph = graph
    var fromPicture = [Bool](repeating: false, count: graph.nodes.count), toResult = fromPicture
    func isLinear(_ node: Graph.Node) -> Bool {
      switch node.operation {
      case .conv(let conv): !conv.relu
      case .elementwise(let step): step.activation == nil && !step.multiplies
      case .activation, .norm, .product, .pool: false
      case .input, .sum, .concat, .pixelShuffle, .affine: true
      }
    }
    for (index, node) in graph.nodes.enumerated() {
      if case .input = node.operation { fromPicture[index] = true }
      if isLinear(node), node.inputs.contains(where: { fromPicture[$0] }) { fromPicture[index] = true }
    }
    toResult[graph.output] = true
    for (index, node) in graph.nodes.enumerated().reversed() where toResult[index] && isLinear(node) {
      for input in node.inputs { toResult[input] = true }
      if case .conv(var conv) = node.operation, fromPicture[node.inputs[0]] {
        conv.carriesPicture = true
        graph.nodes[index].operation = .conv(conv)
        graph.note("carrierMarked")
      }
    }
    return graph
  }
}
