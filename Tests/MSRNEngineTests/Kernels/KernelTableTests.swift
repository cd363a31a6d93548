import MSRNEngine
import MSRNLayers
import MSRNTestSupport
import Testing

/// Each kernel on each instruction set against the formula of its docstring, over small shapes taken completely.
@Suite struct KernelTableTests {
  /// A map in memory of its own, whose every float outside the map's pixels is a canary.
  struct Field {
    static let canary: Float = 1_234_567
    let map: Plan.Map
    let place: Placement.Place
    let memory: Storage<Float>

    init(channels: Int, height: Int, width: Int, border: Int, fill: (Int, Int, Int) -> Float) {
      let place = Placement.Place(buffer: 0, block: 0, segments: [channels])
      let map = Plan.Map(blocks: place.blocks, height: height, width: width, border: border, life: 0...0)
      var values = [Float](repeating: Self.canary, count: map.count)
      for b in 0..<map.blocks {
        for y in -border..<height + border {
          for x in -border..<width + border {
            for c in 0..<16 {
              let inside = (0..<height).contains(y) && (0..<width).contains(x) && b * 16 + c < channels
              values[Self.index(map, b * 16 + c, y, x)] = inside ? fill(b * 16 + c, y, x) : 0
            }
          }
        }
      }
      (self.map, self.place, memory) = (map, place, Storage(values))
    }

    static func index(_ map: Plan.Map, _ c: Int, _ y: Int, _ x: Int) -> Int {
      map.origin + y * map.rowStride + c / 16 * map.blockStride + x * 16 + c % 16
    }
    var view: KernelTable.View { .init(memory, map, place) }
    var values: [Float] { memory.contents }
    func at(_ c: Int, _ y: Int, _ x: Int) -> Float { values[Self.index(map, c, y, x)] }
  }

  static let none = KernelTable.Scratch(Storage(count: 0), offset: 0)

  static func value(_ c: Int, _ y: Int, _ x: Int) -> Float { Float((c * 31 + y * 17 + x * 7) % 23 - 11) / 16 }

  @Test(
    "convolution = its formula, exactly on small integers, and writes nothing else",
    arguments: InstructionSet.available)
  func conv(set: InstructionSet) throws {
    let kernels = try #require(KernelTable(set))
    for (kernel, algorithm) in [(1, Algorithm.direct), (1, .pointwise), (3, .direct), (5, .direct)] {
      for (inputs, outputs) in [(1, 1), (16, 16), (17, 33), (32, 64), (40, 80)]
        // In parts, the last of one input, for groups of each size.
        + (kernel == 1 ? [(129, 112)] : [])
      {
        for width in [1, 5, 6, 7, 13, 14, 15, 29, 43] {
          let height = 3
          let taps = inputs * kernel * kernel
          // Halves and sixteenths: every sum is exact, so that all orders of addition agree to the bit.
          var conv = Convolution(
            name: "c", inputs: inputs, outputs: outputs, kernel: kernel,
            weights: (0..<outputs * taps).map { Float($0 * 7 % 11 - 5) / 2 },
            bias: (0..<outputs).map { Float($0 % 5 - 2) })
          conv.relu = width % 2 == 1
          let input = Field(
            channels: inputs, height: height, width: width, border: kernel / 2, fill: Self.value)
          let addend = Field(channels: outputs, height: height, width: width, border: 0) {
            Self.value($0 + 3, $1, $2)
          }
          let adds = width % 3 == 0, isInPlace = adds && width % 2 == 1
          let output = Field(channels: outputs, height: height, width: width, border: 1) {
            isInPlace ? addend.at($0, $1, $2) : Field.canary
          }
          var expected = output.values
          let packed = PackedConvolution(
            conv, input: input.place, output: output.place, kernels: kernels, algorithm: algorithm)
          let work = kernels.conv(
            conv, packed, input: input.view,
            addend: adds ? isInPlace ? output.view : addend.view : nil, target: output.view)
          // Rows 1 and 2 in two blocks; row 0 stays untouched.
          let cut = width / 2
          if cut > 0 { work.run(rows: 1..<3, columns: 0..<cut, scratch: Self.none) }
          work.run(rows: 1..<3, columns: cut..<width, scratch: Self.none)

          let source = input.values, result = output.values, residual = addend.values
          for o in 0..<output.map.blocks * 16 {
            for y in 1..<3 {
              for x in 0..<width {
                var sum: Float = o < outputs ? conv.bias[o] : 0
                if o < outputs {
                  for i in 0..<inputs {
                    for dy in 0..<kernel {
                      for dx in 0..<kernel {
                        let tap = conv.weights[((o * inputs + i) * kernel + dy) * kernel + dx]
                        let (row, column) = (y + dy - kernel / 2, x + dx - kernel / 2)
                        sum += tap * source[Field.index(input.map, i, row, column)]
                      }
                    }
                  }
                  if adds { sum += residual[Field.index(addend.map, o, y, x)] }
                  if conv.relu { sum = max(sum, 0) }
                }
                expected[Field.index(output.map, o, y, x)] = sum
              }
            }
          }
          #expect(result == expected, "\(algorithm) \(kernel)x\(kernel) \(inputs)->\(outputs), \(width) wide")
        }
      }
    }
  }

