public import MSRNLayers
public import MSRNTensors

/// What a file of this module provides, and all that it provides.
public protocol Architecture: Sendable {
  /// Stable name used by `--model` and in weight metadata, such as `msrn`.
  static var id: String { get }
  /// Whether tensors of these names and shapes look like this architecture's, complete or not.
  static func recognises(_ manifest: [String: [Int]]) -> Bool
  /// Measures the architecture's numbers from weights that it recognises.
  ///
  /// - Throws: `ModelError` where a tensor is missing, unknown or of the wrong shape.
  init(weights: Weights, variant: Variant) throws(ModelError)

  /// The network.
  var network: Layer { get }
  /// Channels of the picture.
  var inputChannels: Int { get }
  /// Rows and columns of the result per row and column of the picture.
  var scale: Int { get }
  /// The largest value of input and result: 255 or 1.
  var inputRange: Int { get }
  /// Tensors that a file may hold although the network does not read them.
  var unusedWeights: Set<String> { get }
  /// The numbers that make this network, for people: `64 features, 8 blocks, x4`.
  var summary: String { get }
  /// Which reading of the weights was chosen and why, one sentence each.
  var notes: [String] { get }
}

extension Architecture {
  /// Trained values of the network.
  public var parameters: Int { network.parameters(inputs: inputChannels) }

  /// Checks that weights are those of this network: nothing missing, nothing else, every shape right.
  func check(_ weights: Weights) throws(ModelError) {
    let expected = network.weights(inputs: inputChannels)
    for parameter in expected {
      guard let found = weights.tensors[parameter.name] else {
        throw .missing(tensor: parameter.name, expected: parameter.shape)
      }
      guard found.shape == parameter.shape else {
        throw .misshapen(tensor: parameter.name, expected: parameter.shape, found: found.shape)
      }
    }
    let known = Set(expected.map(\.name)).union(unusedWeights)
    if let extra = weights.tensors.keys.filter({ !known.contains($0) }).min() {
      throw .unknown(tensor: extra, network: "\(Self.id) (\(summary))")
    }
  }
}

/// How weights are to be read where their tensors alone do not say.
public enum Variant: String, CaseIterable, Sendable {
  /// As the file's metadata says, else as the size of the mean shift suggests.
  case automatic
  /// The authors' RGB network: values 0-255, mean shift applied.
  case rgb255
  /// The authors' RGB network trained on values 0-1, mean shift applied.
  case rgb1
  /// super-image's reading: values 0-1, the mean shift stored but not applied.
  case superimage
}
