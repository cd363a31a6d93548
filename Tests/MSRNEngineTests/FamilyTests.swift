import MSRNEngine
import MSRNLayers
import MSRNModels
import MSRNTensors
import MSRNTestSupport
import Testing

/// Every classification network on the engine beside PyTorch's logits, at its own size.
@Suite(.serialized) struct FamilyTests {
  /// All but one: through the 1,202 layers of option C with random weights rounding errors grow, so that PyTorch's own single
  /// precision is 0.43 of the logits' deviation from its double precision.
  static let names = Zoo.networks.map(\.name).filter { $0 != "resnet1202_c" }

  @Test(
    "the engine gives PyTorch's logits to 1e-4 of their deviation in exact precision, to 1 % in fast",
    arguments: names)
  func logits(name: String) throws {
    let network = try Zoo.network(named: name)
    let weights = try FamilyGolden.weights(network), shape = network.input
    for (precision, bound) in [(Precision.exact, 1e-4), (.fast, 1e-2)] {
      let program = try Program(
        network: network.layer(), inputs: shape.c, size: Extent(shape.h, shape.w), weights: weights,
        options: EngineOptions(threads: 2, precision: precision))
      for picture in [0, 1] {
        let error = FamilyGolden.error(
          try program.run(FamilyGolden.input(shape, picture: picture)).values,
          try FamilyGolden.logits(network, shape, picture: picture))
        #expect(error < bound, "\(precision), picture \(picture)")
      }
    }
  }

  @Test(
    "every level of the machine gives the logits of small pictures", arguments: InstructionSet.available)
  func levels(set: InstructionSet) throws {
    for name in [
      "resnet20", "preresnet110", "densenet_bc100_k12", "resnext29_8x64d", "lenet5", "attention92_cifar",
    ] {
      let network = try Zoo.network(named: name)
      let shape = try #require(try FamilyGolden.shapes(network).first)
      let program = try Program(
        network: network.layer(), inputs: shape.c, weights: try FamilyGolden.weights(network),
        options: EngineOptions(threads: 2, instructionSet: set, precision: .exact))
      let error = FamilyGolden.error(
        try program.run(FamilyGolden.input(shape, picture: 0)).values,
        try FamilyGolden.logits(network, shape, picture: 0))
      #expect(error < 1e-4, "\(name)")
    }
  }
}
