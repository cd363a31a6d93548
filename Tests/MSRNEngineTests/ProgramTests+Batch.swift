import CMSRNEmulatedTiles
import MSRNEngine
import MSRNLayers
import MSRNModels
import MSRNTensors
import MSRNTestSupport
import Testing

/// Several pictures in one go: the same bits as one at a time.
@Suite(.serialized) struct ProgramBatchTests {
  /// Pictures like one, each another.
  static func pictures(like input: Tensor, _ count: Int) -> [Tensor] {
    (0..<count).map { picture in
      Tensor(
        shape: input.shape,
        values: input.values.indices.map {
          input.values[($0 + 7 * picture) % input.values.count] * Float(picture % 5 + 1) / 4
        })
    }
  }

  static func expectAlike(_ program: Program, _ inputs: [Tensor], memory: Int? = nil, _ comment: Comment)
    throws
  {
    let results = try program.run(inputs, memory: memory)
    #expect(results.count == inputs.count)
    for (input, result) in zip(inputs, results) { #expect(try program.run(input) == result, comment) }
  }

  @Test("random networks, on every level, with any number of threads")
  func random() throws {
    for seed in UInt64(0)..<60 {
      let network = RandomClassifier(seed: seed)
      let inputs = Self.pictures(like: network.input, [1, 2, 3, 5, 19][Int(seed % 5)])
      for set in InstructionSet.available {
        let program = try ClassifierTests.program(
          network, set, precision: seed % 2 == 0 ? .fast : .exact, threads: Int(seed % 4) + 1)
        try Self.expectAlike(program, inputs, "seed \(seed) on \(set)")
      }
    }
  }

  @Test(
    "networks whose weights pictures share", arguments: ["resnet18", "alexnet", "zfnet", "resnext50_32x4d"])
  func shared(name: String) throws {
    let network = try Zoo.network(named: name), shape = network.input
    let weights = try FamilyGolden.weights(network)
    let inputs = Self.pictures(like: FamilyGolden.input(shape, picture: 0), 5)
    for threads in [1, 2, 3] {
      let program = try Program(
        network: network.layer(), inputs: shape.c, size: Extent(shape.h, shape.w), weights: weights,
        options: EngineOptions(threads: threads, precision: .fast))
      try Self.expectAlike(program, inputs, "\(threads) threads")
    }
  }

  @Test("matrices take pictures as pixels, on every level", arguments: [2, 3, 8, 21])
  func matrices(pictures: Int) throws {
    var random = SplitMix(seed: 5)
    let shape = Shape(c: 3, h: 15, w: 17)
    let layer = Layer.scope(
      "net",
      .sequence([
        .conv(Conv(name: "conv", outputs: 40, window: Window(3, stride: 2))), .activation(.relu),
        .linear(Linear(name: "a", outputs: 410)), .activation(.relu),
        .linear(Linear(name: "b", outputs: 330)),
        .linear(Linear(name: "c", outputs: 7)),
      ]))
    var weights = Weights()
    for parameter in try layer.weights(for: shape) {
      weights.tensors[parameter.name] = Tensor(
        shape: parameter.shape, values: (0..<parameter.count).map { _ in random.unit() / 16 })
    }
    let input = Tensor(
      shape: [shape.c, shape.h, shape.w], values: (0..<shape.count).map { _ in random.unit() })
    for set in InstructionSet.available {
      for threads in [1, 2, 5] {
        let program = try Program(
          network: layer, inputs: shape.c, size: Extent(shape.h, shape.w), weights: weights,
          options: EngineOptions(threads: threads, instructionSet: set, precision: .fast))
        try Self.expectAlike(program, Self.pictures(like: input, pictures), "\(threads) threads on \(set)")
      }
    }
  }

  @Test("a profile counts every picture of a batch, whether weights are shared or not")
  func profile() throws {
    let network = try Zoo.network(named: "alexnet"), shape = network.input
    let program = try Program(
      network: network.layer(), inputs: shape.c, size: Extent(shape.h, shape.w),
      weights: try FamilyGolden.weights(network), options: EngineOptions(threads: 2, precision: .fast))
    let input = FamilyGolden.input(shape, picture: 0)
    let alone = Profile(), batch = Profile()
    _ = try program.run([input], profile: alone)
    _ = try program.run([Tensor](repeating: input, count: 11), profile: batch)
    #expect(alone.rows.map(\.name) == batch.rows.map(\.name))
    for (one, all) in zip(alone.rows, batch.rows) {
      #expect(all.macs == 11 * one.macs && all.products == 11 * one.products, "\(one.name)")
      #expect(all.taking(all.seconds, pictures: 11).macs == one.macs)
      if one.macs > 0 { #expect(one.seconds > 0 && all.seconds > 0, "\(one.name)") }
    }
    #expect(alone.rows.contains { $0.macs > 0 })
  }

  @Test("networks that enlarge, also in strips and with little memory")
  func enlarging() throws {
    for seed in UInt64(0)..<40 {
      let network = RandomNetwork(seed: seed)
      let inputs = Self.pictures(like: network.input, 4)
      let program = try ProgramTests.program(network, .best, precision: .fast, threads: Int(seed % 3) + 1)
      try Self.expectAlike(program, inputs, memory: seed % 2 == 0 ? 1 : nil, "seed \(seed)")
    }
  }

  @Test("on matrix tiles; what leaves their range begins anew as a whole")
  func tiles() throws {
    for network in ProgramTilesTests.networks.prefix(6) {
      let program = try ProgramTilesTests.program(network, ProgramTilesTests.emulated, .half, threads: 2)
      var inputs = Self.pictures(like: network.input, 3)
      try Self.expectAlike(program, inputs, "\(network.layer)")
      inputs[1].values[0] = 1e30
      let fallback = try #require(program.fallback)
      #expect(try program.run(inputs) == fallback.run(inputs))
    }
  }

  @Test("what a run leaves to the next one changes nothing, whatever their sizes")
  func alternatingSizes() throws {
    for seed in UInt64(0)..<30 {
      let network = RandomNetwork(seed: seed), input = network.input, map = input.map
      let program = try ProgramTests.program(network, .best, precision: .fast, threads: 2)
      let other = Tensor(
        shape: [map.c, map.h + 3, map.w + 1],
        values: (0..<map.c * (map.h + 3) * (map.w + 1)).map { Float($0 % 31) / 31 })
      let first = (try program.run(input), try program.run(other))
      #expect(try program.run(input) == first.0)
      #expect(try program.run(input) == first.0)
      #expect(try program.run([other, other]) == [first.1, first.1])
      #expect(try program.run(other) == first.1)
      program.releaseMemory()
      #expect(try program.run(input) == first.0)
    }
  }
}
