import MSRNLayers
import MSRNReference
import MSRNTensors
import MSRNTestSupport
import Testing

/// The reference by hand: small enough to be counted.
@Suite struct ReferenceTests {
  static func map(_ c: Int, _ h: Int, _ w: Int, _ values: [Float]) -> Tensor {
    Tensor(shape: [c, h, w], values: values)
  }

  static func weights(_ name: String, _ shape: [Int], _ values: [Float], bias: [Float]) -> Weights {
    Weights(tensors: [
      name + ".weight": Tensor(shape: shape, values: values),
      name + ".bias": Tensor(shape: [bias.count], values: bias),
    ])
  }

  @Test("a convolution is a correlation over a map with zeros around it")
  func convolution() throws {
    let kernel: [Float] = [1, 2, 3, 4, 5, 6, 7, 8, 9]
    let weights = Self.weights("c", [1, 1, 3, 3], kernel, bias: [100])
    let input = Self.map(1, 2, 3, [1, 0, 0, 0, 0, 10])
    let result = try reference(.conv("c", 1, 3), weights: weights, input: input)
    #expect(result == Self.map(1, 2, 3, [105, 194, 180, 102, 161, 150]))
  }

  @Test("output channels are filters, input channels are summed, biases are per filter")
  func channels() throws {
    let weights = Self.weights("c", [2, 3, 1, 1], [1, 10, 100, -1, 0, 2], bias: [0.5, -0.5])
    let result = try reference(
      .conv("c", 2, 1), weights: weights, input: Self.map(3, 1, 2, [1, 2, 3, 4, 5, 6]))
    #expect(result == Self.map(2, 1, 2, [531.5, 642.5, 8.5, 9.5]))
  }

  @Test("a kernel larger than the map sees its middle")
  func tiny() throws {
    let weights = Self.weights("c", [1, 1, 5, 5], (0..<25).map { Float($0) }, bias: [0])
    #expect(
      try reference(.conv("c", 1, 5), weights: weights, input: Self.map(1, 1, 1, [2]))
        == Self.map(1, 1, 1, [24]))
  }

  @Test("a pixel shuffle fills cells row by row, channel by channel")
  func shuffle() throws {
    let input = Self.map(8, 1, 2, (0..<16).map { Float($0) })
    #expect(
      try reference(.pixelShuffle(2), weights: Weights(), input: input)
        == Self.map(2, 2, 4, [0, 2, 1, 3, 4, 6, 5, 7, 8, 10, 9, 11, 12, 14, 13, 15]))
  }

  @Test("joins: concat and cascade in order, the cascade's input last, sums value by value")
  func joins() throws {
    let double = Weights(tensors: [
      "a.x.weight": Tensor(shape: [1, 1, 1, 1], values: [2]),
      "b.x.weight": Tensor(shape: [1, 1, 1, 1], values: [3]),
    ])
    let a = Layer.scope("a", .conv("x", 1, 1, bias: false)),
      b = Layer.scope("b", .conv("x", 1, 1, bias: false))
    func run(_ layer: Layer) throws -> [Float] {
      try reference(layer, weights: double, input: Self.map(1, 1, 1, [-1])).values
    }
    #expect(try run(.cat(a, b)) == [-2, -3])
    #expect(try run(.cascade([a, b])) == [-2, -6, -1])
    #expect(try run(.sum([a, b, .identity])) == [-6])
    #expect(try run(.seq(a, .relu)) == [0])
    #expect(try run(.residual(a, b)) == [-7])
  }

  @Test("sums are exact where single precision would lose them")
  func precision() throws {
    let weights = Self.weights("c", [1, 3, 1, 1], [1, 1, 1], bias: [0])
    let input = Self.map(3, 1, 1, [1e8, 1, -1e8])
    #expect(try reference(.conv("c", 1, 1), weights: weights, input: input).values == [1])
  }
}
