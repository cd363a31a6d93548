import Foundation
import MSRNLayers
import MSRNModels
import MSRNTensors
import MSRNTestSupport
import Testing

/// Checkpoints as their authors published them.
@Suite struct BindingTests {
  static func checkpoint(_ network: NamedNetwork, classes: Int? = nil) -> Weights {
    var weights = Weights()
    for parameter in network.weights(classes: classes) + network.unusedWeights(classes: classes) {
      weights.tensors[parameter.name] = Tensor(shape: parameter.shape)
    }
    return weights
  }

  @Test("a checkpoint is read with and without what is not run, for as many classes as it has")
  func classes() throws {
    for name in [
      "resnet20", "densenet_bc100_k12", "squeezenet1_1", "googlenet", "spec_resnet", "preresnet110",
    ] {
      let network = try Zoo.network(named: name)
      for classes in [network.classes, 7] {
        var checkpoint = Self.checkpoint(network, classes: classes)
        checkpoint.tensors["bn1.num_batches_tracked"] = Tensor(shape: [], values: [3])
        let bound = try network.bind(checkpoint)
        #expect(bound.classes == classes && bound.layer == network.layer(classes: classes))
        #expect(Set(bound.weights.tensors.keys) == Set(network.weights(classes: classes).map(\.name)))
        for unused in network.unusedWeights(classes: classes) { checkpoint.tensors[unused.name] = nil }
        #expect(try network.bind(checkpoint).weights == bound.weights)
      }
    }
  }

  @Test("weights tell their network, and those that differ in nothing that has weights")
  func recognised() throws {
    func names(_ name: String, classes: Int? = nil) throws -> [String] {
      Zoo.networks(of: Self.checkpoint(try Zoo.network(named: name), classes: classes)).map(\.name)
    }
    #expect(try names("resnet20") == ["resnet20", "plain20"])
    #expect(try names("resnet20_b", classes: 100) == ["resnet20_b"])
    #expect(try names("densenet_bc100_k12") == ["densenet_bc100_k12"])
    #expect(try names("squeezenet1_1") == ["squeezenet1_1"])
    #expect(Zoo.networks(of: Weights()).isEmpty)
  }

  @Test("torchvision's first DenseNets, whose names have a dot more")
  func oldNames() throws {
    let network = try Zoo.network(named: "densenet121")
    let checkpoint = Self.checkpoint(network)
    var old = Weights()
    for (name, tensor) in checkpoint.tensors {
      var name = name
      if name.contains("denselayer") {
        for part in ["norm1", "norm2", "conv1", "conv2"] {
          name = name.replacing(".\(part).", with: ".\(part.dropLast()).\(part.suffix(1)).")
        }
      }
      old.tensors[name] = tensor
    }
    #expect(old.tensors["features.denseblock1.denselayer1.norm.1.weight"] != nil)
    #expect(try network.bind(old).weights == network.bind(checkpoint).weights)
  }

  @Test("another network's checkpoint is told by the first tensor that is wrong")
  func wrong() throws {
    let network = try Zoo.network(named: "resnet20")
    let good = Self.checkpoint(network)
    var weights = good
    weights.tensors["layer2.1.bn1.running_var"] = nil
    #expect(throws: ModelError.missing(tensor: "layer2.1.bn1.running_var", expected: [32])) {
      try network.bind(weights)
    }
    weights = good
    weights.tensors["layer2.1.conv1.weight"] = Tensor(shape: [32, 32, 1, 1])
    #expect(throws: ModelError.self) { try network.bind(weights) }
    weights = good
    weights.tensors["layer4.0.conv1.weight"] = Tensor(shape: [1])
    #expect(throws: ModelError.unknown(tensor: "layer4.0.conv1.weight", network: "resnet20")) {
      try network.bind(weights)
    }
    #expect(throws: ModelError.self) { try network.bind(Weights()) }
    let larger = try Zoo.network(named: "resnet32")
    #expect(throws: ModelError.self) { try larger.bind(good) }
    #expect(throws: ModelError.self) { try network.bind(Self.checkpoint(larger)) }
  }

  @Test(
    "the published CIFAR ResNets load as they are",
    .enabled(
      if: SharedData.folder != nil, "SKIPPED: the published CIFAR ResNets are not beside this checkout"),
    arguments: ["20-12fca82f", "32-d509ac18", "44-014dd654", "56-4bfd9763"])
  func published(file: String) throws {
    let folder = try #require(SharedData.folder)
    let data = try Data(contentsOf: folder.appending(path: "weights/resnet_cifar10/resnet\(file).th"))
    let network = try Zoo.network(named: "resnet" + file.prefix(2))
    #expect(try network.bind(Weights.read([UInt8](data))).classes == 10)
  }
}
