public import MSRNLayers
public import MSRNTensors

extension NamedNetwork {
  /// A checkpoint as this network reads it.
  public struct Bound: Sendable {
    /// The network, for as many classes as the checkpoint has.
    public let layer: Layer
    /// Its tensors under its names.
    public let weights: Weights
    /// The classes that the checkpoint tells apart.
    public let classes: Int
  }

  /// Takes a checkpoint as its authors published it.
  ///
  /// Counters of batch normalisations and tensors of layers that are not run may be there or not. Names of torchvision's
  /// first DenseNets, `denselayer1.norm.1`, are read as the later `denselayer1.norm1`.
  ///
  /// - Parameter checkpoint: All tensors of the file.
  /// - Returns: The network and its tensors.
  /// - Throws: `missing`, `misshapen` or `unknown` where the checkpoint is of another network.
  public func bind(_ checkpoint: Weights) throws(ModelError) -> Bound {
    var found: [String: Tensor] = [:]
    for (name, tensor) in checkpoint.tensors where !name.hasSuffix(".num_batches_tracked") {
      found[Self.modern(name)] = tensor
    }
    let classes = try classes(found)
    var bound = Weights(metadata: checkpoint.metadata)
    for parameter in weights(classes: classes) {
      guard let tensor = found.removeValue(forKey: parameter.name) else {
        throw .missing(tensor: parameter.name, expected: parameter.shape)
      }
      guard tensor.shape == parameter.shape else {
        throw .misshapen(tensor: parameter.name, expected: parameter.shape, found: tensor.shape)
      }
      bound.tensors[parameter.name] = tensor
    }
    let unused = Set(unusedWeights(classes: classes).map(\.name))
    if let extra = found.keys.filter({ !unused.contains($0) }).min() {
      throw .unknown(tensor: extra, network: name)
    }
    return Bound(layer: layer(classes: classes), weights: bound, classes: classes)
  }

  /// As many as the last layer with weights has outputs.
  private func classes(_ found: [String: Tensor]) throws(ModelError) -> Int {
    guard let last = weights().last(where: { $0.name.hasSuffix(".weight") }) else { return classes }
    guard let tensor = found[last.name] else { throw .missing(tensor: last.name, expected: last.shape) }
    guard tensor.shape.dropFirst() == last.shape.dropFirst(), let classes = tensor.shape.first, classes > 0
    else {
      throw .misshapen(tensor: last.name, expected: last.shape, found: tensor.shape)
    }
    return classes
  }

  /// `norm.1`, `conv.2` of a dense layer as `norm1`, `conv2`.
  private static func modern(_ name: String) -> String {
    guard name.contains(".denselayer") else { return name }
    var parts = name.split(separator: ".", omittingEmptySubsequences: false)
    guard let at = parts.indices.dropLast().first(where: { ["norm", "conv"].contains(parts[$0]) }),
      ["1", "2"].contains(parts[at + 1])
    else { return name }
    parts.replaceSubrange(at...at + 1, with: [parts[at] + parts[at + 1]])
    return parts.joined(separator: ".")
  }
}
