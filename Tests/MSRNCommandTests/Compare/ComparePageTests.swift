import Foundation
import MSRNModels
import MSRNTensors
import MSRNTestSupport
import Testing

@Suite struct ComparePageTests {
  @Test("a page is well-formed, needs nothing beside itself, and shows what was measured")
  func page() throws {
    let command = try Command()
    defer { command.remove() }
    let hostile = "<b>&'\"w.safetensors"
    try command.put(hostile, FamilyGolden.weights(Zoo.network(named: "plain20")).safetensors())
    let bytes = (0..<5).flatMap { [UInt8($0)] + CounterWeights.bytes("picture \($0)", 3072) }
    try command.put("test.bin", bytes)
    let result = try command.run(
      "compare", "lenet5", "resnet32", "alexnet", "--weights", "resnet20=\(hostile)", "--cifar10", "test.bin",
      "--rounds", "1", "--seconds", "0", "--batch", "2", "--report", "out.html")
    #expect(result.status == 0, "\(result.error)")
    let data = try command.data("out.html"), page = try PageReader(data)
    page.expectSelfContained()
    let text = String(decoding: data, as: UTF8.self)
    #expect(!text.contains("url(") && !text.contains("@import") && page.all("script").isEmpty)
    // Two of speed; three each for CIFAR-10 and ImageNet, of whose networks errors are known; none for LeNet-5's.
    #expect(page.all("svg").count == 8)
    for part in [
      hostile, "resnet20", "lenet5", "30", "He et al., CVPR 2016", "SHA-256", "random weights, no error",
      "random weights",
      "5 pictures of CIFAR-10", "8.75", "43.48/20.93", "msrn compare lenet5",
    ] { #expect(page.text.contains(part), "\(part)") }
  }
}
