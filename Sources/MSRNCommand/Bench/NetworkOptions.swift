import ArgumentParser
import MSRNKit
import MSRNLayers
import MSRNModels
import MSRNTensors

/// Which network is measured: that of a weights file, or one of a given size with random weights.
struct NetworkOptions: ParsableArguments {
  @OptionGroup
  var modelOptions: ModelOptions

  @Option(help: ArgumentHelp("Without a model: features of the trunk (default: 64).", valueName: "n"))
  var features: Int?

  @Option(help: ArgumentHelp("Without a model: multi-scale blocks (default: 8).", valueName: "n"))
  var blocks: Int?

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("How many times as wide and high (default: 4, or that of --weights).", valueName: "n"))
  var scale: Int?

  /// Whether no weights were named.
  var isRandom: Bool { modelOptions.model == nil && modelOptions.weights == nil }

  mutating func validate() throws {
    if !isRandom, features != nil || blocks != nil {
      throw ValidationError("--features and --blocks are for random weights; a model has its own")
    }
    for (name, value) in [("features", features), ("blocks", blocks)] {
      if let value, !(1...1024).contains(value) {
        throw ValidationError("--\(name) is 1 to 1024, not \(value)")
      }
    }
    if isRandom, let scale, ![2, 3, 4, 8].contains(scale) {
      throw ValidationError("--scale is 2, 3, 4 or 8, not \(scale)")
    }
  }

  /// The network and its weights.
  ///
  /// - Throws: What ``ModelOptions/read(scale:)`` throws.
  func read() throws -> BenchNetwork {
    guard isRandom else {
      let model = try modelOptions.read(scale: scale)
      return BenchNetwork(name: model.name, architecture: model.architecture, weights: model.weights)
    }
    let architecture = MSRNModels.MSRN(scale: scale ?? 4, features: features ?? 64, blocks: blocks ?? 8)
    return BenchNetwork(
      name: "random weights", architecture: architecture, weights: .random(for: architecture))
  }
}

/// A network that is ready to be measured.
struct BenchNetwork {
  /// What the weights are called.
  let name: String
  let architecture: any Architecture
  let weights: Weights

  /// For people: `random weights, 64 features, 8 blocks, x4`.
  var summary: String { "\(name), \(architecture.summary)" }
}

extension Weights {
  /// Weights for a network of which only the speed is of interest, the same at every call.
  ///
  /// Uniform with variance 1 / fan-in, so that values keep their size from layer to layer; biases and the mean colour are 0.
  ///
  /// - Parameter architecture: The network.
  /// - Returns: Every tensor that it reads.
  static func random(for architecture: any Architecture) -> Weights {
    var weights = Weights()
    for parameter in architecture.network.weights(inputs: architecture.inputChannels) {
      var tensor = Tensor(shape: parameter.shape)
      if parameter.name.hasPrefix("sub_mean") || parameter.name.hasPrefix("add_mean") {
        // The mean shifts mix no channels: what the engine folds away in real weights is folded away in these.
        if parameter.shape.count == 4 { for c in 0..<parameter.shape[0] { tensor.values[c * 4] = 1 } }
      } else if parameter.shape.count == 4 {
        let bound = (3 / Float(parameter.shape.dropFirst().reduce(1, *))).squareRoot()
        var state = parameter.name.utf8.reduce(UInt64(5381)) { $0 &* 33 &+ UInt64($1) }
        for index in tensor.values.indices {
          // A linear congruential generator with Knuth's MMIX constants; the upper bits are the good ones.
          state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
          tensor.values[index] = bound * (Float(state >> 40) / Float(1 << 23) - 1)
        }
      }
      weights.tensors[parameter.name] = tensor
    }
    weights.metadata = ["rgb_range": "\(architecture.inputRange)", "mean_shift": "applied"]
    return weights
  }
}
