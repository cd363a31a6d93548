import ArgumentParser
import MSRNEngine
import MSRNKit
import MSRNLayers
import MSRNModels
import MSRNTensors

/// One classification network in a process of its own: `msrn compare` runs such processes in turn.
struct BenchClassifier: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "classifier", abstract: "Time one classification network, alone and in batches.",
    usage: "msrn bench classifier <name> [<options>]",
    discussion: """
      From the network's input to its logits, after two runs that warm up. A batch is done in the faster of two ways: \
      its pictures together with all threads, or a picture a thread. The peak is that of `msrn bench model`, measured \
      just before and just after. What memory the process has held is told before batches are begun: it has read the \
      weights, packed them, and classified.
      """)

  @Argument(help: "The network: resnet18, vgg16, densenet121, …")
  var name: String

  @Option(
    help: ArgumentHelp("Its weights (default: random ones).", valueName: "file"),
    completion: .file(extensions: ["pth", "th", "pt", "safetensors"]))
  var weights: String?

  @Option(help: ArgumentHelp("The input's size (default: what it was made for).", valueName: "WxH"))
  var size: PixelSize?

  @Option(help: ArgumentHelp("Pictures of a batch; 1 for no batches.", valueName: "n"))
  var batch = 16

  @Option(
    help: ArgumentHelp("How long each is timed, but at least five runs and two batches.", valueName: "s"))
  var seconds = 0.3

  @Option(help: ArgumentHelp("Threads (default: all cores this process may use).", valueName: "n"))
  var threads: Int?

  @OptionGroup(title: "Machine")
  var kernelOptions: KernelOptions

  @Flag(help: "Print one JSON object.")
  var json = false

  mutating func validate() throws {
    if let threads, !(1...1024).contains(threads) {
      throw ValidationError("--threads is 1 to 1024, not \(threads)")
    }
    guard (1...4096).contains(batch) else { throw ValidationError("--batch is 1 to 4096, not \(batch)") }
    guard (0...3600).contains(seconds) else {
      throw ValidationError("--seconds is 0 to 3600, not \(seconds)")
    }
  }

  func run() throws {
    let network: NamedNetwork
    do throws(ModelError) { network = try Zoo.network(named: name) } catch { throw UsageError("\(error)") }
    let options = try kernelOptions.engine(threads: threads ?? Threads.available)
    let shape = try network.input(of: size)
    let classifier: Classifier
    do {
      // In a block, so that the checkpoint is gone when memory is asked for.
      let file = try weights.map { try NetworkFile($0) }
      let random = { @Sendable () throws in try network.bind(.random(network.weights())) }
      classifier = try Classifier(
        file.map { try $0.bound(to: network) } ?? random(), input: shape, options: options,
        again: file.map { $0.again(for: network) } ?? random)
    }
    let timing = try ClassifierTiming(
      classifier, shape, options, batch: batch, duration: .seconds(seconds),
      macs: network.layer().macs(for: shape))
    StandardOutput.print(json ? try JSONLine.text(timing) : text(network, shape, timing))
  }

  private func text(_ network: NamedNetwork, _ shape: Shape, _ timing: ClassifierTiming) -> String {
    var listing = Listing()
    listing.add("network", "\(network.name), \(weights ?? "random weights"), \(shape)")
    listing.add("machine", "\(machineName())")
    listing.add("", "\(timing.threads) threads, \(timing.instructionSet), \(timing.precision)")
    let runs = timing.latencies
    listing.add(
      "latency",
      "p50 \(decimal(Bench.median(runs) * 1e3, 3)) ms, p95 \(decimal(Percentile.value(0.95, of: runs) * 1e3, 3)) ms, "
        + "\(runs.count) runs")
    listing.add(
      "of the peak",
      "\(decimal(timing.ratio, 3)) x \(decimal(timing.peak / 1e9, 1)) GFLOP/s")
    if let batches = timing.batches {
      listing.add(
        "batches of \(batches.size)",
        "\(decimal(Double(batches.size) / Bench.median(batches.seconds), 1)) pictures a second, \(batches.way)"
      )
    }
    if let bytes = timing.peakBytes {
      listing.add("peak RSS", "\(decimal(Double(bytes) / 1_048_576, 0)) MiB")
    }
    return listing.description
  }
}
