import MSRNLayers
import MSRNModels
import MSRNTensors
import Testing

/// Names and the numbers of the literature.
@Suite struct NamedNetworkTests {
  /// Trained values, in thousandths of a GMAC and hundredths of a million activations where there are published ones.
  struct Row: Sendable {
    let name: String
    let parameters: Int
    let macs: Double?
    let activations: Double?
    init(_ name: String, _ parameters: Int, _ macs: Double? = nil, _ activations: Double? = nil) {
      (self.name, self.parameters, self.macs, self.activations) = (name, parameters, macs, activations)
    }
  }

  /// Parameters of the papers, of torchvision and timm; GMACs and millions of activations as timm counts them.
  static let rows: [Row] = [
    Row("plain18", 11_515_688, 1.795, 2.31), Row("plain34", 21_623_848, 3.644, 3.56),
    Row("resnet18", 11_689_512, 1.814, 2.48), Row("resnet34", 21_797_672, 3.664, 3.74),
    Row("resnet50", 25_557_032, 4.089, 11.11), Row("resnet50_v1", 25_557_032, 3.858),
    Row("resnet101", 44_549_160, 7.801, 16.23), Row("resnet101_v1", 44_549_160, 7.570),
    Row("resnet152", 60_192_808, 11.514, 22.56), Row("resnet152_v1", 60_192_808, 11.282),
    Row("resnet200", 64_673_832, 15.007, 32.19),
    Row("preresnet152", 60_185_256), Row("preresnet200", 64_666_280),
    Row("resnext50_32x4d", 25_028_904, 4.230, 14.40), Row("resnext101_32x4d", 44_177_704, 7.970, 21.23),
    Row("resnext101_64x4d", 83_455_272, 15.460, 31.21), Row("resnext101_32x8d", 88_791_336, 16.414, 31.21),
    Row("wide_resnet50_2", 68_883_240, 11.398, 14.40), Row("wide_resnet101_2", 126_886_696, 22.753, 21.23),
    Row("densenet121", 7_978_856, 2.834, 6.90), Row("densenet169", 14_149_480, 3.360, 7.30),
    Row("densenet201", 20_013_928, 4.291, 7.85), Row("densenet161", 28_681_000, 7.728, 11.06),
    Row("attention56", 31_810_728), Row("attention92", 52_466_344),
    Row("resnet20", 269_722, 0.041), Row("resnet32", 464_154, 0.069), Row("resnet44", 658_586, 0.097),
    Row("resnet56", 853_018, 0.125), Row("resnet110", 1_727_962, 0.253), Row("resnet1202", 19_421_274, 2.829),
    Row("resnet20_b", 269_722 + 2_752), Row("resnet32_b", 464_154 + 2_752),
    Row("resnet44_b", 658_586 + 2_752), Row("resnet56_b", 853_018 + 2_752),
    Row("resnet110_b", 1_727_962 + 2_752), Row("resnet1202_b", 19_421_274 + 2_752),
    Row("resnet20_c", 283_962), Row("resnet32_c", 489_594), Row("resnet44_c", 695_226),
    Row("resnet56_c", 900_858), Row("resnet110_c", 1_826_202),
    Row("plain20", 269_722, 0.041), Row("plain32", 464_154, 0.069), Row("plain44", 658_586, 0.097),
    Row("plain56", 853_018, 0.125), Row("plain110", 1_727_962, 0.253),
    Row("preresnet110", 1_727_962, 0.253), Row("preresnet164", 1_703_258, 0.245),
    Row("preresnet1001", 10_327_706, 1.488),
    Row("wrn28_10", 36_479_194, 5.243), Row("wrn16_8", 10_961_370, 1.548), Row("wrn40_4", 8_949_210, 1.299),
    Row("resnext29_8x64d", 34_426_698, 5.387), Row("resnext29_16x64d", 68_155_210, 10.689),
    Row("densenet40_k12", 1_019_722, 0.265), Row("densenet100_k12", 6_979_642, 1.770),
    Row("densenet100_k24", 27_249_082, 6.889), Row("densenet_bc100_k12", 769_162, 0.288),
    Row("densenet_bc250_k24", 15_324_406, 5.419), Row("densenet_bc190_k40", 25_624_430, 9.302),
    Row("alexnet", 61_100_840), Row("vgg16", 138_357_544), Row("vgg16_bn", 138_365_992),
    Row("vgg19", 143_667_240), Row("vgg19_bn", 143_678_248), Row("googlenet", 6_624_904),
    Row("inception_v3", 23_834_568), Row("squeezenet1_0", 1_248_424), Row("squeezenet1_1", 1_235_496),
    Row("lenet5", 61_706), Row("zfnet", 62_357_608),
  ]

