import MSRNLayers
import MSRNModels
import MSRNReference
import MSRNTensors
import MSRNTestSupport
import Testing

/// Every classification network beside PyTorch's logits, which `Tests/Golden/family.py` made.
@Suite struct FamilyTests {
  static let file = Result { try Weights.read(Golden.bytes("family.safetensors")).tensors }

  /// The network's weights, from their names alone.
  static func weights(_ network: NamedNetwork) throws -> Weights {
    let gain = try #require(try file.get()["\(network.name)/gain"]?.values.first)
    var weights = Weights()
    for parameter in network.weights() {
      // The gain has one decimal digit or two, which single precision keeps.
      let gain = (Double(gain) * 100).rounded() / 100
      weights.tensors[parameter.name] = CounterWeights.tensor(parameter.name, parameter.shape, gain: gain)
    }
    return weights
  }

  /// The sizes of inputs that the file has of a network, the smallest first.
  static func shapes(_ network: NamedNetwork) throws -> [Shape] {
    let sizes = try file.get().keys.compactMap { key -> Shape? in
      let parts = key.split(separator: "/")
      guard parts[0] == network.name, parts.count == 3, parts[2] == "0" else { return nil }
      let sides = parts[1].split(separator: "x").compactMap { Int($0) }
      return sides.count == 2 ? Shape(c: network.input.c, h: sides[0], w: sides[1]) : nil
    }
    return sizes.sorted { $0.count < $1.count }
  }

  @Test("the reference gives PyTorch's logits", arguments: Zoo.networks.map(\.name))
  func logits(name: String) throws {
    let network = try Zoo.network(named: name)
    let weights = try Self.weights(network), layer = network.layer()
    let shape = try #require(try Self.shapes(network).first)
    let isQuick = try layer.macs(for: shape) < 200_000_000
    for picture in isQuick ? [0, 1] : [0] {
      let input = CounterWeights.tensor("input.\(picture)", [shape.c, shape.h, shape.w])
      let expected = try #require(try Self.file.get()["\(name)/\(shape.h)x\(shape.w)/\(picture)"]?.values)
      let result = try reference(layer, weights: weights, input: input).values
      try #require(result.count == expected.count)
      let mean = expected.reduce(0) { $0 + Double($1) } / Double(expected.count)
      let variance =
        expected.reduce(0) { $0 + (Double($1) - mean) * (Double($1) - mean) } / Double(expected.count)
      let error = zip(result, expected).map { abs(Double($0) - Double($1)) }.max() ?? .infinity
      #expect(error < 1e-4 * variance.squareRoot(), "picture \(picture): \(error / variance.squareRoot())")
    }
  }

  @Test("the file has every network at its own size, and no other networks")
  func complete() throws {
    for network in Zoo.networks { #expect(try Self.shapes(network).last == network.input, "\(network.name)") }
    let names = Set(try Self.file.get().keys.map { String($0.prefix { $0 != "/" }) })
    #expect(names == Set(Zoo.networks.map(\.name)))
  }
}
