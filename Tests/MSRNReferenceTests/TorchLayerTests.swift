import MSRNLayers
import MSRNReference
import MSRNTensors
import MSRNTestSupport
import Testing

/// Each kind of layer beside PyTorch's result, which `Tests/Golden/layers.py` made.
@Suite struct TorchLayerTests {
  /// The layers of `layers.py`, by case; of those with tensors the name is what stands before PyTorch's.
  static let layers: [String: Layer] = [
    "stride": .conv("stride", 5, 3, stride: 2),
    "grouped": .conv("grouped", 9, 3, padding: 0, groups: 3, bias: false),
    "dilated": .conv("dilated", 4, 3, dilation: 2),
    "wide": .conv(Conv(name: "wide", outputs: 4, window: Window(Extent(1, 7)), bias: false)),
    "tall": .conv(Conv(name: "tall", outputs: 4, window: Window(Extent(7, 1), stride: Extent(2, 1)))),
    "even": .conv("even", 3, 4, stride: 3, padding: 1),
    "deep": .conv("deep", 4, 3),
    "linear": .linear("linear.1", 5),
    "norm": .norm("norm", eps: 1e-3),
    "leaky": .activation(.leakyReLU(slope: 0.01)),
    "sigmoid": .sigmoid,
    "lrn": .localResponseNorm(LocalResponseNorm(size: 5, alpha: 0.5, k: 2)),
    "lrn-even": .localResponseNorm(LocalResponseNorm(size: 4, alpha: 0.5)),
    "max": .maxPool(3, stride: 2, padding: 1),
    "max-ceil": .maxPool(3, stride: 2, ceil: true),
    "max-ceil-beyond": .maxPool(2, stride: 2, padding: 1, ceil: true),
    "max-ceil-tiny": .maxPool(3, stride: 2, ceil: true),
    "average": .averagePool(3, stride: 2, padding: 1),
    "average-not-counted": .averagePool(3, stride: 2, padding: 1, countsPadding: false),
    "average-ceil": .averagePool(3, stride: 2, padding: 1, ceil: true),
    "average-ceil-not-counted": .averagePool(3, stride: 2, ceil: true, countsPadding: false),
    "adaptive": .adaptiveAverage(Extent(3, 2)),
    "adaptive-larger": .adaptiveAverage(6),
    "global": .globalAverage,
    "subsample": .seq(.subsample(2), .padChannels(before: 1, after: 2)),
    "hourglass": .hourglass(.maxPool(3, stride: 2, padding: 1)),
    "hourglass-line": .hourglass(.maxPool(3, stride: 2, padding: 1)),
  ]

  static let file = Result { try Weights.read(Golden.bytes("layers.safetensors")) }

  /// The file's tensors with a dot after the case, as layers name theirs.
  static func weights() throws -> Weights {
    var weights = Weights()
    for (name, tensor) in try file.get().tensors {
      weights.tensors[name.replacing("/", with: ".", maxReplacements: 1)] = tensor
    }
    return weights
  }

  @Test("a layer gives PyTorch's values", arguments: layers.keys.sorted())
  func values(name: String) throws {
    let weights = try Self.weights(), layer = try #require(Self.layers[name])
    let input = try #require(weights.tensors["\(name).input"])
    let output = try #require(weights.tensors["\(name).output"])
    let result = try reference(layer, weights: weights, input: input)
    try #require(result.shape == output.shape)
    #expect(try layer.shape(for: input.map) == output.map)
    let errors = zip(result.values, output.values).map { abs($0 - $1) / max(1, abs($1)) }
    #expect(errors.allSatisfy { $0 < 1e-5 }, "largest \(errors.max() ?? .nan)")
  }

  @Test("every case of the file is tested")
  func complete() throws {
    let cases = Set(try Self.file.get().tensors.keys.map { String($0.prefix { $0 != "/" }) })
    #expect(cases == Set(Self.layers.keys))
  }
}
