import MSRNLayers
import MSRNTensors

/// What is done to a picture before a classification network reads it.
///
/// Resized so that its shorter side has so many pixels, the middle cut out, samples brought to 0-1, then each channel less
/// its mean over its standard deviation.
public struct Preprocessing: Hashable, Sendable {
  /// How pixels are made of pixels, as Pillow names it.
  public enum Interpolation: String, CaseIterable, Sendable { case bilinear, bicubic }

  /// Pixels of the shorter side.
  public var resize: Int
  /// Pixels of the square that is cut out.
  public var crop: Int
  /// How it is resized.
  public var interpolation: Interpolation
  /// Of each channel, for values 0-1.
  public var mean: [Float]
  /// Of each channel, for values 0-1.
  public var deviation: [Float]
  /// Whose it is, in a few words.
  public var source: String

  /// Everything said.
  public init(
    resize: Int, crop: Int, interpolation: Interpolation = .bilinear, mean: [Float] = imageNetMean,
    deviation: [Float] = imageNetDeviation, source: String
  ) {
    (self.resize, self.crop, self.interpolation) = (resize, crop, interpolation)
    (self.mean, self.deviation, self.source) = (mean, deviation, source)
  }

  /// ImageNet's mean colour, as torchvision and timm have it.
  public static let imageNetMean: [Float] = [0.485, 0.456, 0.406]
  /// ImageNet's standard deviations.
  public static let imageNetDeviation: [Float] = [0.229, 0.224, 0.225]
}

extension NamedNetwork {
  /// How pictures are made ready for published weights of this network, as far as a name tells whose they are.
  ///
  /// timm's tags (`resnet50.a1_in1k`, `resnet50_a1_0-….pth`: "ResNet strikes back", Wightman et al., 2021) stand for a crop
  /// of 0.95 and bicubic resampling; torchvision's second weights, which their digests tell, for a resize to 232. torchvision
  /// gives GoogLeNet and Inception v3, whose weights are Google's, a mean and deviation of ½.
  ///
  /// - Parameter names: What model and weights are called; of paths what follows the last `/` counts.
  /// - Returns: The recipe, and whose it is.
  public func preprocessing(for names: String...) -> Preprocessing {
    let files = names.map { $0.split(separator: "/").last.map(String.init) ?? "" }
    func mentions(_ texts: [String]) -> Bool {
      files.contains { file in texts.contains(where: file.contains) }
    }
    let half = [Float](repeating: 0.5, count: 3)
    switch self.name {
    case "googlenet":
      return Preprocessing(resize: 256, crop: 224, mean: half, deviation: half, source: "torchvision")
    case "inception_v3":
      return Preprocessing(resize: 342, crop: 299, mean: half, deviation: half, source: "torchvision")
    case "lenet5":
      return Preprocessing(resize: 32, crop: 32, mean: [0.1307], deviation: [0.3081], source: "MNIST's")
    default: break
    }
    if input.h == 32 {
      return Preprocessing(resize: 32, crop: 32, source: "akamaster/pytorch_resnet_cifar10")
    }
    if mentions(["a1", "a2", "a3"].flatMap { [".\($0)_in1k", "_\($0)_0-"] }) {
      return Preprocessing(
        resize: Int(Double(input.h) / 0.95), crop: input.h, interpolation: .bicubic,
        source: "timm, ResNet strikes back")
    }
    if mentions(Self.secondWeights) {
      return Preprocessing(resize: 232, crop: input.h, source: "torchvision, second weights")
    }
    return Preprocessing(resize: 256, crop: input.h, source: "torchvision")
  }

  /// Digests in the names of torchvision's files that ask for 232 pixels.
  private static let secondWeights = [
    "11ad3fa6", "cd907fc2", "f82ba261", "1a0047aa", "110c445d", "173b62eb", "9ba9bcbe", "d733dc28",
  ]
}
