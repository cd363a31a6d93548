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
      return BenchNetwork(
        model.name, model.architecture, weights: { try model.file.take() }, again: model.file.again)
    }
    let architecture = MSRNModels.MSRN(scale: scale ?? 4, features: features ?? 64, blocks: blocks ?? 8)
    let random = { @Sendable () throws in Weights.random(for: architecture) }
    return BenchNetwork("random weights", architecture, weights: random, again: random)
  }
}

/// A network that is ready to be measured.
struct BenchNetwork {
  let layer: Layer
  /// Channels of the picture, and its largest value.
  let channels: Int
  let range: Float
  /// Rows and columns of the result per row and column of the picture; of a network that classifies, 1.
  let scale: Int
  /// Gives the tensors, and gives them again to a program that has let go of them; nil where it need not.
  let weights: @Sendable () throws -> Weights
  let again: (@Sendable () throws -> Weights)?
  /// For people: `random weights, 64 features, 8 blocks, x4`.
  let summary: String
  /// Of the pictures, where the network takes no other.
  let size: Extent?
  /// What it is measured with where nobody says.
  let sizes: [PixelSize]

  /// A network that makes pictures larger; `name` is what its weights are called.
  init(
    _ name: String, _ architecture: any Architecture, weights: @escaping @Sendable () throws -> Weights,
    again: (@Sendable () throws -> Weights)?
  ) {
    (layer, channels) = (architecture.network, architecture.inputChannels)
    (range, scale) = (Float(architecture.inputRange), architecture.scale)
    (self.weights, self.again) = (weights, again)
    (summary, size) = ("\(name), \(architecture.summary)", nil)
    sizes = [128, 256].map { PixelSize(width: $0, height: $0) }
  }

  /// A network that classifies, with random weights.
  init(_ network: NamedNetwork) {
    (layer, channels, range, scale) = (network.layer(), network.input.c, 1, 1)
    let random = { @Sendable () throws in Weights.random(network.weights()) }
    (weights, again) = (random, random)
    (summary, size) = ("\(network.name), random weights", Extent(network.input.h, network.input.w))
    sizes = [PixelSize(width: network.input.w, height: network.input.h)]
  }
}

extension Weights {
  /// Weights of ``random(_:)`` that a super-resolution network reads, its mean colour 0.
  ///
  /// - Parameter architecture: The network.
  /// - Returns: Every tensor that it reads.
  static func random(for architecture: any Architecture) -> Weights {
    var weights = random(architecture.network.weights(inputs: architecture.inputChannels))
    weights.metadata = ["rgb_range": "\(architecture.inputRange)", "mean_shift": "applied"]
    return weights
  }

  /// Weights for a network of which only the speed is of interest, the same at every call.
  ///
  /// Uniform with variance 1 / fan-in, so that values keep their size from layer to layer; biases are 0 and normalisations change
  /// nothing.
  ///
  /// - Parameter parameters: The tensors.
  /// - Returns: All of them.
  static func random(_ parameters: [Parameter]) -> Weights {
    var weights = Weights()
    for parameter in parameters {
      var tensor = Tensor(shape: parameter.shape)
      if parameter.name.hasPrefix("sub_mean") || parameter.name.hasPrefix("add_mean") {
        // The mean shifts mix no channels: what the engine folds away in real weights is folded away in these.
        if parameter.shape.count == 4 { for c in 0..<parameter.shape[0] { tensor.values[c * 4] = 1 } }
      } else if parameter.shape.count > 1 {
        let bound = (3 / Float(parameter.shape.dropFirst().reduce(1, *))).squareRoot()
        var state = parameter.name.utf8.reduce(UInt64(5381)) { $0 &* 33 &+ UInt64($1) }
        for index in tensor.values.indices {
          // A linear congruential generator with Knuth's MMIX constants; the upper bits are the good ones.
          state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
          tensor.values[index] = bound * (Float(state >> 40) / Float(1 << 23) - 1)
        }
      } else if parameter.name.hasSuffix(".weight") || parameter.name.hasSuffix(".running_var") {
        tensor = Tensor(shape: parameter.shape, repeating: 1)
      }
      weights.tensors[parameter.name] = tensor
    }
    return weights
  }
}

extension Tensor {
  /// A picture of which only the speed is of interest, its values 0 to `range`.
  static func patterned(_ shape: Shape, range: Float) -> Tensor {
    Tensor(
      shape: [shape.c, shape.h, shape.w],
      values: (0..<shape.count).map { range * Float($0 &* 40_503 & 0xFF) / 255 })
  }
}
