package import MSRNLayers

/// A network with its weights as a flat list of operations: the form that passes rewrite.
///
/// Each node gives one map, named by the node's index; nodes stand in an order in which they can run.
package struct Graph: Sendable {
  /// One operation and where its maps come from.
  package struct Node: Sendable {
    package var operation: Operation
    /// Indices of the nodes whose maps are read.
    package var inputs: [Int]
    /// Channels of the map it gives.
    package var channels: Int
    /// Rows and columns of the map it gives.
    package var size: Size
  }

  /// What a node does.
  package enum Operation: Sendable {
    /// The picture, each channel times `scale` plus `shift`.
    case input(scale: [Float], shift: [Float])
    /// `inputs[0]` convolved; where there is `inputs[1]`, it is added before the activation.
    case conv(Convolution)
    /// Each channel times `scale` plus `shift`.
    case affine(scale: [Float], shift: [Float])
    case activation(Activation)
    /// `inputs[0] + inputs[1]`.
    case sum
    /// `inputs[0] * inputs[1]`.
    case product
    case concat
    case pixelShuffle(Int)
    /// One or two maps, value by value.
    case elementwise(Elementwise)
    /// A map made of windows or regions of another one.
    case pool(Pooling)
    case norm(LocalResponseNorm)
  }

  /// `activation(inputs[0] * scale + shift + inputs[1])`, or times `inputs[1]`; without what is not there.
  package struct Elementwise: Sendable {
    /// For each channel.
    package var scale: [Float]?
    package var shift: [Float]?
    /// Whether the second map is a factor.
    package var multiplies = false
    package var activation: Activation?

    package init(activation: Activation? = nil) { self.activation = activation }
  }

  /// How a map is made of another one's pixels.
  package enum Pooling: Sendable {
    case windows(Pool)
    /// The means of as many regions as the result has pixels.
    case regions
    /// Bilinear, corners aligned.
    case bilinear
  }

  package var nodes: [Node] = []
  /// Rows and columns of the pictures, where they were said.
  package var pictures: Extent?
  /// The node whose map is the result.
  package var output = 0
  /// How often each fusion was applied, by its name: what `msrn inspect` and the tests look at.
  package var fusions: [String: Int] = [:]

  /// How many nodes read each node's map; the result counts as a reader.
  package var uses: [Int] {
    var uses = [Int](repeating: 0, count: nodes.count)
    for node in nodes { for input in node.inputs { uses[input] += 1 } }
    uses[output] += 1
    return uses
  }
}

