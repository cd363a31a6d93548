import MSRNTensors
import MSRNTestSupport
import Testing

@Suite struct TorchFileTests {
  static let files = ["msrn-16x2-x2.pt", "msrn-16x2-x2.legacy.pth"]

  @Test("both of PyTorch's forms hold the tensors of the safetensors file", arguments: files)
  func equal(name: String) throws {
    let expected = try Golden.weights("msrn-16x2-x2")
    #expect(try Weights.read(Golden.bytes(name)).tensors == expected.tensors)
  }

  @Test("a file cut anywhere is an error", arguments: files)
  func truncated(name: String) throws {
    let data = try Golden.bytes(name)
    // Every byte of the pickles and of the archive's ends, some of the numbers.
    let cuts =
      Array(0..<2000) + stride(from: 2000, to: data.count - 2000, by: 977)
      + Array(data.count - 2000..<data.count)
    for count in cuts {
      #expect(throws: WeightsError.self, "\(count)") { try Weights.read(Array(data[..<count])) }
    }
  }

  @Test("changed bytes give an error or weights, never a trap", arguments: files)
  func mutated(name: String) throws {
    let data = try Golden.bytes(name)
    var random = SplitMix(seed: 7)
    var errors = 0
    let hot = Array(0..<9000) + Array(data.count - 9000..<data.count)
    for _ in 0..<1500 {
      var bytes = data
      for _ in 0..<1 + Int(random.next() % 3) {
        bytes[hot[Int(random.next() % UInt64(hot.count))]] = UInt8(truncatingIfNeeded: random.next())
      }
      do throws(WeightsError) { _ = try Weights.read(bytes) } catch { errors += 1 }
    }
    #expect(errors > 100)
  }

  /// A legacy file whose third pickle is `code`: what an attacker controls.
  static func legacy(_ code: [UInt8]) -> [UInt8] {
    let start: [UInt8] = [
      0x80, 2, 0x8A, 10, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19, 0x2E,
    ]
    return start + [0x80, 2, 0x4D, 0xE9, 3, 0x2E] + [0x80, 2, 0x7D, 0x2E] + code
  }

  @Test("a name that is no tensor's is refused, and said")
  func globals() throws {
    for (module, name) in [
      ("os", "system"), ("builtins", "eval"), ("torch.nn.modules.conv", "Conv2d"), ("numpy.core", "x"),
    ] {
      let code = Array("c\(module)\n\(name)\n(S'true'\ntR.".utf8)
      let error = #expect(throws: WeightsError.self) { try Weights.read(Self.legacy(code)) }
      #expect("\(try #require(error))".contains("\(module).\(name)"))
    }
  }

  @Test("hostile pickles end in an error")
  func hostile() {
    let pickles: [String: [UInt8]] = [
      "marks without end": [UInt8](repeating: 0x28, count: 100_000),
      "tuples in tuples": [0x29] + [UInt8](repeating: 0x85, count: 100_000) + [0x2E],
      "lists in lists": [UInt8](repeating: 0x5D, count: 50_000) + [UInt8](repeating: 0x61, count: 49_999)
        + [0x2E],
      "a text of 2 GiB": [0x58, 0xFF, 0xFF, 0xFF, 0x7F, 0x41],
      "a text of 16 EiB": [0x8D, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF],
      "an empty memo": [0x68, 9, 0x2E], "a call of nothing": [0x52, 0x2E],
      "a tuple of nothing": [0x85, 0x2E],
      "items of nothing": [0x75, 0x2E], "a storage of nothing": [0x51, 0x2E],
      "a name of nothing": [0x93, 0x2E],
      "nothing": [0x2E], "an instance": [0x69, 0x2E],
      "a list that holds itself": [0x5D, 0x71, 0, 0x68, 0, 0x61, 0x2E],
    ]
    for (name, code) in pickles {
      #expect(throws: WeightsError.self, "\(name)") { try Weights.read(Self.legacy(code)) }
    }
  }

  @Test("a tensor that reaches past its numbers, or repeats one without end, is refused")
  func views() throws {
    /// A state dict of one tensor "a" over a storage of four numbers.
    func file(offset: UInt8, shape: [UInt8], strides: [UInt8]) -> [UInt8] {
      func tuple(_ items: [UInt8]) -> [UInt8] { [0x28] + items.flatMap { [0x4B, $0] } + [0x74] }
      let storage = Array(
        "(X\u{7}\0\0\0storagectorch\nFloatStorage\nX\u{1}\0\0\00X\u{3}\0\0\0cpuK\u{4}NtQ".utf8)
      let rebuild = Array("ctorch._utils\n_rebuild_tensor_v2\n".utf8)
      let tensor =
        rebuild + [0x28] + storage + [0x4B, offset] + tuple(shape) + tuple(strides) + [
          0x89, 0x4E, 0x74, 0x52,
        ]
      let dictionary = Array("}X\u{1}\0\0\0a".utf8) + tensor + Array("s.".utf8)
      let keys = Array("]X\u{1}\0\0\00a.".utf8)
      let numbers: [UInt8] =
        [4, 0, 0, 0, 0, 0, 0, 0]
        + (0..<4).flatMap { [0, 0, [0, 0x80, 0, 0x40][$0], [0, 0x3F, 0x40, 0x40][$0]] as [UInt8] }
      return Self.legacy(dictionary + keys + numbers)
    }
    let whole = try Weights.read(file(offset: 0, shape: [2, 2], strides: [2, 1]))
    #expect(whole.tensors["a"]?.values == [0, 1, 2, 3])
    let turned = try Weights.read(file(offset: 0, shape: [2, 2], strides: [1, 2]))
    #expect(turned.tensors["a"] == Tensor(shape: [2, 2], values: [0, 2, 1, 3]))
    for (offset, shape, strides) in [
      (1, [2, 2], [2, 1]), (0, [5], [1]), (0, [2], [4]), (0, [255, 255], [0, 0]),
    ] as [(UInt8, [UInt8], [UInt8])] {
      #expect(throws: WeightsError.self) {
        try Weights.read(file(offset: offset, shape: shape, strides: strides))
      }
    }
  }

  @Test("files of no known kind are refused by what they start with")
  func unknown() {
    #expect(throws: WeightsError.unknownFormat(description: "it is empty")) { try Weights.read([]) }
    #expect(throws: WeightsError.unknownFormat(description: "it starts 89 50 4e 47")) {
      try Weights.read([0x89, 0x50, 0x4E, 0x47, 0, 0, 0, 0, 0, 0, 0])
    }
  }
}
