import MSRNLayers
import MSRNModels
import MSRNReference
import MSRNTensors
import MSRNTestSupport
import Testing

/// Every classification network beside PyTorch's logits.
@Suite struct FamilyTests {
  @Test("the reference gives PyTorch's logits", arguments: Zoo.networks.map(\.name))
  func logits(name: String) throws {
    let network = try Zoo.network(named: name)
    let weights = try FamilyGolden.weights(network), layer = network.layer()
    let shape = try #require(try FamilyGolden.shapes(network).first)
    let isQuick = try layer.macs(for: shape) < 200_000_000
    for picture in isQuick ? [0, 1] : [0] {
      let input = FamilyGolden.input(shape, picture: picture)
      let error = FamilyGolden.error(
        try reference(layer, weights: weights, input: input).values,
        try FamilyGolden.logits(network, shape, picture: picture))
      #expect(error < 1e-4, "picture \(picture)")
    }
  }

  @Test("the file has every network at its own size, and no other networks")
  func complete() throws {
    for network in Zoo.networks {
      #expect(try FamilyGolden.shapes(network).last == network.input, "\(network.name)")
    }
    #expect(try FamilyGolden.names == Set(Zoo.networks.map(\.name)))
  }
}
