import MSRNEngine
import MSRNLayers
import MSRNTensors
import MSRNTestSupport
import Testing

@Suite struct PackedConvolutionTests {
  @Test("any number of workers packs the same")
  func workers() throws {
    let algorithms: [Algorithm] = [.direct, .winograd(tile: 6), .winograd(tile: 4, near: true)]
    for (inputs, outputs, groups) in [(40, 200, 1), (128, 128, 8), (16, 64, 1), (32, 32, 4)] {
      let taps = inputs / groups * 9
      let conv = Convolution(
        name: "c", inputs: inputs, outputs: outputs, window: Window(Extent(3, 3)), groups: groups,
        weights: CounterWeights.tensor("c.weight", [outputs, taps]).values,
        bias: CounterWeights.tensor("c.bias", [outputs]).values)
      let input = Placement.Place(buffer: 0, block: 0, segments: [inputs])
      let output = Placement.Place(buffer: 1, block: 0, segments: [outputs])
      for set in InstructionSet.available {
        let kernels = try #require(KernelTable(set))
        for algorithm in algorithms where groups == 1 || algorithm == .direct {
          func packed(_ threads: Int) -> [Float] {
            let packed = PackedConvolution(
              conv, input: input, output: output, kernels: kernels, algorithm: algorithm,
              workers: Workers(count: threads))
            guard case .single(let weights) = packed.weights else { return [] }
            return weights.contents
          }
          let one = packed(1)
          #expect(one.contains { $0 != 0 } && packed(3) == one, "\(set), \(algorithm), \(groups) groups")
        }
      }
    }
  }
}
