import MSRNLayers
import MSRNModels
import MSRNTensors
import MSRNTestSupport
import Testing

@Suite struct MSRNTests {
  /// Weights of the right names and shapes, all zero, the mean shift of a given size.
  static func weights(_ model: MSRN, mean: Float = 114) -> Weights {
    var weights = Weights()
    for parameter in model.network.weights(inputs: 3) {
      weights.tensors[parameter.name] = Tensor(shape: parameter.shape)
    }
    weights.tensors["sub_mean.bias"] = Tensor(shape: [3], repeating: -mean)
    return weights
  }

  @Test("the numbers are found again in the shapes", arguments: [2, 3, 4, 8])
  func roundTrip(scale: Int) throws {
    for (features, blocks) in [(64, 8), (32, 4), (24, 1), (1, 2), (17, 11)] {
      let model = MSRN(scale: scale, features: features, blocks: blocks)
      let found = try #require(try Zoo.detect(Self.weights(model)) as? MSRN)
      #expect(found.scale == scale && found.features == features && found.blocks == blocks)
      #expect(found.inputRange == 255 && found.meanShift && found.network == model.network)
    }
  }

  @Test(
    "parameters, multiply-accumulates per LR pixel and reach are the published ones",
    arguments: [
      (2, 5_930_331, 5.93, 35.5), (3, 6_114_971, 6.12, 35 + 1.0 / 3), (4, 6_078_043, 6.54, 35.75),
      (8, 6_225_755, 8.98, 35.875),
    ])
  func counts(scale: Int, parameters: Int, megamacs: Double, reach: Double) throws {
    let model = MSRN(scale: scale)
    #expect(model.parameters == parameters)
    let macs = try model.network.macs(for: Shape(c: 3, h: 48, w: 48))
    #expect(abs(Double(macs) / 48 / 48 / 1e6 - megamacs) < 0.01)
    #expect(abs(model.network.reach - reach) < 1e-9)
  }

  @Test("variants: told, by metadata, by the mean's size")
  func variants() throws {
    func read(_ weights: Weights, _ variant: Variant = .automatic) throws -> (Int, Bool) {
      let model = try #require(try Zoo.detect(weights, variant: variant) as? MSRN)
      #expect(!model.notes.isEmpty)
      return (model.inputRange, model.meanShift)
    }
    let byte = Self.weights(MSRN(features: 4, blocks: 1)),
      unit = Self.weights(MSRN(features: 4, blocks: 1), mean: 0.44)
    #expect(try read(byte) == (255, true))
    #expect(try read(unit) == (1, false))
    #expect(try read(unit, .rgb1) == (1, true))
    #expect(try read(byte, .superimage) == (1, false))
    #expect(try read(unit, .rgb255) == (255, true))
    var told = unit
    told.metadata = ["rgb_range": "1", "mean_shift": "applied"]
    #expect(try read(told) == (1, true))
    told.metadata = ["rgb_range": "7"]
    #expect(throws: ModelError.self) { try Zoo.detect(told) }
    let (a, b) = (try Golden.weights("msrn-16x2-x2-unit"), try Golden.weights("msrn-16x2-x2-superimage"))
    #expect(try read(a) == (1, true))
    #expect(try read(b) == (1, false))
  }

  @Test("missing, misshapen and unknown tensors are named with what was expected and found")
  func wrong() {
    let good = Self.weights(MSRN(features: 4, blocks: 2))
    var weights = good
    weights.tensors["body.1.conv_5_2.bias"] = nil
    #expect(throws: ModelError.missing(tensor: "body.1.conv_5_2.bias", expected: [8])) {
      try Zoo.detect(weights)
    }
    weights = good
    weights.tensors["tail.1.weight"] = Tensor(shape: [4, 4, 5, 5])
    #expect(
      throws: ModelError.misshapen(tensor: "tail.1.weight", expected: [4, 4, 3, 3], found: [4, 4, 5, 5])
    ) {
      try Zoo.detect(weights)
    }
    weights = good
    weights.tensors["body.2.conv_3_1.weight"] = Tensor(shape: [1])
    #expect(
      throws: ModelError.unknown(tensor: "body.2.conv_3_1.weight", network: "msrn (4 features, 2 blocks, x4)")
    ) {
      try Zoo.detect(weights)
    }
    #expect(throws: ModelError.self) {
      try Zoo.detect(Weights(tensors: ["conv1.weight": Tensor(shape: [1])]))
    }
    #expect(throws: ModelError.self) { try Zoo.detect(Weights()) }
  }

  @Test("the old one-channel network is refused by name")
  func luma() throws {
    var weights = Self.weights(MSRN(features: 4, blocks: 1))
    weights.tensors["head.0.weight"] = Tensor(shape: [4, 1, 3, 3])
    let error = #expect(throws: ModelError.self) { try Zoo.detect(weights) }
    #expect("\(try #require(error))".contains("one-channel MSRN"))
  }
}
