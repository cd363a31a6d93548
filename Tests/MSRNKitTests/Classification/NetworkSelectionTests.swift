import MSRNKit
import MSRNModels
import Testing

@Suite struct NetworkSelectionTests {
  private func names(_ names: String...) throws -> [String] {
    try NetworkSelection(names).networks.map(\.name)
  }

  @Test("names, groups and patterns, each network once, in the order of their first mention")
  func selection() throws {
    #expect(try names("vgg19", "VGG", "vgg16") == ["vgg19", "vgg16", "vgg16_bn", "vgg19_bn"])
    #expect(try names("resnet5?") == ["resnet50", "resnet56"])
    #expect(try names("ResNet[12]8") == ["resnet18"])
    #expect(try names("resnet50.a1_in1k") == ["resnet50"])
    #expect(try names() == [])
  }

  @Test("what stands for nothing is an error that names what is like it")
  func unknown() {
    for name in ["resnet51", "resnet5?x", ""] {
      let error = #expect(throws: ModelError.self) { try NetworkSelection([name]) }
      guard case .unknownName(_, let near)? = error else {
        Issue.record("\(error as Any)")
        continue
      }
      #expect(near.count == 3)
    }
  }
}
