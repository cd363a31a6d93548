import MSRNEngine
import MSRNLayers
import MSRNTensors
import Testing

/// Each pass on a network that shows it: the fused graph as text.
@Suite struct PassTests {
  /// The nodes of the fused graph, one line each: name, operation, inputs.
  func fused(_ layer: Layer, inputs: Int = 16) throws -> [String] {
    var weights = Weights()
    for parameter in layer.weights(inputs: inputs) {
      var tensor = Tensor(shape: parameter.shape, repeating: 1)
      if parameter.name.hasPrefix("diagonal"), parameter.shape.count == 4 {
        for i in tensor.values.indices where i % (parameter.shape[0] + 1) != 0 { tensor.values[i] = 0 }
      }
      weights.tensors[parameter.name] = tensor
    }
    return try Graph(layer, inputs: inputs, weights: weights).fused.nodes.enumerated().map { index, node in
      let operation =
        switch node.operation {
        case .input(let scale, let shift): "input *\(scale[0]) +\(shift[0])"
        case .conv(let c):
          "\(c.name) \(c.kernel)x\(c.kernel)\(c.relu ? " relu" : "")\(c.shuffle > 1 ? " shuffle" : "")"
        case .elementwise(let step): step.activation == .relu ? "relu" : "sum or copy"
        case .concat: "concat"
        default: "unfused"
        }
      return "\(index): \(operation) \(node.inputs)"
    }
  }

  func conv(_ name: String, _ outputs: Int = 16, _ kernel: Int = 3) -> Layer {
    .conv(Conv(name: name, outputs: outputs, kernel: kernel))
  }

  @Test func foldAffineIntoTheInputAndIntoAConvolutionButNotAcrossPadding() throws {
    #expect(
      try fused(.sequence([conv("diagonal1", 16, 1), conv("a"), conv("diagonal2", 16, 1), conv("b")])) == [
        "0: input *1.0 +1.0 []", "1: a 3x3 [0]", "2: b 3x3 [1]",
      ])
    // The map before the diagonal is read twice: nothing may be folded into it.
    #expect(
      try fused(.sequence([conv("a"), .sum([conv("diagonal", 16, 1), .sequence([])])])) == [
        "0: input *1.0 +0.0 []", "1: a 3x3 [0]", "2: diagonal 1x1 [1, 1]",
      ])
  }

  @Test func fuseSumThenActivation() throws {
    #expect(
      try fused(.sequence([.sum([conv("a"), .sequence([])]), .relu])) == [
        "0: input *1.0 +0.0 []", "1: a 3x3 relu [0, 0]",
      ])
    // An activation before the sum stays before it.
    #expect(
      try fused(.sum([.sequence([conv("a"), .relu]), .sequence([])])) == [
        "0: input *1.0 +0.0 []", "1: a 3x3 relu [0]", "2: sum or copy [1, 0]",
      ])
  }

  @Test func fuseShuffle() throws {
    #expect(
      try fused(.sequence([conv("a", 64), .pixelShuffle(2), .relu])) == [
        "0: input *1.0 +0.0 []", "1: a 3x3 relu shuffle [0]",
      ])
    #expect(
      try fused(.sequence([.relu, .pixelShuffle(2), conv("b")])) == [
        "0: input *1.0 +0.0 []", "1: relu [0]", "2: shuffle 1x1 shuffle [1]", "3: b 3x3 [2]",
      ])
    // One that comes last is left to the store.
    #expect(
      try fused(.sequence([conv("a", 64), .pixelShuffle(2)])) == [
        "0: input *1.0 +0.0 []", "1: a 3x3 [0]", "2: unfused [1]",
      ])
  }

  @Test func accumulateACascadeAsItRuns() throws {
    let cascade = Layer.sequence([.cascade([conv("a"), conv("b")]), conv("join", 16, 1)])
    #expect(
      try fused(.sequence([conv("head"), cascade])) == [
        "0: input *1.0 +0.0 []", "1: head 3x3 [0]", "2: join 1x1 [1]", "3: a 3x3 [1]", "4: join 1x1 [3, 2]",
        "5: b 3x3 [3]", "6: join 1x1 [5, 4]",
      ])
  }

  @Test func markWhatCarriesThePicture() throws {
    let network = Layer.sequence([
      conv("head"), .sum([.sequence([conv("a"), .relu, conv("b")]), .sequence([])]),
      .sum([.sequence([conv("c"), .relu]), conv("d")]), conv("tail", 3),
    ])
    var weights = Weights()
    for parameter in network.weights(inputs: 3) {
      weights.tensors[parameter.name] = Tensor(
        shape: parameter.shape, values: (0..<parameter.count).map { Float($0 % 7) })
    }
    let graph = try Graph(network, inputs: 3, weights: weights).fused
    let names = graph.nodes.compactMap { node -> String? in
      if case .conv(let conv) = node.operation, conv.carriesPicture { conv.name } else { nil }
    }
    // a and c end in an activation; b reads what has passed one, although what it is added to has not.
    #expect(names == ["head", "d", "tail"])
  }

  @Test func placeAConcatAndCopyWhatLiesElsewhere() throws {
    #expect(
      try fused(.sequence([.concat([conv("a"), conv("b")]), conv("join", 16, 1)])) == [
        "0: input *1.0 +0.0 []", "1: a 3x3 [0]", "2: b 3x3 [0]", "3: concat [1, 2]", "4: join 1x1 [3]",
      ])
    #expect(
      try fused(.concat([.sequence([]), .sequence([])])) == [
        "0: input *1.0 +0.0 []", "1: sum or copy [0]", "2: concat [0, 1]",
      ])
  }
}
