import Foundation
import MSRNKit
import Testing

@Suite struct InspectTests {
  private static let weights = Command.root.appending(path: "weights/msrn-light-x4.safetensors").path

  @Test func aPicture() throws {
    let command = try Command()
    defer { command.remove() }
    let result = try command.run("inspect", Command.sample)
    #expect(result.status == 0)
    #expect(result.text.contains("192x128 pixels"))
    let json = try command.run("inspect", Command.sample, "--json")
    let report = try #require(JSONSerialization.jsonObject(with: json.output) as? [String: Any])
    #expect(report["format"] as? String == "PNG")
    #expect(report["width"] as? Int == 192 && report["height"] as? Int == 128)
    #expect(
      report["depth"] as? Int == 8 && report["alpha"] as? Bool == false && report["color"] as? String == "rgb"
    )
  }

  @Test func weights() throws {
    let command = try Command()
    defer { command.remove() }
    let text = try command.run("inspect", Self.weights).text
    let digest = try Model.read(Self.weights).digest.hexadecimal
    for part in ["32 features, 4 blocks, x4", "803,771", "15.175 GMAC for 128x128", digest] {
      #expect(text.contains(part), "\(part)")
    }
    let result = try command.run("inspect", Self.weights, "--json", "--layers", "--plan", "--size", "10x20")
    let report = try #require(JSONSerialization.jsonObject(with: result.output) as? [String: Any])
    #expect(report["parameters"] as? Int == 803_771)
    #expect(report["scale"] as? Int == 4)
    #expect(report["shipped"] as? Bool == true)
    let layers = try #require(report["layers"] as? [[String: Any]])
    #expect(layers.last?["output"] as? String == "3x80x40")
    let plan = try #require(report["plan"] as? [String: Any])
    #expect((plan["steps"] as? [Any])?.isEmpty == false)
    // Cost by layers and cost in all are one number; the plan has less, the mean shift folded into other steps.
    let sum = layers.reduce(0) { $0 + ($1["macs"] as? Int ?? 0) }
    #expect(plan["macs"] as? Int == sum - 9 * 200 - 9 * 3200)
    #expect(report["gmacs"] as? Double == Double(sum) / 1e9)
  }

  @Test func tables() throws {
    let command = try Command()
    defer { command.remove() }
    let result = try command.run("inspect", Self.weights, "--layers", "--plan", "--cpu", "generic")
    #expect(result.status == 0)
    for part in ["body.0.conv_5_2", "conv 5x5 + relu", "instruction set  generic", "peak"] {
      #expect(result.text.contains(part), "\(part)")
    }
  }
}
