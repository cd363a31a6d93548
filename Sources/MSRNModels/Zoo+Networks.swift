public import MSRNTensors

extension Zoo {
  /// Every network that is known by name, family by family.
  public static let networks: [NamedNetwork] =
    ResNet.networks + CIFARResNet.networks + PreActResNet.networks + WideResNet.networks
    + CIFARResNeXt.networks
    + DenseNet.networks + ResidualAttention.networks + SpecResNet.networks + LeNet.networks + AlexNet.networks
    + VGG.networks + GoogLeNet.networks + InceptionV3.networks + SqueezeNet.networks

  /// The network of that name.
  ///
  /// - Parameter name: As in the tables; case does not matter, nor does a tag as timm's weights carry, `.a1_in1k`.
  /// - Returns: The network.
  /// - Throws: `unknownName` with the names most like it.
  public static func network(named name: String) throws(ModelError) -> NamedNetwork {
    let plain = name.lowercased().prefix { $0 != "." }
    if let network = networks.first(where: { $0.name == plain }) { return network }
    let distances = networks.map { (name: $0.name, distance: distance($0.name, plain)) }
    let near = distances.sorted { ($0.distance, $0.name) < ($1.distance, $1.name) }.prefix(3)
    throw .unknownName(name, near: near.map(\.name))
  }

  /// The networks whose tensors weights are, names and shapes alike: several where they differ in what has no tensors.
  ///
  /// - Parameter weights: A checkpoint.
  /// - Returns: A residual network and its plain twin, a stride here or there; none where it is of no known network.
  public static func networks(of weights: Weights) -> [NamedNetwork] {
    networks.filter { (try? $0.bind(weights)) != nil }
  }

  /// Letters to insert, delete or exchange to make one text of the other (Levenshtein, 1966).
  private static func distance(_ a: some StringProtocol, _ b: some StringProtocol) -> Int {
    let b = Array(b)
    var row = Array(0...b.count)
    for (i, letter) in a.enumerated() {
      var corner = row[0]
      row[0] = i + 1
      for j in b.indices {
        let exchanged = corner + (letter == b[j] ? 0 : 1)
        corner = row[j + 1]
        row[j + 1] = min(exchanged, corner + 1, row[j] + 1)
      }
    }
    return row[b.count]
  }
}
