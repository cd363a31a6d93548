import MSRNEngine
import MSRNKit
import MSRNTensors
import MSRNTestSupport
import Testing

@Suite struct ChopTests {
  private static func program() throws -> Program {
    let model = try Model.read(Golden.path("msrn-16x2-x2.safetensors"))
    return try Program(
      network: model.architecture.network, inputs: 3, weights: try model.weights,
      options: EngineOptions(threads: 2, precision: .exact))
  }

  private static func map(_ tensor: Tensor?) throws -> Tensor {
    let tensor = try #require(tensor)
    return Tensor(shape: Array(tensor.shape.dropFirst()), values: tensor.values)
  }

  private static func difference(_ a: Tensor, _ b: Tensor) -> Float {
    zip(a.values, b.values).reduce(a.shape == b.shape ? 0 : .infinity) { max($0, abs($1.0 - $1.1)) }
  }

  @Test(
    "quarters, and quarters of quarters, are PyTorch's", arguments: [("once", Chop.limit), ("deep", 600)])
  func golden(name: String, limit: Int) throws {
    let tensors = try Weights.read(Golden.bytes("chop.safetensors")).tensors
    let (input, expected) = (try Self.map(tensors["input"]), try Self.map(tensors[name]))
    let program = try Self.program()
    var shares: [Double] = []
    let result = try Chop.run(input, scale: 2, limit: limit) { part, share throws(EngineError) in
      shares.append(share.upperBound)
      return try program.run(part)
    }
    #expect(Self.difference(result, expected) < 1e-3)
    #expect(shares.count == (name == "once" ? 4 : 16) && shares.last == 1 && shares == shares.sorted())
    // The cuts are seen: it would not be the same picture otherwise.
    #expect(Self.difference(try program.run(input), expected) > 0.01)
  }

  @Test("sides too short for a margin are seen whole", arguments: [(1, 1), (3, 25), (19, 20), (40, 2)])
  func small(height: Int, width: Int) throws {
    let count = 3 * height * width
    let input = Tensor(
      shape: [3, height, width], values: (0..<count).map { Float($0 * 37 % 256) })
    var seen: [Shape] = []
    // A network that sees one pixel has no cuts.
    let result = try Chop.run(input, scale: 1) { part, _ throws(EngineError) in
      seen.append(part.map)
      return part
    }
    #expect(result == input)
    #expect(seen.allSatisfy { $0.h == min(height, height / 2 + 10) && $0.w == min(width, width / 2 + 10) })
  }

  @Test("an upscaler in quarters gives the quarters' pixels, with the ensemble too, where halves are equal")
  func upscaler() throws {
    let model = try Model.read(Golden.path("msrn-16x2-x2.safetensors"))
    let samples = (0..<48 * 40 * 3).map { UInt8(truncatingIfNeeded: $0 * $0 / 97 + $0 / 3) }
    let picture = Image(width: 48, height: 40, color: .rgb, samples: .eight(samples))
    var options = Upscaler.Options(threads: 2)
    let whole = try Upscaler(model: model, options: options)
    options.chops = true
    let chopping = try Upscaler(model: model, options: options)
    func part(_ x: Int, _ y: Int, _ width: Int, _ height: Int, of image: Image) -> [UInt8] {
      guard case .eight(let values) = image.samples else { return [] }
      var part: [UInt8] = []
      for row in y..<y + height {
        let start = (row * image.width + x) * 3
        part += values[start..<start + width * 3]
      }
      return part
    }
    for ensemble in [false, true] {
      let result = try chopping.upscale(picture, ensemble: ensemble)
      #expect(try result != whole.upscale(picture, ensemble: ensemble))
      let corner = Image(
        width: 34, height: 30, color: .rgb, samples: .eight(part(14, 10, 34, 30, of: picture)))
      let large = try whole.upscale(corner, ensemble: ensemble)
      #expect(part(48, 40, 48, 40, of: result) == part(20, 20, 48, 40, of: large))
    }
  }
}