  @Test(
    "Winograd = the formula within its form's bound, whatever the cut, and writes nothing else",
    arguments: InstructionSet.available, [false, true])
  func winograd(set: InstructionSet, near: Bool) throws {
    let kernels = try #require(KernelTable(set))
    for (tile, kernel, bound) in [
      (4, 3, 2e-6), (6, 3, 1e-5), (8, 3, 6e-5), (4, 5, 1e-5), (6, 5, 6e-5), (8, 5, 3e-4),
    ] {
      for (inputs, outputs) in [(1, 1), (17, 33), (32, 80), (40, 112)] {
        for (height, width) in [(1, 1), (3, 29), (12, 13), (14, 24), (7, 85)] {
          let taps = inputs * kernel * kernel
          var random = SplitMix(seed: UInt64(taps * width))
          var conv = Convolution(
            name: "c", inputs: inputs, outputs: outputs, kernel: kernel,
            weights: (0..<outputs * taps).map { _ in random.unit() },
            bias: (0..<outputs).map { _ in random.unit() })
          conv.relu = width % 2 == 1
          let input = Field(channels: inputs, height: height, width: width, border: kernel / 2) { _, _, _ in
            random.unit()
          }
          let addend = Field(channels: outputs, height: height, width: width, border: 0) { _, _, _ in
            random.unit()
          }
          func run(_ columns: [Range<Int>]) -> [Float] {
            let output = Field(channels: outputs, height: height, width: width, border: 1) { _, _, _ in
              Field.canary
            }
            let packed = PackedConvolution(
              conv, input: input.place, output: output.place, kernels: kernels,
              algorithm: .winograd(tile: tile, near: near))
            let floats = kernels.scratch(
              packed.algorithm, kernel: kernel, map: Extent(height, width), inputBlocks: input.place.blocks,
              groups: packed.groups)
            let scratch = Storage([Float](repeating: .nan, count: floats + 16))
            let work = kernels.conv(
              conv, packed, input: input.view, addend: width % 3 == 0 ? addend.view : nil, target: output.view
            )
            for range in columns {
              work.run(rows: 0..<height, columns: range, scratch: .init(scratch, offset: 0))
            }
            let beyond = scratch.contents.suffix(16).count { !$0.isNaN }
            #expect(beyond == 0, "scratch memory is what was asked for")
            return output.values
          }
          let whole = run([0..<width])
          #expect(whole == run(width > 24 ? [24..<width, 0..<24] : [0..<width]))
          let source = input.values, residual = addend.values
          let output = Field(channels: outputs, height: height, width: width, border: 1) { _, _, _ in
            Field.canary
          }
          var error = 0.0, canaries = output.values
          for o in 0..<outputs {
            for y in 0..<height {
              for x in 0..<width {
                var sum = Double(conv.bias[o])
                for i in 0..<inputs {
                  for tap in 0..<kernel * kernel {
                    let (row, column) = (y + tap / kernel - kernel / 2, x + tap % kernel - kernel / 2)
                    sum +=
                      Double(conv.weights[(o * inputs + i) * kernel * kernel + tap])
                      * Double(source[Field.index(input.map, i, row, column)])
                  }
                }
                if width % 3 == 0 { sum += Double(residual[Field.index(addend.map, o, y, x)]) }
                if conv.relu { sum = max(sum, 0) }
                let at = Field.index(output.map, o, y, x)
                error = max(error, abs(Double(whole[at]) - sum))
                canaries[at] = whole[at]
              }
            }
          }
          // Padding channels of a pixel hold zero.
          for c in outputs..<output.map.blocks * 16 {
            for y in 0..<height { for x in 0..<width { canaries[Field.index(output.map, c, y, x)] = 0 } }
          }
          #expect(
            error < bound * Double(taps), "F(\(tile), \(kernel)) \(inputs)->\(outputs) \(height)x\(width)")
          #expect(whole == canaries, "F(\(tile), \(kernel)) \(inputs)->\(outputs) \(height)x\(width)")
        }
      }
    }
  }

  @Test("elementwise = its formula, and writes nothing else", arguments: InstructionSet.available)
  func elementwise(set: InstructionSet) throws {
    let kernels = try #require(KernelTable(set))
    for (channels, width, relu, sum) in [
      (1, 1, false, false), (17, 5, true, false), (33, 7, false, true), (16, 9, true, true),
    ] {
      let input = Field(channels: channels, height: 2, width: width, border: 1, fill: Self.value)
      let addend = Field(channels: channels, height: 2, width: width, border: 0) {
        Self.value($0 + 5, $1, $2)
      }
      let output = Field(channels: channels, height: 2, width: width, border: 2) { _, _, _ in Field.canary }
      let step = Graph.Elementwise(activation: relu ? .relu : nil)
      kernels.elementwise(step, input.view, sum ? addend.view : nil, target: output.view)
        .run(rows: 0..<2, columns: 0..<width, scratch: Self.none)
      let expected = Field(channels: channels, height: 2, width: width, border: 2) { c, y, x in
        let value = Self.value(c, y, x) + (sum ? Self.value(c + 5, y, x) : 0)
        return relu ? max(value, 0) : value
      }
      #expect(output.values == expected.values)
    }
  }

  @Test("clearing a border leaves the map and zeroes all around it")
  func clearBorder() throws {
    let kernels = try #require(KernelTable(.generic))
    let map = Plan.Map(blocks: 2, height: 3, width: 4, border: 2, life: 0...0)
    let memory = Storage([Float](repeating: 1, count: map.count))
    kernels.clearBorder(map, in: memory, rows: [0..<2, 5..<7])
    let values = memory.contents
    #expect(values.reduce(0, +) == Float(2 * 3 * 4 * 16))
    for c in 0..<32 { for y in 0..<3 { for x in 0..<4 { #expect(values[Field.index(map, c, y, x)] == 1) } } }
  }

  @Test("every level cuts any number of blocks into groups that it has")
  func groups() throws {
    for set in InstructionSet.available {
      let kernels = try #require(KernelTable(set))
      for blocks in 1...40 {
        #expect(kernels.groups(of: blocks).reduce(0, +) == blocks)
        #expect(kernels.groups(of: blocks, algorithm: .winograd(tile: 4)).reduce(0, +) == blocks)
        #expect(kernels.groups(of: blocks, algorithm: .winograd(tile: 4, near: true)).reduce(0, +) == blocks)
      }
    }
  }

  @Test("an instruction set that is unknown or missing is refused by name")
  func names() throws {
    #expect(throws: EngineError.self) { try InstructionSet.named("avx9") }
    #expect(try InstructionSet.named("generic") == .generic)
    let missing = InstructionSet.allCases.first { !InstructionSet.available.contains($0) }
    if let missing { #expect(throws: EngineError.self) { try InstructionSet.named(missing.rawValue) } }
  }
}
