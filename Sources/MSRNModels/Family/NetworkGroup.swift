/// Networks that one name stands for.
public struct NetworkGroup: Sendable {
  /// The name, such as `resnet`; no network has it.
  public let name: String
  /// Its networks, in the zoo's order; at least one.
  public let networks: [NamedNetwork]

  fileprivate init(_ name: String, _ belongs: (NamedNetwork) -> Bool) {
    (self.name, networks) = (name, Zoo.networks.filter(belongs))
  }

  /// The networks whose names begin in one of these ways.
  fileprivate init(_ name: String, _ stems: String...) {
    self.init(name) { network in stems.contains { network.name.hasPrefix($0) } }
  }
}

extension Zoo {
  /// The families: every network is in one of them.
  public static let families: [NetworkGroup] = [
    NetworkGroup("plain", "plain"), NetworkGroup("resnet", "resnet"), NetworkGroup("preresnet", "preresnet"),
    NetworkGroup("wide", "wide_resnet", "wrn"), NetworkGroup("resnext", "resnext"),
    NetworkGroup("densenet", "densenet"), NetworkGroup("attention", "attention"),
    NetworkGroup("early", "lenet", "alexnet", "zfnet"), NetworkGroup("vgg", "vgg"),
    NetworkGroup("inception", "googlenet", "inception"), NetworkGroup("squeezenet", "squeezenet"),
    NetworkGroup("speech", "spec_resnet"),
  ]

  /// The families, and the networks by what they were made for: ImageNet, CIFAR, anything.
  public static let groups: [NetworkGroup] =
    families + [
      NetworkGroup("imagenet") { $0.classes == 1000 }, NetworkGroup("cifar") { $0.input == .cifar },
      NetworkGroup("all") { _ in true },
    ]
}
