public import MSRNLayers
public import MSRNTensors

/// A classification network that is known by its name: one line of a family's table.
public struct NamedNetwork: Sendable {
  /// The exact name, such as `resnet50` or `wrn28_10`.
  public let name: String
  /// Authors, where and when.
  public let paper: String
  /// What the network was made for: channels, rows and columns.
  public let input: Shape
  /// Classes of the data set it was published with.
  public let classes: Int
  /// What it classifies.
  public let medium: Medium
  private let make: @Sendable (Int) -> Layer
  private let makeUnused: @Sendable (Int) -> [Unused]

  /// What a network classifies.
  public enum Medium: Sendable { case pictures, speech }

  /// A layer whose tensors a checkpoint holds although what is run does not read them: an auxiliary head, a block that
  /// the authors' code skips.
  public struct Unused: Sendable {
    /// The layer.
    public let layer: Layer
    /// What it would read.
    public let input: Shape

    /// A layer that is not run.
    public init(_ layer: Layer, input: Shape) { (self.layer, self.input) = (layer, input) }
  }

  init(
    _ name: String, paper: String, input: Shape, classes: Int, medium: Medium = .pictures,
    unused: @escaping @Sendable (Int) -> [Unused] = { _ in [] }, make: @escaping @Sendable (Int) -> Layer
  ) {
    (self.name, self.paper, self.input, self.classes) = (name, paper, input, classes)
    (self.medium, self.make, makeUnused) = (medium, make, unused)
  }

  /// The network for so many classes, by default those it was published with; its results are logits.
  public func layer(classes: Int? = nil) -> Layer { make(classes ?? self.classes) }

  /// What checkpoints hold beside the network.
  public func unused(classes: Int? = nil) -> [Unused] { makeUnused(classes ?? self.classes) }

  /// Every tensor of the network, for its own input.
  public func weights(classes: Int? = nil) -> [Parameter] {
    Self.tensors(of: layer(classes: classes), for: input)
  }

  /// Every tensor that checkpoints hold beside the network's own.
  public func unusedWeights(classes: Int? = nil) -> [Parameter] {
    unused(classes: classes).flatMap { Self.tensors(of: $0.layer, for: $0.input) }
  }

  /// Trained values that are run.
  public var parameters: Int { Self.count(weights()) }
  /// Trained values of a whole checkpoint, as tables count that include auxiliary heads.
  public var storedParameters: Int { parameters + Self.count(unusedWeights()) }

  private static func count(_ tensors: [Parameter]) -> Int {
    tensors.reduce(0) { $0 + ($1.isTrained ? $1.count : 0) }
  }

  private static func tensors(of layer: Layer, for input: Shape) -> [Parameter] {
    do throws(LayerError) { return try layer.weights(for: input) } catch {
      preconditionFailure("a network takes what it was made for: \(error)")
    }
  }
}

extension Shape {
  /// ImageNet's pictures as most networks read them.
  static let imageNet = Shape(c: 3, h: 224, w: 224)
  /// CIFAR's pictures.
  static let cifar = Shape(c: 3, h: 32, w: 32)
}
