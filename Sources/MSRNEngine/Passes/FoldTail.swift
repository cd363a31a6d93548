extension Pass {
  /// A convolution, a pixel shuffle and a convolution with nothing between them are linear: one convolution and a shuffle.
  ///
  /// MSRN's upsampler and last convolution become one 5x5 convolution of the small picture, a tenth of the work at x4.
  ///
  /// Only where it saves work and only the outermost pixels need filters of their own.
  package static let foldTail = Pass(name: "foldTail") { graph in
    let uses = graph.uses
    // From the last shuffle to the first, because the later ones make the filters that the earlier ones need.
    var tails: [Int: (input: Int, conv: Convolution)] = [:]
    for index in graph.nodes.indices.reversed() {
      guard case .conv(var conv) = graph.nodes[index].operation, conv.isPlain else { continue }
      var input = graph.nodes[index].inputs[0], found = false
      while graph.nodes[index].inputs.count == 1, uses[input] == 1,
        case .pixelShuffle(let r) = graph.nodes[input].operation, r > 1,
        case let before = graph.nodes[input].inputs[0], uses[before] == 1,
        case .conv(let first) = graph.nodes[before].operation, first.isPlain,
        graph.nodes[before].inputs.count == 1
      {
        let folded = Folded(first, shuffle: r, conv)
        guard folded.kernel <= 5, folded.differsAtTheRimOnly, folded.macs.folded < folded.macs.separate else {
          break
        }
        conv = Convolution(folded, name: first.name + "…" + graph.name(of: index))
        input = graph.nodes[before].inputs[0]
        found = true
      }
      if found { tails[index] = (input, conv) }
    }
    var names: [Int] = []
    return graph.rewriting { new, old, node in
      guard let (input, conv) = tails[old], let folded = conv.folded else {
        names.append(new.add(node))
        return names[old]
      }
      let one = new.add(
        Graph.Node(
          operation: .conv(conv), inputs: [names[input]], channels: conv.outputs,
          size: graph.nodes[input].size))
      new.note("tailFolded")
      var shuffled = node
      shuffled.operation = .pixelShuffle(folded.shuffle)
      shuffled.inputs = [one]
      names.append(new.add(shuffled))
      return names[old]
    }
  }
}

extension Graph {
  fileprivate func name(of node: Int) -> String {
    if case .conv(let conv) = nodes[node].operation { conv.name } else { "" }
  }
}
