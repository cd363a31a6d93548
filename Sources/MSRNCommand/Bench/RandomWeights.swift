import ArgumentParser
import MSRNKit
import MSRNModels
import MSRNTensors

/// Random weights of a size, for measuring speed with whatever takes a weights file.
struct BenchWeights: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "weights", abstract: "Write random weights, to measure the speed of a size.",
    usage: "msrn bench weights <output> [<options>]",
    discussion: "They are the same at every call; pictures that they make are noise.")

  @Argument(help: "The file, .safetensors.", completion: .file(extensions: ["safetensors"]))
  var output: String

  @OptionGroup
  var network: RandomNetworkOptions

  @Flag(name: .shortAndLong, help: "Replace the file if it exists.")
  var force = false

  func run() throws {
    let target = PictureFile(output)
    try target.checkWritable(replacing: force)
    let architecture = network.architecture
    try target.write(try Weights.random(for: architecture).safetensors(), replacing: force)
    StandardOutput.print("\(output): random weights, \(architecture.summary)")
  }
}

/// The size of a network without weights of its own.
struct RandomNetworkOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Features of the trunk.", valueName: "n"))
  var features = 64

  @Option(help: ArgumentHelp("Multi-scale blocks.", valueName: "n"))
  var blocks = 8

  @Option(name: .shortAndLong, help: ArgumentHelp("How many times as wide and high.", valueName: "n"))
  var scale = 4

  mutating func validate() throws {
    for (name, value) in [("features", features), ("blocks", blocks)] where !(1...1024).contains(value) {
      throw ValidationError("--\(name) is 1 to 1024, not \(value)")
    }
    if ![2, 3, 4, 8].contains(scale) {
      throw ValidationError("--scale is 2, 3, 4 or 8, not \(scale)")
    }
  }

  /// The network.
  var architecture: MSRNModels.MSRN { .init(scale: scale, features: features, blocks: blocks) }
}
