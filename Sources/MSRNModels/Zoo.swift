public import MSRNTensors

/// Every architecture that is known.
public enum Zoo {
  /// The architectures, in the order in which they are asked.
  public static let architectures: [any Architecture.Type] = [MSRN.self]

  /// The network that weights belong to, its numbers measured from them.
  ///
  /// - Throws: `ModelError` where no architecture recognises them, or one does and they are not quite right.
  public static func detect(
    _ weights: Weights, variant: Variant = .automatic
  ) throws(ModelError) -> any Architecture {
    let manifest = weights.manifest
    for architecture in architectures where architecture.recognises(manifest) {
      return try architecture.init(weights: weights, variant: variant)
    }
    throw .unrecognised(names: Array(manifest.keys.sorted().prefix(3)), known: architectures.map { $0.id })
  }
}
