import MSRNTensors
import MSRNTestSupport
import Testing

/// Pickles made by hand, in the older of PyTorch's files.
@Suite struct PickleTests {
  /// A whole number in eight bytes.
  static func long(_ value: Int) -> [UInt8] {
    [0x8A, 8] + (0..<8).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
  }

  static func text(_ text: String) -> [UInt8] {
    [0x8C, UInt8(text.utf8.count)] + text.utf8
  }

  static func tuple(_ values: [Int]) -> [UInt8] { [0x28] + values.flatMap(long) + [0x74] }

  /// A tensor that views a storage "0" of so many floats.
  static func tensor(_ stored: Int, offset: Int, shape: [Int], strides: [Int]) -> [UInt8] {
    var code = Array("ctorch._utils\n_rebuild_tensor_v2\n((".utf8) + text("storage")
    code +=
      Array("ctorch\nFloatStorage\n".utf8) + text("0") + text("cpu") + long(stored) + [0x4E, 0x74, 0x51]
    code += long(offset) + tuple(shape) + tuple(strides)
    return code + [0x89, 0x4E, 0x74, 0x52]
  }

  /// A file of one dictionary and the storage "0", which counts from zero.
  static func file(_ entries: [UInt8], stored: Int) -> [UInt8] {
    let numbers = (0..<stored).flatMap { index in
      (0..<4).map { UInt8(truncatingIfNeeded: Float(index).bitPattern >> (8 * $0)) }
    }
    let size = (0..<8).map { UInt8(truncatingIfNeeded: stored >> (8 * $0)) }
    var code: [UInt8] = [0x80, 2, 0x7D] + entries
    code += [0x2E, 0x80, 2, 0x5D] + text("0") + [0x61, 0x2E]
    return TorchFileTests.legacy(code + size + numbers)
  }

  static func one(_ tensor: [UInt8], stored: Int) -> [UInt8] {
    file(text("t") + tensor + [0x73], stored: stored)
  }

  @Test("a view has the values that its strides say")
  func views() throws {
    func read(_ offset: Int, _ shape: [Int], _ strides: [Int]) throws -> [Float] {
      let file = Self.one(Self.tensor(24, offset: offset, shape: shape, strides: strides), stored: 24)
      let tensor = try #require(Weights.read(file).tensors["t"])
      #expect(tensor.shape == shape)
      return tensor.values
    }
    #expect(try read(0, [24], [1]) == (0..<24).map(Float.init))
    #expect(try read(23, [], []) == [23])
    #expect(try read(1, [2, 3], [12, 4]) == [1, 5, 9, 13, 17, 21])
    let turned: [Float] = [0, 6, 12, 18, 2, 8, 14, 20, 4, 10, 16, 22]
    #expect(try read(0, [2, 3, 4], [1, 2, 6]) == turned + turned.map { $0 + 1 })
    #expect(try read(3, [1, 2, 1], [.max, 1, -5]) == [3, 4])
    #expect(try read(24, [0, 1 << 40, 1 << 40], [1, 1, 1]) == [])
  }

  @Test(
    "a view that its storage cannot give is refused",
    arguments: [
      (0, [25], [1]), (1, [24], [1]), (-1, [1], [1]), (0, [2], [24]), (0, [2], [-1]), (.max, [2], [1]),
      (.max, [], []), (0, [2, 2], [.max, .max]), (0, [1 << 32, 1 << 32], [0, 0]), (0, [-1, -4], [1, 1]),
      (0, [.max, 2], [0, 0]), (0, [1000], [0]), (24, [1], [1]), (0, [2], [1, 1]), (.min, [3], [1]),
    ] as [(Int, [Int], [Int])])
  func outside(offset: Int, shape: [Int], strides: [Int]) {
    let file = Self.one(Self.tensor(24, offset: offset, shape: shape, strides: strides), stored: 24)
    #expect(throws: WeightsError.self) { try Weights.read(file) }
  }

