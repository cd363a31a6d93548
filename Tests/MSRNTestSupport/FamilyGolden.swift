import Foundation
import MSRNLayers
public import MSRNModels
public import MSRNTensors

/// PyTorch's logits of every classification network, which `Tests/Golden/family.py` made.
public enum FamilyGolden {
  private static let file = Result { try Weights.read(Golden.bytes("family.safetensors")).tensors }

  /// The network's weights, from their names alone.
  public static func weights(_ network: NamedNetwork) throws -> Weights {
    guard let gain = try file.get()["\(network.name)/gain"]?.values.first else {
      throw CocoaError(.featureUnsupported)
    }
    var weights = Weights()
    for parameter in network.weights() {
      // The gain has one decimal digit or two, which single precision keeps.
      let gain = (Double(gain) * 100).rounded() / 100
      weights.tensors[parameter.name] = CounterWeights.tensor(parameter.name, parameter.shape, gain: gain)
    }
    return weights
  }

  /// The sizes of inputs that the file has of a network, the smallest first.
  public static func shapes(_ network: NamedNetwork) throws -> [Shape] {
    let sizes = try file.get().keys.compactMap { key -> Shape? in
      let parts = key.split(separator: "/")
      guard parts[0] == network.name, parts.count == 3, parts[2] == "0" else { return nil }
      let sides = parts[1].split(separator: "x").compactMap { Int($0) }
      return sides.count == 2 ? Shape(c: network.input.c, h: sides[0], w: sides[1]) : nil
    }
    return sizes.sorted { $0.count < $1.count }
  }

  /// The logits of picture 0 or 1 at one of those sizes.
  public static func logits(_ network: NamedNetwork, _ shape: Shape, picture: Int) throws -> [Float] {
    try file.get()["\(network.name)/\(shape.h)x\(shape.w)/\(picture)"]?.values ?? []
  }

  /// Picture 0 or 1 of a shape.
  public static func input(_ shape: Shape, picture: Int) -> Tensor {
    CounterWeights.tensor("input.\(picture)", [shape.c, shape.h, shape.w])
  }

  /// The names of all networks in the file.
  public static var names: Set<String> {
    get throws { Set(try file.get().keys.map { String($0.prefix { $0 != "/" }) }) }
  }

  /// The largest difference between results and expected logits, over the standard deviation of those.
  public static func error(_ result: [Float], _ expected: [Float]) -> Double {
    guard result.count == expected.count, !expected.isEmpty else { return .infinity }
    let mean = expected.reduce(0) { $0 + Double($1) } / Double(expected.count)
    let squares = expected.reduce(0) { $0 + (Double($1) - mean) * (Double($1) - mean) }
    let largest = zip(result, expected).reduce(0) { max($0, abs(Double($1.0) - Double($1.1))) }
    return largest / (squares / Double(expected.count)).squareRoot()
  }
}
