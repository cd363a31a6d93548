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
  /// The same of Winograd with tiles of 6 and 8.
  static let fastTolerance: Float = 1e-2
  /// The same of fp16 on matrix tiles, and of bf16: these networks' weights are random.
  static let halfTolerance: Float = 0.5
  static let bf16Tolerance: Float = 4

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
        #expect(
          Self.difference(result, output, range: model.inputRange) < Self.tolerance(of: program),
          "\(set), \(precision)")
      }
    }
  }

  static func tolerance(of program: Program) -> Float {
    switch program.precision {
    case .exact, .precise: tolerance
    case .fast, .auto: fastTolerance
    case .half: program.placement.tiles == .bf16 ? bf16Tolerance : halfTolerance
    }
  }

  @Test(
    "and on emulated matrix tiles",
    arguments: ["msrn-16x2-x4-line", "msrn-16x2-x4-tiny"])
  func tiles(name: String) throws {
    let weights = try Golden.weights(name), (input, output) = try Golden.vectors(name)
    let model = try Zoo.detect(weights)
    for (tiles, precision) in [
      (ProgramTilesTests.emulated, Precision.half), (ProgramTilesTests.emulated, .precise),
      (ProgramTilesTests.onlyBF16, .half),
    ] {
      var options = EngineOptions(threads: 2, precision: precision)
      options.tiles = tiles
      let program = try Program(network: model.network, inputs: 3, weights: weights, options: options)
      let difference = Self.difference(
        try program.runOnce(input, memory: nil) { _ in true }, output, range: model.inputRange)
      #expect(difference < Self.tolerance(of: program), "\(precision), \(program.placement.tiles as Any)")
    }
  }

  @Test("the reference gives PyTorch's pixels", arguments: Golden.cases)
  func reference(name: String) throws {
    let weights = try Golden.weights(name), (input, output) = try Golden.vectors(name)
    let model = try Zoo.detect(weights)
    let result = try MSRNReference.reference(model.network, weights: weights, input: input)
    #expect(Self.difference(result, output, range: model.inputRange) < Self.tolerance)
  }
}