  @Test("one storage under many names does not fill the memory")
  func amplified() throws {
    func names(_ count: Int) -> [UInt8] {
      let tensor = Self.tensor(10_000, offset: 0, shape: [10_000], strides: [1])
      let first = Self.text("0") + tensor + [0x71, 9, 0x73]
      return Self.file(
        first + (1..<count).flatMap { Self.text("\($0)") + [0x68, 9, 0x73] }, stored: 10_000)
    }
    #expect(try Weights.read(names(3)).tensors.count == 3)
    let error = #expect(throws: WeightsError.self) { try Weights.read(names(5000)) }
    #expect("\(try #require(error))".contains("larger than the file"))
  }

  @Test("a storage that is said to be longer than the file is refused")
  func storage() {
    let whole = Self.one(Self.tensor(24, offset: 0, shape: [24], strides: [1]), stored: 24)
    let end = whole.count - 24 * 4 - 8
    for count in [25, 1 << 40, Int.max, -1] {
      var file = whole
      for index in 0..<8 { file[end + index] = UInt8(truncatingIfNeeded: count >> (8 * index)) }
      #expect(throws: WeightsError.self, "\(count)") { try Weights.read(file) }
    }
  }

  @Test("a value that is not finite is refused with its tensor's name")
  func notFinite() {
    var file = Self.one(Self.tensor(4, offset: 0, shape: [4], strides: [1]), stored: 4)
    file.replaceSubrange((file.count - 4)..., with: [0, 0, 0xC0, 0x7F])
    #expect(throws: WeightsError.notFinite(tensor: "t")) { try Weights.read(file) }
  }

  @Test("containers that hold each other, memo and stack without end, come to an end")
  func chains() throws {
    // Each list holds the last twice: n objects, 2^n paths.
    var doubled: [UInt8] = [0x5D, 0x71, 0]
    for _ in 0..<200 { doubled += [0x5D, 0x68, 0, 0x61, 0x68, 0, 0x61, 0x71, 0] }
    // Lists in tuples in lists.
    var nested: [UInt8] = [0x5D, 0x71, 0]
    for _ in 0..<50_000 { nested += [0x5D, 0x28, 0x68, 0, 0x74, 0x61, 0x71, 0, 0x30] }
    var memo: [UInt8] = [0x4E]
    for index in 0..<50_000 { memo += [0x72, UInt8(index & 255), UInt8(index >> 8), 0xFF, 0xFF] }
    let wide = [0x28] + [UInt8](repeating: 0x4E, count: 1_000_000) + [0x74]
    for code in [doubled, nested + [0x68, 0], memo, wide] {
      // Read to its end: what fails is the list of storages that should follow.
      let error = #expect(throws: WeightsError.self) {
        try Weights.read(TorchFileTests.legacy(code + [0x2E]))
      }
      #expect("\(try #require(error))".contains("at byte \(TorchFileTests.legacy(code).count + 1)"))
    }
  }

  @Test("random operations give an error or weights, never a trap")
  func random() {
    let operations: [UInt8] = [
      0x80, 0x95, 0x2E, 0x28, 0x30, 0x4E, 0x88, 0x4B, 0x4D, 0x4A, 0x8A, 0x47, 0x58, 0x8C, 0x29, 0x74, 0x85,
      0x86, 0x87, 0x5D, 0x6C, 0x7D, 0x61, 0x65, 0x73, 0x75, 0x71, 0x72, 0x94, 0x68, 0x6A, 0x63, 0x93, 0x52,
      0x62, 0x51,
    ]
    var random = SplitMix(seed: 11)
    var errors = 0
    for _ in 0..<20_000 {
      let code = (0..<40).flatMap { _ -> [UInt8] in
        let operation = operations[Int(random.next() % UInt64(operations.count))]
        return random.next() % 3 == 0 ? [operation, UInt8(random.next() % 4)] : [operation]
      }
      do throws(WeightsError) { _ = try Weights.read(TorchFileTests.legacy(code)) } catch { errors += 1 }
    }
    #expect(errors == 20_000)
  }
}
