import MSRNTensors
import MSRNTestSupport
import Testing

@Suite struct SafetensorsWriteTests {
  static func weights(seed: UInt64) -> Weights {
    var random = SplitMix(seed: seed)
    var weights = Weights(metadata: ["scale": "4", "quote\"\\": "line\nfeed \u{1} é 😀"])
    for (name, shape) in [("b", [3, 2, 1]), ("a.weight", [7]), ("é\"", []), ("empty", [0, 5])] {
      let values = (0..<shape.reduce(1, *)).map { _ in random.unit() * 100 }
      weights.tensors[name] = Tensor(shape: shape, values: values)
    }
    return weights
  }

  @Test("what is written is read again, to the last bit", arguments: [1, 2, 3])
  func roundTrip(seed: UInt64) throws {
    let weights = Self.weights(seed: seed)
    #expect(try Weights.read(weights.safetensors()) == weights)
  }

  @Test("halves are the nearest")
  func halves() throws {
    let weights = Self.weights(seed: 4)
    let read = try Weights.read(weights.safetensors(.float16))
    #expect(read.metadata == weights.metadata && read.manifest == weights.manifest)
    for (name, tensor) in weights.tensors {
      let values = try #require(read.tensors[name]).values
      for (half, value) in zip(values, tensor.values) {
        #expect(abs(half - value) <= value.magnitude * 0x1p-11)
      }
    }
    #expect(try read.safetensors(.float16) == weights.safetensors(.float16))
  }

  @Test("ties go to the even half, subnormals are kept, and beyond the largest is an error")
  func rounding() throws {
    let cases: [(Float, Float)] = [
      (1 + 0x1p-11, 1), (1 + 3 * 0x1p-11, 1 + 0x1p-9), (0x1p-24, 0x1p-24), (0x1p-25, 0), (-0x1p-30, -0.0),
      (0x1.8p-24, 0x1p-23), (65504, 65504), (65519.996, 65504), (0x1.ff8p-15, 0x1.ff8p-15),
      (0x1.fffp-15, 0x1p-14),
      (2047.5, 2048), (-3.0009766, -3),
    ]
    for (value, expected) in cases {
      let weights = Weights(tensors: ["t": Tensor(shape: [1], values: [value])])
      let half = try #require(Weights.read(weights.safetensors(.float16)).tensors["t"]).values[0]
      #expect(half.bitPattern == expected.bitPattern, "\(value)")
    }
    for value: Float in [65520, -1e30, .infinity, .nan] {
      let weights = Weights(tensors: ["t": Tensor(shape: [1], values: [value])])
      #expect(throws: WeightsError.notFinite(tensor: "t")) { try weights.safetensors(.float16) }
    }
    let infinite = Weights(tensors: ["t": Tensor(shape: [1], values: [-.infinity])])
    #expect(throws: WeightsError.notFinite(tensor: "t")) { try infinite.safetensors() }
  }

  @Test("every half is widened and narrowed to itself")
  func everyHalf() throws {
    // All bit patterns but infinities and what is no number.
    let patterns = (0...UInt16.max).filter { $0 & 0x7C00 != 0x7C00 }
    let data = patterns.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8($0 >> 8)] }
    let header =
      #"{"h":{"dtype":"F16","shape":[\#(patterns.count)],"data_offsets":[0,\#(data.count)]}}"#
    let weights = try Weights.read(SafetensorsTests.file(header, data))
    #expect(try Array(weights.safetensors(.float16).suffix(data.count)) == data)
  }

  @Test("the header is padded, so that tensors are aligned")
  func alignment() throws {
    let file = try Self.weights(seed: 5).safetensors()
    let length = file[..<8].reversed().reduce(0) { $0 << 8 | Int($1) }
    #expect(length % 8 == 0 && length > 0)
  }
}
