import Foundation
import MSRNKit
import Testing

/// Networks that are known by name.
@Suite struct NetworkTests {
  @Test func inspectedByName() throws {
    let command = try Command()
    defer { command.remove() }
    let text = try command.run("inspect", "resnet50").text
    for part in [
      "resnet50, He et al., CVPR 2016", "25,557,032", "4.089 GMAC", "11.11 M", "layer4.2.conv3",
      "conv 7x7 /2",
      "427 pixels",
    ] {
      #expect(text.contains(part), "\(part)")
    }
    let result = try command.run("inspect", "googlenet", "--json", "--size", "320x256")
    let report = try #require(JSONSerialization.jsonObject(with: result.output) as? [String: Any])
    #expect(report["parameters"] as? Int == 6_624_904 && report["storedParameters"] as? Int == 13_004_888)
    #expect(report["input"] as? String == "3x256x320")
    let layers = try #require(report["layers"] as? [[String: Any]])
    #expect(layers.first?["path"] as? String == "conv1.conv" && layers.last?["path"] as? String == "fc")
    #expect(layers.last?["receptiveField"] == nil && layers.first?["receptiveField"] as? Double == 7)
    let sum = layers.reduce(0) { $0 + ($1["macs"] as? Int ?? 0) }
    #expect(report["gmacs"] as? Double == Double(sum) / 1e9)
  }

  @Test func inspectedByWeights() throws {
    let command = try Command()
    defer { command.remove() }
    try command.put("lenet.safetensors", Self.seven)
    let text = try command.run("inspect", "lenet.safetensors").text
    for part in ["lenet5, LeCun", "61,706", "file         lenet.safetensors"] {
      #expect(text.contains(part), "\(part)")
    }
  }

  @Test func aFileOfThatNameWins() throws {
    let command = try Command()
    defer { command.remove() }
    try command.put("resnet18", [UInt8]("no network".utf8))
    let result = try command.run("inspect", "resnet18")
    #expect(result.status == 3 && result.error.contains("resnet18: neither a PNG"))
  }

  @Test func namesThatAreNone() throws {
    let command = try Command()
    defer { command.remove() }
    let name = try command.run("inspect", "resnet51")
    #expect(name.status == 2 && name.error.contains("resnet50"))
    let file = try command.run("inspect", "none.pth")
    #expect(file.status == 3 && file.error.contains("none.pth: cannot be opened"))
    let small = try command.run("inspect", "inception_v3", "--size", "20x20")
    #expect(small.status == 3 && small.error.contains("too small"))
    let model = try command.run("classify", Command.sample, "--model", "resnet51", "--weights", "none.pth")
    #expect(model.status == 2 && model.error.contains("did you mean"))
    let weights = try command.run("classify", Command.sample, "--model", "resnet50", "--weights", "none.pth")
    #expect(weights.status == 4 && weights.error.contains("none.pth"))
  }

  /// Weights of LeNet-5 that make class 7 the answer to everything: matrices of zeros, one bias.
  static var seven: Data {
    let shapes: [(String, [Int])] = [
      ("conv1.weight", [6, 1, 5, 5]), ("conv1.bias", [6]), ("conv2.weight", [16, 6, 5, 5]),
      ("conv2.bias", [16]),
      ("fc1.weight", [120, 400]), ("fc1.bias", [120]), ("fc2.weight", [84, 120]), ("fc2.bias", [84]),
      ("fc3.weight", [10, 84]), ("fc3.bias", [10]),
    ]
    var weights = Weights()
    for (name, shape) in shapes {
      weights.tensors[name] = Tensor(shape: shape)
      if name == "fc3.bias" { weights.tensors[name]?.values[7] = 3 }
    }
    return Data((try? weights.safetensors()) ?? [])
  }

  @Test func classified() throws {
    let command = try Command()
    defer { command.remove() }
    try command.put("lenet.safetensors", Self.seven)
    try command.put("digits.txt", [UInt8]((0..<10).map { "digit \($0)\n" }.joined().utf8))
    let arguments = [
      "classify", Command.sample, "--model", "lenet5", "--weights", "lenet.safetensors", "--labels",
      "digits.txt",
    ]
    let text = try command.start(arguments).end()
    #expect(text.status == 0)
    // e^3 / (e^3 + 9)
    for part in ["69.06 %  7  digit 7", "3.44 %  0  digit 0", "runs on", "32x32", "less 0.1307"] {
      #expect(text.text.contains(part), "\(part): \(text.text)")
    }
    let json = try command.start(arguments + ["--json", "--top", "1", "--crop", "32", "--resize", "40"]).end()
    let report = try #require(JSONSerialization.jsonObject(with: json.output) as? [String: Any])
    let classes = try #require(report["classes"] as? [[String: Any]])
    #expect(
      classes.count == 1 && classes[0]["label"] as? String == "digit 7" && classes[0]["index"] as? Int == 7)
    let recipe = try #require(report["preprocessing"] as? [String: Any])
    #expect(recipe["resize"] as? Int == 40 && recipe["source"] as? String == "MNIST's, with changes")
    let labels = try command.run(
      "classify", Command.sample, "--model", "lenet5", "--weights", "lenet.safetensors", "--labels",
      "lenet.safetensors")
    #expect(labels.status == 4)
  }

  @Test func whatFailsIsSaidAndTheOthersDone() throws {
    let command = try Command()
    defer { command.remove() }
    try command.put("lenet.safetensors", Self.seven)
    try command.put("text.png", [UInt8]("no picture".utf8))
    let result = try command.run(
      "classify", "text.png", "none.png", Command.sample, "--model", "lenet5", "--weights",
      "lenet.safetensors")
    #expect(result.status == 3)
    #expect(result.error.contains("msrn: text.png: ") && result.error.contains("msrn: none.png: "))
    #expect(result.text.contains("69.06 %"))
    let wrong = try command.run(
      "classify", Command.sample, "--model", "resnet18", "--weights", "lenet.safetensors")
    #expect(wrong.status == 4 && wrong.error.contains("fc.weight"))
  }
}
