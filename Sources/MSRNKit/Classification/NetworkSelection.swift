public import MSRNModels

/// Networks by their names, by a group's name (`cifar`), or by a pattern (`resnet5?`), each once.
public struct NetworkSelection: Sendable {
  /// The networks, in the order in which they were named.
  public let networks: [NamedNetwork]

  /// Finds the networks; case does not matter.
  ///
  /// - Parameter names: Names, groups, patterns as shells have them.
  /// - Throws: `MSRNModels.ModelError.unknownName` where one of them stands for nothing.
  public init(_ names: [String]) throws(ModelError) {
    var found: [NamedNetwork] = []
    for name in names {
      for network in try Self.networks(name) where !found.contains(where: { $0.name == network.name }) {
        found.append(network)
      }
    }
    networks = found
  }

  private static func networks(_ name: String) throws(ModelError) -> [NamedNetwork] {
    let plain = name.lowercased()
    if let group = Zoo.groups.first(where: { $0.name == plain }) { return group.networks }
    guard Glob.isPattern(plain) else { return [try Zoo.network(named: name)] }
    let glob = Glob(plain), networks = Zoo.networks.filter { glob.matches($0.name) }
    guard networks.isEmpty else { return networks }
    // Says which names there are that look like it.
    do throws(ModelError) { _ = try Zoo.network(named: plain) } catch { throw error }
    return []
  }
}
