import MSRNCommand
import MSRNModels
import Testing

@Suite struct PublishedErrorsTests {
  @Test("figures are of networks that exist, and are errors")
  func figures() throws {
    let figures = PublishedErrors.known.figures
    #expect(Set(figures).count == figures.count)
    for figure in figures {
      let network = try Zoo.network(named: figure.network)
      #expect((figure.set == .imageNet) == (network.classes == 1000), "\(figure)")
      #expect(figure.top1Error > 0 && figure.top1Error < 50, "\(figure)")
      if let top5 = figure.top5Error { #expect(top5 < figure.top1Error && top5 > 0, "\(figure)") }
      #expect(figure.url.hasPrefix("https://") && !figure.source.isEmpty)
    }
    // 100 less the accuracy, without the noise of a binary fraction.
    let own = PublishedErrors.known.figures(of: "resnet18", on: .imageNet)
    #expect(own.first?.top1Error == 30.242 && own.first?.top5Error == 10.922)
    #expect(PublishedErrors.known.figures(of: "plain20", on: .cifar10).isEmpty)
    #expect(PublishedErrors.known.figures(of: "wrn28_10", on: .cifar100).map(\.top1Error) == [19.25])
  }

  private func sources(_ networks: [(String, PublishedErrors.TestSet?, [String])]) -> [Double?] {
    PublishedErrors.known.choice(for: networks).map { $0?.top1Error }
  }

  @Test("figures that can be compared are preferred: of the very weights, else of one source")
  func choice() {
    #expect(sources([("resnet18", .imageNet, []), ("vgg16", .imageNet, [])]) == [30.242, 28.408])
    // The paper has both, torchvision has no plain network.
    #expect(sources([("plain18", .imageNet, []), ("resnet18", .imageNet, [])]) == [27.94, 27.88])
    #expect(sources([("resnet50", .imageNet, ["resnet50", "w/resnet50-11ad3fa6.pth"])]) == [19.142])
    #expect(sources([("resnet50", .imageNet, ["resnet50.a1_in1k", "model.safetensors"])]) == [19.618])
    // A folder's name says nothing.
    #expect(sources([("resnet50", .imageNet, ["resnet50", "11ad3fa6/my.pth"])]) == [23.87])
    #expect(
      sources([("resnet20", .cifar10, ["resnet20", "resnet20-12fca82f.th"]), ("resnet110", .cifar10, [])])
        == [8.27, 6.43])
    #expect(sources([("resnet20", nil, []), ("lenet5", nil, [])]) == [nil, nil])
  }
}
