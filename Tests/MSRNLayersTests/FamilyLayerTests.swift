import MSRNLayers
import MSRNTensors
import Testing

/// The layers that classification networks need beyond those of super-resolution.
@Suite struct FamilyLayerTests {
  /// Every kind once: two stages, a gate in an hourglass, a matrix.
  static let network = Layer.seq(
    .conv("conv1", 8, 7, stride: 2, bias: false), .norm("bn1"), .relu,
    .maxPool(3, stride: 2, padding: 1),
    .scope(
      "gate",
      .product([
        .identity,
        .seq(
          .hourglass(.seq(.averagePool(3, stride: 2, padding: 1), .conv("0", 8, 3, groups: 4))), .sigmoid,
          .affine(scale: 1, shift: 1)),
      ])),
    .sum([.conv("proj", 12, 3, stride: 2), .seq(.subsample(2), .padChannels(before: 1, after: 3))]),
    .activation(.leakyReLU(slope: 0.1)), .localResponseNorm(LocalResponseNorm(size: 5)),
    .adaptiveAverage(2), .linear("fc", 10))

  static let input = Shape(c: 3, h: 33, w: 40)

  @Test("rows: shapes, names, parameters, receptive field")
  func rows() throws {
    let rows = try Self.network.rows(for: Self.input)
    #expect(
      rows.map { "\($0.depth) \($0.path) \($0.kind) -> \($0.output)" } == [
        "0 conv1 conv 7x7 /2 -> 8x17x20", "0 bn1 batch norm -> 8x17x20", "0  relu -> 8x17x20",
        "0  max pool 3x3 /2 pad 1 -> 8x9x10",
        "2 gate average pool 3x3 /2 pad 1 -> 8x5x5", "2 gate.0 conv 3x3, 4 groups -> 8x5x5",
        "1 gate hourglass -> 8x9x10", "1 gate sigmoid -> 8x9x10", "1 gate x 1.0 + 1.0 -> 8x9x10",
        "0 gate product of 2 -> 8x9x10",
        "1 proj conv 3x3 /2 -> 12x5x5", "1  max pool 1x1 /2 -> 8x5x5", "1  zero channels 1+3 -> 12x5x5",
        "0  sum of 2 -> 12x5x5", "0  leaky relu 0.1 -> 12x5x5", "0  lrn 5 -> 12x5x5",
        "0  average to 2x2 -> 12x2x2", "0 fc linear -> 10x1x1",
      ])
    #expect(
      rows.map(\.parameters) == [8 * 3 * 49, 16, 0, 0, 0, 8 * 2 * 9 + 8, 0, 0, 0, 0, 12 * 8 * 9 + 12]
        + [0, 0, 0, 0, 0, 0, 480 + 10])
    #expect(
      rows.filter { $0.macs > 0 }.map(\.macs) == [
        8 * 3 * 49 * 340, 8 * 2 * 9 * 25, 12 * 8 * 9 * 25, 480,
      ])
    #expect(try Self.network.activations(for: Self.input) == 8 * 340 + 8 * 25 + 12 * 25 + 10)
    // 7, 7, 7, 7 + 2·2; in the gate 11 + 2·4, then a pixel of 8 on each side for the convolution, and for the hourglass.
    #expect(
      rows.map(\.receptiveField).prefix(10) == [7, 7, 7, 11, 19, 35, 51, 51, 51, 51])
    #expect(rows.last?.receptiveField == .infinity && Self.network.reach == .infinity)
  }

  @Test("tensors by PyTorch's names; statistics are no parameters")
  func weights() throws {
    let weights = try Self.network.weights(for: Self.input)
    #expect(
      weights.map { "\($0.name) \($0.shape)\($0.isTrained ? "" : " collected")" } == [
        "conv1.weight [8, 3, 7, 7]", "bn1.weight [8]", "bn1.bias [8]", "bn1.running_mean [8] collected",
        "bn1.running_var [8] collected", "gate.0.weight [8, 2, 3, 3]", "gate.0.bias [8]",
        "proj.weight [12, 8, 3, 3]", "proj.bias [12]", "fc.weight [10, 48]", "fc.bias [10]",
      ])
    #expect(Self.network.parameters(inputs: 3) == weights.filter(\.isTrained).reduce(0) { $0 + $1.count })
  }

  @Test("rectangular kernels, groups and dilation cost what they read")
  func cost() throws {
    let rectangle = Layer.conv(Conv(name: "a", outputs: 6, window: Window(Extent(1, 7))))
    #expect(try rectangle.macs(for: Shape(c: 4, h: 5, w: 9)) == 6 * 4 * 7 * 45)
    #expect(rectangle.kind == "conv 1x7" && rectangle.reach == 3)
    let dilated = Layer.conv("a", 8, 3, dilation: 2, groups: 2, bias: false)
    #expect(try dilated.macs(for: Shape(c: 4, h: 5, w: 9)) == 8 * 2 * 9 * 45)
    #expect(dilated.kind == "conv 3x3 dilated 2, 2 groups" && dilated.reach == 2)
    #expect(Layer.conv("a", 8, 3, padding: 0).kind == "conv 3x3 pad 0")
  }

  @Test("receptive fields of the literature: VGG-16's and AlexNet's convolutions")
  func receptiveFields() throws {
    let vgg = Layer.sequence(
      [2, 2, 3, 3, 3].enumerated().flatMap { stage, count in
        (0..<count).map { .conv("\(stage).\($0)", 8, 3) } + [Layer.maxPool(2, stride: 2)]
      })
    #expect(2 * vgg.reach + 1 == 212)
    let alex = Layer.seq(
      .conv("0", 8, 11, stride: 4, padding: 2), .maxPool(3, stride: 2), .conv("1", 8, 5),
      .maxPool(3, stride: 2), .conv("2", 8, 3), .conv("3", 8, 3), .conv("4", 8, 3), .maxPool(3, stride: 2))
    #expect(2 * alex.reach + 1 == 195)
  }

  @Test("a map that is too small for a window is an error that names the layer and the sizes")
  func tooSmall() throws {
    let network = Layer.scope("a", .seq(.maxPool(2, stride: 2), .conv("b", 4, 5, padding: 0)))
    let small = Shape(c: 1, h: 12, w: 9)
    let expected = LayerError.tooSmall(
      layer: "conv 5x5 pad 0 a.b", input: Shape(c: 1, h: 6, w: 4), window: 5)
    #expect(throws: expected) { try network.shape(for: small) }
    #expect(throws: expected) { try network.rows(for: small) }
    #expect(
      expected.description
        == "the picture is too small: conv 5x5 pad 0 a.b reads 5x5 pixels of a map of 6x4")
    #expect(try network.shape(for: Shape(c: 1, h: 12, w: 10)) == Shape(c: 4, h: 2, w: 1))
  }

  @Test("a network that needs a size is not asked for its weights without one")
  func traps() async {
    await #expect(processExitsWith: .failure) { _ = Layer.conv("a", 1, 3, padding: 0).weights(inputs: 1) }
    await #expect(processExitsWith: .failure) {
      _ = try? Layer.product([.conv("a", 2, 1), .identity]).shape(for: Shape(c: 3, h: 1, w: 1))
    }
    await #expect(processExitsWith: .failure) {
      _ = try? Layer.conv("a", 4, 3, groups: 2).shape(for: Shape(c: 3, h: 1, w: 1))
    }
  }

  @Test("a network as text")
  func text() {
    let network = Layer.seq(
      .hourglass(.averagePool(2, stride: 2, ceil: true)), .product([.identity, .sigmoid]), .globalAverage,
      .linear("fc", 5, bias: false), .norm("bn"))
    #expect(
      network.description == """
        sequence of 5
          hourglass
            average pool 2x2 /2 ceil
          product of 2
            identity
            sigmoid
          global average
          linear fc -> 5, no bias
          batch norm bn
        """)
  }
}
