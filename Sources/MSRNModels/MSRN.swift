public import MSRNLayers
public import MSRNTensors

/// Multi-scale Residual Network for Image Super-Resolution, by Li et al., ECCV 2018.
///
/// Weight names are those of the authors' second, RGB network (`msrn.py` and `common.py` of MIVRC/MSRN-PyTorch).
/// The mean shifts `sub_mean` and `add_mean` are 1x1 convolutions, as they are there.
public struct MSRN: Architecture, Hashable {
  /// `msrn`.
  public static let id = "msrn"

  /// Rows and columns of the result per row and column of the picture: 2, 3, 4 or 8.
  public let scale: Int
  /// Channels of the trunk; 64 in the paper.
  public let features: Int
  /// Multi-scale residual blocks; 8 in the paper.
  public let blocks: Int
  /// The largest value of input and result: 255 or 1.
  public var inputRange = 255
  /// Whether the mean colour is subtracted before and added after.
  public var meanShift = true
  /// Which reading of the weights was chosen and why.
  public var notes: [String] = []

  /// The network with so many features and blocks.
  public init(scale: Int = 4, features: Int = 64, blocks: Int = 8) {
    precondition([2, 3, 4, 8].contains(scale), "MSRN enlarges by 2, 3, 4 or 8, not \(scale)")
    precondition(features > 0 && blocks > 0, "MSRN needs features and blocks")
    (self.scale, self.features, self.blocks) = (scale, features, blocks)
  }

  /// Red, green and blue.
  public var inputChannels: Int { 3 }
  /// Features, blocks and scale in words.
  public var summary: String { "\(features) features, \(blocks) blocks, x\(scale)" }
  /// The mean shifts, where they are stored but not applied.
  public var unusedWeights: Set<String> {
    meanShift ? [] : ["sub_mean.weight", "sub_mean.bias", "add_mean.weight", "add_mean.bias"]
  }

  /// Head, blocks whose results are all kept and fused, upsampler, and the mean shifts around it.
  public var network: Layer {
    let shift = { (name: String) in meanShift ? Layer.conv(name, 3, 1) : .identity }
    return .seq(
      shift("sub_mean"),
      .conv("head.0", features, 3),
      .scope("body", .cascade(Layer.blocks(blocks) { _ in Self.block(features) })),
      .scope(
        "tail",
        .seq(
          .conv("0", features, 1),
          .conv("1", features, 3),
          .scope("2", Self.upsampler(scale: scale, features: features)),
          .conv("3", 3, 3))),
      shift("add_mean"))
  }

  /// Multi-scale residual block: two pairs of 3x3 and 5x5 that exchange features, fused by a 1x1.
  private static func block(_ n: Int) -> Layer {
    .residual(
      .cat(.seq(.conv("conv_3_1", n, 3), .relu), .seq(.conv("conv_5_1", n, 5), .relu)),
      .cat(.seq(.conv("conv_3_2", 2 * n, 3), .relu), .seq(.conv("conv_5_2", 2 * n, 5), .relu)),
      .conv("confusion", n, 1))
  }

  /// Sub-pixel upsampling: one stage of 3, or as many of 2 as make the scale.
  ///
  /// Shi et al., CVPR 2016.
  private static func upsampler(scale: Int, features n: Int) -> Layer {
    let step = scale == 3 ? 3 : 2
    let stages = scale == 3 ? 1 : scale.trailingZeroBitCount
    return .sequence((0..<stages).flatMap { [.conv("\(2 * $0)", step * step * n, 3), .pixelShuffle(step)] })
  }
}

extension MSRN {
  /// More than any network has, so that no product of it with what a file claims exceeds an `Int`.
  private static var maximumFeatures: Int { 65_536 }

  /// Whether there are a head and multi-scale blocks.
  public static func recognises(_ manifest: [String: [Int]]) -> Bool {
    manifest["head.0.weight"] != nil
      && manifest.keys.contains { $0.hasPrefix("body.") && $0.contains("confusion") }
      || manifest.keys.contains { $0.hasPrefix("body.0.conv_3_1") }
  }

  /// Measures features, blocks and scale, and decides how the numbers are to be read.
  public init(weights: Weights, variant: Variant) throws(ModelError) {
    let manifest = weights.manifest
    guard let head = manifest["head.0.weight"] else {
      throw .missing(tensor: "head.0.weight", expected: [64, 3, 3, 3])
    }
    guard head.count == 4, (1...Self.maximumFeatures).contains(head[0]) else {
      throw .misshapen(tensor: "head.0.weight", expected: [64, 3, 3, 3], found: head)
    }
    guard head[1] != 1 else {
      throw .unsupported(
        reason:
          "these are weights of the old one-channel MSRN, which enlarges luma alone; use the RGB network's")
    }
    let blocks = (0...).first { manifest["body.\($0).confusion.weight"] == nil } ?? 0
    guard blocks > 0 else {
      throw .missing(tensor: "body.0.confusion.weight", expected: [head[0], 4 * head[0], 1, 1])
    }
    self.init(scale: try Self.scale(manifest, features: head[0]), features: head[0], blocks: blocks)
    try read(variant, weights)
    try check(weights)
  }

  private static func scale(_ manifest: [String: [Int]], features: Int) throws(ModelError) -> Int {
    guard let first = manifest["tail.2.0.weight"]?.first else {
      throw .missing(tensor: "tail.2.0.weight", expected: [4 * features, features, 3, 3])
    }
    if first == 9 * features { return 3 }
    let stages = [2, 4].prefix { manifest["tail.2.\($0).weight"] != nil }.count
    return 2 << stages
  }

  /// Decides range and mean shift: as told, as the metadata says, or as the mean shift's size suggests.
  private mutating func read(_ variant: Variant, _ weights: Weights) throws(ModelError) {
    let stored = weights.tensors["sub_mean.bias"] != nil
    switch variant {
    case .rgb255: (inputRange, meanShift) = (255, true)
    case .rgb1: (inputRange, meanShift) = (1, true)
    case .superimage: (inputRange, meanShift) = (1, false)
    case .automatic:
      if let text = weights.metadata["rgb_range"] {
        guard let range = Int(text), [1, 255].contains(range) else {
          throw .unsupported(
            reason: "metadata rgb_range is \"\(text)\"; values 0-1 (\"1\") and 0-255 (\"255\") are known")
        }
        inputRange = range
        switch weights.metadata["mean_shift"] {
        case "applied": meanShift = true
        case "stored, not applied": meanShift = false
        case nil: meanShift = stored
        case let text?:
          throw .unsupported(
            reason: "metadata mean_shift is \"\(text)\"; \"applied\" and \"stored, not applied\" are known")
        }
        notes = [
          "values 0-\(range), mean shift \(meanShift ? "applied" : "not applied"): as the file's metadata says"
        ]
      } else if let bias = weights.tensors["sub_mean.bias"]?.values {
        let unit = bias.allSatisfy { $0.magnitude <= 1 }
        (inputRange, meanShift) = unit ? (1, false) : (255, true)
        notes = [
          unit
            ? "values 0-1, mean shift not applied: taken for super-image's weights by the mean's size; "
              + "--variant rgb1 applies it" : "values 0-255, mean shift applied: by the mean's size"
        ]
      } else {
        (inputRange, meanShift) = (1, false)
        notes = ["values 0-1, no mean shift: there is none in the file"]
      }
    }
    if variant != .automatic { notes = ["as told: \(variant.rawValue)"] }
  }
}
