extension Pass {
  /// Runs every convolution that is marked eager as soon as its inputs are there, and all else in the order it stands.
  package static let schedule = Pass(name: "schedule") { graph in
    var order: [Int] = []
    var done = Set<Int>()
    var waiting = graph.nodes.indices.filter { graph.nodes[$0].isEager }
    func run(_ index: Int) {
      order.append(index)
      done.insert(index)
      while let ready = waiting.firstIndex(where: { graph.nodes[$0].inputs.allSatisfy(done.contains) }) {
        let eager = waiting.remove(at: ready)
        order.append(eager)
        done.insert(eager)
      }
    }
    for index in graph.nodes.indices where !graph.nodes[index].isEager { run(index) }
    return graph.ordered(order)
  }
}

extension Graph.Node {
  fileprivate var isEager: Bool { if case .conv(let conv) = operation { conv.eager } else { false } }
}
