import MSRNModels
import Testing

@Suite struct NetworkGroupTests {
  @Test("every network is of one family, and no group has a network's name")
  func partition() {
    for network in Zoo.networks {
      let families = Zoo.families.filter { $0.networks.contains { $0.name == network.name } }
      #expect(families.count == 1, "\(network.name): \(families.map(\.name))")
    }
    let names = Zoo.groups.map(\.name)
    #expect(Set(names).count == names.count && Set(names).isDisjoint(with: Zoo.networks.map(\.name)))
    #expect(Zoo.groups.allSatisfy { !$0.networks.isEmpty })
  }

  @Test func members() throws {
    func group(_ name: String) throws -> [String] {
      try #require(Zoo.groups.first { $0.name == name }).networks.map(\.name)
    }
    #expect(
      try group("plain") == ["plain18", "plain34", "plain20", "plain32", "plain44", "plain56", "plain110"])
    #expect(try group("vgg") == ["vgg16", "vgg16_bn", "vgg19", "vgg19_bn"])
    #expect(try group("all").count == Zoo.networks.count)
    let others = try group("all").filter {
      try !group("imagenet").contains($0) && !group("cifar").contains($0)
    }
    #expect(others == ["spec_resnet", "lenet5"])
  }
}
