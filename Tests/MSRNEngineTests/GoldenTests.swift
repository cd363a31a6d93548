import MSRNEngine
import MSRNModels
import MSRNReference
import MSRNTensors
import MSRNTestSupport
import Testing

/// PyTorch's results for seeded networks, from the file to the last pixel.
@Suite struct GoldenTests {
  /// Grey levels, of 255.
  static let tolerance: Float = 1e-3
  /// The same of Winograd with tiles of 6.
  static let fastTolerance: Float = 1e-2

  static func difference(_ a: Tensor, _ b: Tensor, range: Int) -> Float {
    guard a.shape == b.shape else { return .infinity }
    return zip(a.values, b.values).reduce(0) { max($0, abs($1.0 - $1.1)) } * 255 / Float(range)
  }

  @Test("the engine gives PyTorch's pixels on every instruction set", arguments: Golden.cases)
  func engine(name: String) throws {
    let weights = try Golden.weights(name), (input, output) = try Golden.vectors(name)
    let model = try Zoo.detect(weights)
    for set in InstructionSet.available {
      for precision in Precision.allCases {
        let program = try Program(
          network: model.network, inputs: 3, weights: weights,
          options: EngineOptions(threads: 2, instructionSet: set, precision: precision))
        let result = try program.run(input)
        let tolerance = [.exact, .precise].contains(precision) ? Self.tolerance : Self.fastTolerance
        #expect(
          Self.difference(result, output, range: model.inputRange) < tolerance, "\(set), \(precision)")
      }
    }
  }

  @Test("the reference gives PyTorch's pixels", arguments: Golden.cases)
  func reference(name: String) throws {
    let weights = try Golden.weights(name), (input, output) = try Golden.vectors(name)
    let model = try Zoo.detect(weights)
    let result = MSRNReference.reference(model.network, weights: weights, input: input)
    #expect(Self.difference(result, output, range: model.inputRange) < Self.tolerance)
  }
}