/// A convolution with its weights and all that has been fused into its store.
package struct Convolution: Sendable {
  /// The layer's full name.
  package var name: String
  package var inputs: Int
  package var outputs: Int
  package var window: Window
  /// Runs of channels that are convolved each on its own.
  package var groups = 1
  /// OIHW, I being the inputs of one group; empty where it is folded, and in a program's graph.
  package var weights: [Float]
  /// One per output; empty where `weights` are.
  package var bias: [Float]
  /// ReLU after everything else.
  package var relu = false
  /// Pixel shuffle by this factor on the way to memory; 1 is none.
  package var shuffle = 1
  /// Stands for several convolutions with pixel shuffles between them; its weights are folded when they are packed.
  package var folded: Folded?
  /// Lies on a path from the picture to the result without an activation.
  package var carriesPicture = false
  /// Runs as soon as its inputs are there, because it frees one of them.
  package var eager = false

  /// A convolution over windows of a map.
  package init(
    name: String, inputs: Int, outputs: Int, window: Window, groups: Int = 1, weights: [Float], bias: [Float]
  ) {
    (self.name, self.inputs, self.outputs) = (name, inputs, outputs)
    (self.window, self.groups, self.weights, self.bias) = (window, groups, weights, bias)
    precondition(
      inputs % groups == 0 && weights.count == outputs * taps && bias.count == outputs,
      "\(name) has \(weights.count) weights for \(outputs)x\(inputs / groups)x\(window.kernel)")
  }

  /// A convolution of stride 1 by an odd square kernel that keeps the map's size.
  package init(name: String, inputs: Int, outputs: Int, kernel: Int, weights: [Float], bias: [Float]) {
    self.init(
      name: name, inputs: inputs, outputs: outputs, window: Window(Extent(kernel, kernel)), weights: weights,
      bias: bias)
  }

  /// Rows of the kernel: of a plain one, its side.
  package var kernel: Int { window.kernel.h }
  /// Weights of one input for one output.
  package var area: Int { window.kernel.h * window.kernel.w }
  /// Weights of one output.
  package var taps: Int { inputs / groups * area }
  /// All weights, of a folded one those of what it stands for.
  package var weightCount: Int {
    folded?.convolutions.reduce(0) { $0 + $1.weightCount } ?? outputs * taps
  }
  /// Whether it has stride 1 and an odd square kernel, keeps the map's size and reads all channels: what the fast algorithms do.
  package var isPlain: Bool {
    groups == 1 && kernel % 2 == 1 && window == Window(Extent(kernel, kernel))
  }
  /// Pixels by which it is padded less than a plain one, which it is otherwise like; nil: there is more to it.
  package var inset: Int? {
    let reach = kernel / 2, padding = window.padding
    let like = Window(Extent(kernel, kernel), padding: padding, ceil: window.ceil)
    guard groups == 1, kernel % 2 == 1, window == like, padding.h == padding.w, padding.h <= reach else {
      return nil
    }
    return reach - padding.h
  }
  /// Whether it mixes the channels of one pixel and no more.
  package var isPointwise: Bool { isPlain && kernel == 1 }

  /// Rows and columns of the result, before pixels are shuffled, of a map that is not too small for one.
  package func map(over input: Extent) -> Extent {
    guard let map = window.count(over: input) else {
      preconditionFailure("\(name) has no window on a map of \(input)")
    }
    return map
  }

  /// Several convolutions as one.
  package init(_ folded: Folded, name: String) {
    (self.name, inputs, outputs) = (name, folded.inputs, folded.outputs)
    window = Window(Extent(folded.kernel, folded.kernel))
    (weights, bias, self.folded) = ([], [], folded)
  }

  /// The convolution that gives its input: what moves a map when nothing cheaper can.
  package static func identity(_ channels: Int, name: String) -> Convolution {
    var weights = [Float](repeating: 0, count: channels * channels)
    for c in 0..<channels { weights[c * channels + c] = 1 }
    return Convolution(
      name: name, inputs: channels, outputs: channels, kernel: 1, weights: weights,
      bias: [Float](repeating: 0, count: channels))
  }
}

extension Graph {
  /// Copies the graph node by node; `visit` gets each node with its inputs already renamed and says what stands for it.
  ///
  /// Nodes that nothing reads afterwards are dropped.
  package func rewriting(_ visit: (_ new: inout Graph, _ old: Int, _ node: Node) -> Int) -> Graph {
    var new = Graph(fusions: fusions)
    var names: [Int] = []
    for (index, node) in nodes.enumerated() {
      var node = node
      node.inputs = node.inputs.map { names[$0] }
      names.append(visit(&new, index, node))
    }
    new.output = names[output]
    return new.withoutUnread
  }

  /// Appends a node and returns its name.
  package mutating func add(_ node: Node) -> Int {
    nodes.append(node)
    return nodes.count - 1
  }

  /// Counts one application of a fusion.
  package mutating func note(_ fusion: String) { fusions[fusion, default: 0] += 1 }

  /// The graph with its nodes in another order, given by their present names.
  package func ordered(_ order: [Int]) -> Graph {
    var new = Graph(fusions: fusions)
    var names = [Int](repeating: -1, count: nodes.count)
    for old in order {
      var node = nodes[old]
      node.inputs = node.inputs.map { names[$0] }
      precondition(!node.inputs.contains(-1), "a node cannot run before its inputs")
      names[old] = new.add(node)
    }
    new.output = names[output]
    return new
  }

  private var withoutUnread: Graph {
    var read = [Bool](repeating: false, count: nodes.count)
    read[output] = true
    for index in nodes.indices.reversed() where read[index] {
      for input in nodes[index].inputs { read[input] = true }
    }
    read[0] = true  // the picture stays, read or not
    return ordered(nodes.indices.filter { read[$0] })
  }
}
