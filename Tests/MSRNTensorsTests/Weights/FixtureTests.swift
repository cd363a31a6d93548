import Foundation
import MSRNTensors
import Testing

/// Files that PyTorch and safetensors wrote.
@Suite struct FixtureTests {
  static func bytes(_ name: String) throws -> [UInt8] {
    let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    return try [UInt8](Data(contentsOf: folder.appending(path: "Fixtures").appending(path: name)))
  }

  static let expected = [
    "conv.weight": Tensor(shape: [4, 3, 2, 2], values: (0..<48).map { (Float($0) - 20) / 4 }),
    "conv.bias": Tensor(shape: [4], values: [-0.25, 0, 1.5, 31.75]),
    "scalar": Tensor(shape: [], values: [2.5]),
  ]

  @Test(
    "the same tensors come out of every form",
    arguments: [
      "plain.safetensors", "half.safetensors", "bfloat16.safetensors", "double.safetensors",
      "half.pt", "bfloat16.pt", "double.pt", "half.legacy.pth", "bfloat16.legacy.pth", "double.legacy.pth",
      "views.pt", "views.legacy.pth", "ema.pt", "checkpoint.legacy.pth", "parallel.pt", "protocol4.pt",
      "zip64.pt",
    ])
  func same(name: String) throws {
    #expect(try Weights.read(Self.bytes(name)).tensors == Self.expected)
  }

  @Test("one storage may have two names")
  func tied() throws {
    var expected = Self.expected
    expected["tied"] = expected["conv.weight"]
    #expect(try Weights.read(Self.bytes("tied.pt")).tensors == expected)
  }

  @Test("text pairs are read")
  func metadata() throws {
    #expect(try Weights.read(Self.bytes("half.safetensors")).metadata == ["kind": "half"])
  }

  @Test(
    "what is more than tensors is refused by name",
    arguments: [
      ("module.pt", "torch.nn.modules.conv.Conv2d"), ("script.pt", "TorchScript"),
      ("deflated.pt", "compressed"),
    ])
  func refused(name: String, word: String) throws {
    let error = #expect(throws: WeightsError.self) { try Weights.read(Self.bytes(name)) }
    let text = "\(try #require(error))"
    #expect(text.contains(word) && text.hasPrefix("unsupported PyTorch file"))
  }

  @Test(
    "a file cut at any byte is an error",
    arguments: ["half.safetensors", "half.pt", "views.legacy.pth", "checkpoint.legacy.pth"])
  func truncated(name: String) throws {
    let data = try Self.bytes(name)
    for count in 0..<data.count {
      #expect(throws: WeightsError.self, "\(count)") { try Weights.read(Array(data[..<count])) }
    }
  }

  @Test(
    "any byte changed gives an error or weights",
    arguments: ["half.safetensors", "zip64.pt", "views.pt", "checkpoint.legacy.pth"])
  func changed(name: String) throws {
    let data = try Self.bytes(name)
    var errors = 0
    for place in data.indices {
      for value: UInt8 in [0, 1, 0x28, 0x2E, 0x7F, 0x80, 0xFF, data[place] ^ 1, data[place] ^ 0x80] {
        var bytes = data
        bytes[place] = value
        do throws(WeightsError) { _ = try Weights.read(bytes) } catch { errors += 1 }
      }
    }
    #expect(errors > data.count && errors < 9 * data.count)
  }
}
