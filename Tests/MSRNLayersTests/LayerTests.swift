import MSRNLayers
import MSRNTensors
import Testing

/// A small network that has every kind of layer, and what follows from it.
@Suite struct LayerTests {
  static let network = Layer.seq(
    .conv("head", 8, 3),
    .scope(
      "body",
      .cascade(
        Layer.blocks(2) { _ in
          .residual(.cat(.seq(.conv("a", 4, 3), .relu), .conv("b", 4, 5, bias: false)), .conv("c", 8, 1))
        })),
    .scope("up", .seq(.conv("0", 12, 3), .pixelShuffle(2), .conv("1", 3, 3))))

  static let input = Shape(c: 3, h: 10, w: 7)

  @Test("the shape of the result")
  func shape() throws {
    #expect(try Self.network.shape(for: Self.input) == Shape(c: 3, h: 20, w: 14))
    #expect(try Layer.identity.shape(for: Self.input) == Self.input)
    #expect(try Layer.cascade([.identity, .conv("x", 5, 1)]).shape(for: Self.input).c == 3 + 5 + 3)
    #expect(try Layer.cascade([]).shape(for: Self.input) == Self.input)
    #expect(try Layer.cat(.conv("x", 5, 1), .identity).shape(for: Self.input).c == 8)
    #expect(try Layer.pixelShuffle(3).shape(for: Shape(c: 18, h: 2, w: 5)) == Shape(c: 2, h: 6, w: 15))
  }

  @Test("weights by full name in running order, weight before bias, OIHW")
  func weights() {
    let weights = Self.network.weights(inputs: 3)
    #expect(
      weights == [
        Parameter(name: "head.weight", shape: [8, 3, 3, 3]), Parameter(name: "head.bias", shape: [8]),
        Parameter(name: "body.0.a.weight", shape: [4, 8, 3, 3]), Parameter(name: "body.0.a.bias", shape: [4]),
        Parameter(name: "body.0.b.weight", shape: [4, 8, 5, 5]),
        Parameter(name: "body.0.c.weight", shape: [8, 8, 1, 1]), Parameter(name: "body.0.c.bias", shape: [8]),
        Parameter(name: "body.1.a.weight", shape: [4, 8, 3, 3]), Parameter(name: "body.1.a.bias", shape: [4]),
        Parameter(name: "body.1.b.weight", shape: [4, 8, 5, 5]),
        Parameter(name: "body.1.c.weight", shape: [8, 8, 1, 1]), Parameter(name: "body.1.c.bias", shape: [8]),
        Parameter(name: "up.0.weight", shape: [12, 24, 3, 3]), Parameter(name: "up.0.bias", shape: [12]),
        Parameter(name: "up.1.weight", shape: [3, 3, 3, 3]), Parameter(name: "up.1.bias", shape: [3]),
      ])
    #expect(Self.network.parameters(inputs: 3) == weights.reduce(0) { $0 + $1.count })
  }

  @Test("multiply-accumulates: weights times pixels, at the size where they are used")
  func cost() throws {
    let low = 8 * 3 * 9 + 2 * (4 * 8 * 9 + 4 * 8 * 25 + 8 * 8) + 12 * 24 * 9
    let high = 3 * 3 * 9
    #expect(try Self.network.macs(for: Self.input) == 70 * low + 280 * high)
    #expect(try Layer.relu.macs(for: Self.input) == 0)
  }

  @Test("reach adds up along the longest way, in input pixels")
  func reach() {
    #expect(Self.network.reach == 6.5)  // 1, twice 2, 1, and ½ at twice the size
    #expect(Layer.identity.reach == 0)
    #expect(Layer.cat(.conv("a", 1, 3), .conv("b", 1, 7)).reach == 3)
    #expect(Layer.seq(.pixelShuffle(2), .pixelShuffle(2), .conv("a", 1, 5)).reach == 0.5)
  }

  @Test("rows: every step once, in running order, joins after their branches")
  func rows() throws {
    let rows = try Self.network.rows(for: Self.input)
    #expect(
      rows.map { "\($0.depth) \($0.path) \($0.kind)" } == [
        "0 head conv 3x3",
        "3 body.0.a conv 3x3", "3 body.0 relu", "3 body.0.b conv 5x5", "2 body.0 concat of 2",
        "2 body.0.c conv 1x1", "1 body.0 sum of 2",
        "3 body.1.a conv 3x3", "3 body.1 relu", "3 body.1.b conv 5x5", "2 body.1 concat of 2",
        "2 body.1.c conv 1x1", "1 body.1 sum of 2",
        "0 body cascade of 2",
        "0 up.0 conv 3x3", "0 up shuffle x2", "0 up.1 conv 3x3",
      ])
    #expect(rows[0].input == Self.input && rows[0].output == Shape(c: 8, h: 10, w: 7))
    #expect(rows[0].parameters == 8 * 3 * 9 + 8 && rows[0].macs == 8 * 3 * 9 * 70)
    let shuffle = try #require(rows.first { $0.kind == "shuffle x2" })
    #expect(shuffle.input == Shape(c: 12, h: 10, w: 7) && shuffle.output == Shape(c: 3, h: 20, w: 14))
    let cascade = try #require(rows.first { $0.kind == "cascade of 2" })
    #expect(cascade.output.c == 24 && cascade.macs == 0 && cascade.parameters == 0)
    #expect(try rows.last?.output == Self.network.shape(for: Self.input))
  }

  @Test("a network as text")
  func text() {
    let network = Layer.seq(
      .conv("head", 8, 3), .scope("body", .residual(.relu, .conv("a", 8, 1, bias: false))), .pixelShuffle(2))
    #expect(
      network.description == """
        sequence of 3
          conv 3x3 head -> 8
          scope body
            sum of 2
              sequence of 2
                relu
                conv 1x1 a -> 8, no bias
              identity
          shuffle x2
        """)
  }

  @Test("networks of the same layers are equal, of other names or numbers not")
  func equality() {
    #expect(Layer.conv("a", 8, 3) == .conv(Conv(name: "a", outputs: 8, kernel: 3)))
    #expect(
      Layer.conv("a", 8, 3) != .conv("b", 8, 3) && Layer.conv("a", 8, 3) != .conv("a", 8, 3, bias: false))
    #expect(Layer.cat(.relu, .identity) != .sum([.relu, .identity]))
    #expect(Set(Layer.blocks(3) { _ in .relu }).count == 3)
  }

  @Test("what cannot be joined, divided or centred traps")
  func traps() async {
    await #expect(processExitsWith: .failure) {
      _ = try? Layer.sum([.conv("a", 2, 1), .identity]).shape(for: Shape(c: 3, h: 1, w: 1))
    }
    await #expect(processExitsWith: .failure) {
      _ = try? Layer.cat(.pixelShuffle(2), .identity).shape(for: Shape(c: 4, h: 1, w: 1))
    }
    await #expect(processExitsWith: .failure) {
      _ = try? Layer.pixelShuffle(2).shape(for: Shape(c: 3, h: 1, w: 1))
    }
    await #expect(processExitsWith: .failure) { _ = Layer.conv("a", 1, 2) }
    await #expect(processExitsWith: .failure) {
      _ = try? Layer.concat([]).shape(for: Shape(c: 3, h: 1, w: 1))
    }
  }
}
