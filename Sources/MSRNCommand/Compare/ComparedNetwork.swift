import MSRNEngine
import MSRNKit
import MSRNLayers
import MSRNModels
import MSRNTensors

/// One network of a comparison.
struct ComparedNetwork {
  /// What it is called there, such as `resnet50` or `resnet50.a1_in1k`.
  var name: String
  let network: NamedNetwork
  /// Its weights file; `nil` for random weights.
  let weights: String?
  let digest: SHA256?
  /// Classes of the weights.
  let classes: Int
  /// What it is timed on.
  let input: Shape

  /// Takes a network, and reads its weights to see that they are its own.
  ///
  /// - Parameters:
  ///   - network: The network.
  ///   - name: What it is called.
  ///   - weights: Its weights file.
  ///   - size: Of the pictures that it is timed on; nil: what it was made for.
  /// - Throws: `FileError` for the weights; ``UsageError`` where the network takes no such pictures.
  init(_ network: NamedNetwork, name: String, weights: String?, size: PixelSize?) throws {
    (self.name, self.network, self.weights, input) = (name, network, weights, try network.input(of: size))
    if let weights {
      let file = try NetworkFile(weights)
      (digest, classes) = (file.digest, try file.bound(to: network).classes)
    } else {
      (digest, classes) = (nil, network.classes)
    }
  }

  /// What its published errors are errors on; `nil` for a set that is none of theirs.
  var set: PublishedErrors.TestSet? {
    switch (network.input, classes) {
    case (Shape(c: 3, h: 32, w: 32), 10): .cifar10
    case (Shape(c: 3, h: 32, w: 32), 100): .cifar100
    case (_, 1000): .imageNet
    default: nil
    }
  }

  /// The family's number, for its colour.
  var family: Int? {
    Zoo.families.firstIndex { $0.networks.contains { $0.name == network.name } }
  }

  /// The network with its weights, ready to run on what its preprocessing gives.
  ///
  /// - Throws: As ``NetworkFile``.
  func classifier(_ options: EngineOptions) throws -> Classifier? {
    guard let weights else { return nil }
    let file = try NetworkFile(weights)
    return try Classifier(
      file.bound(to: network), input: network.input, options: options, again: file.again(for: network))
  }

  /// Gives networks that are called alike numbers.
  static func numbered(_ networks: [ComparedNetwork]) -> [ComparedNetwork] {
    var counts: [String: Int] = [:]
    return networks.map { network in
      var network = network
      counts[network.name, default: 0] += 1
      if let count = counts[network.name], count > 1 { network.name += " (\(count))" }
      return network
    }
  }
}