  @Test("parameters, multiply-accumulates and activations are the published ones", arguments: rows)
  func counts(row: Row) throws {
    let network = try Zoo.network(named: row.name)
    #expect(network.parameters == row.parameters)
    let layer = network.layer()
    if let macs = row.macs {
      #expect(abs(Double(try layer.macs(for: network.input)) / 1e9 - macs) <= 0.0006)
    }
    if let activations = row.activations {
      #expect(abs(Double(try layer.activations(for: network.input)) / 1e6 - activations) <= 0.006)
    }
    #expect(try layer.shape(for: network.input) == Shape(c: network.classes, h: 1, w: 1))
  }

  /// The counts that follow from a definition and stand in no paper: a change of them is a change of the definition.
  static let derived: [(String, Int)] = [
    ("resnet1202_c", 20_538_714), ("attention92_cifar", 1_959_738), ("attention236_cifar", 5_203_258),
    ("attention452_cifar", 10_068_538), ("spec_resnet", 175_810),
  ]

  @Test("every network is counted, under a name of its own")
  func complete() throws {
    let names = Zoo.networks.map(\.name)
    #expect(Set(names).count == names.count)
    #expect(Set(names) == Set(Self.rows.map(\.name) + Self.derived.map(\.0)))
    for (name, parameters) in Self.derived {
      let network = try Zoo.network(named: name)
      #expect(network.parameters == parameters, "\(name)")
      #expect(try network.layer().shape(for: network.input) == Shape(c: network.classes, h: 1, w: 1))
    }
  }

  @Test("what checkpoints hold and is not run: auxiliary heads, Spec-ResNet's skipped blocks")
  func stored() throws {
    #expect(try Zoo.network(named: "googlenet").storedParameters == 13_004_888)
    #expect(try Zoo.network(named: "inception_v3").storedParameters == 27_161_264)
    let spec = try Zoo.network(named: "spec_resnet")
    #expect(spec.storedParameters == 315_490)
    // The code runs five pre-activations more, of 64 values each, and overwrites what they give.
    #expect(spec.parameters + 5 * 64 == 176_130)
    #expect(try Zoo.network(named: "resnet50").storedParameters == 25_557_032)
  }

  @Test("as many classes as asked for: CIFAR-100's counts")
  func classes() throws {
    let network = try Zoo.network(named: "wrn28_10")
    let count = network.weights(classes: 100).reduce(0) { $0 + ($1.isTrained ? $1.count : 0) }
    #expect(count == 36_536_884)
  }

  @Test("where the stride stands: v1.5 on the 3x3, v1 on the first 1x1")
  func strides() throws {
    func row(_ name: String, _ path: String) throws -> LayerRow? {
      let network = try Zoo.network(named: name)
      return try network.layer().rows(for: network.input).first { $0.path == path }
    }
    #expect(try row("resnet50", "layer2.0.conv2")?.kind == "conv 3x3 /2")
    #expect(try row("resnet50", "layer2.0.conv1")?.kind == "conv 1x1")
    #expect(try row("resnet50_v1", "layer2.0.conv2")?.kind == "conv 3x3")
    #expect(try row("resnet50_v1", "layer2.0.conv1")?.kind == "conv 1x1 /2")
  }

  @Test("names: exact, in any case, with timm's tags; what is like an unknown one is named")
  func names() throws {
    #expect(try Zoo.network(named: "ResNet50").name == "resnet50")
    #expect(try Zoo.network(named: "resnet50.a1_in1k").name == "resnet50")
    let error = #expect(throws: ModelError.self) { try Zoo.network(named: "resnet51") }
    guard case .unknownName("resnet51", let near)? = error else {
      Issue.record("\(error as Any)")
      return
    }
    #expect(near.contains("resnet50") && near.count == 3)
  }
}
