extension Pass {
  /// A pixel shuffle becomes the store pattern of the convolution before it; where there is none, of one that gives its input.
  package static let fuseShuffle = Pass(name: "fuseShuffle") { graph in
    let uses = graph.uses
    return graph.rewriting { new, old, node in
      guard case .pixelShuffle(let r) = node.operation else { return new.add(node) }
      let input = node.inputs[0]
      if r == 1 { return input }
      if old == graph.output { return new.add(node) }  // the store does it
      var shuffled = node
      if uses[graph.nodes[old].inputs[0]] == 1, case .conv(var conv) = new.nodes[input].operation,
        conv.shuffle == 1,
        new.nodes[input].inputs.count == 1
      {
        conv.shuffle = r
        shuffled.operation = .conv(conv)
        shuffled.inputs = new.nodes[input].inputs
        new.note("shuffleIntoConv")
      } else {
        var mover = Convolution.identity(new.nodes[input].channels, name: "shuffle")
        mover.shuffle = r
        shuffled.operation = .conv(mover)
        new.note("shuffleMoved")
      }
      return new.add(shuffled)
    }
  }
}
