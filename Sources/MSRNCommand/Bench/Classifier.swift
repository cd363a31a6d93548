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
      picture after picture with all threads, or a picture a thread. The peak is that of `msrn bench model`, measured \
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
    let shape = network.input(of: size)
    let classifier: Classifier
    do {
      // In a block, so that the checkpoint is gone when memory is asked for.
      let bound =
        try weights.map { try NetworkFile($0).bound(to: network) }
        ?? network.bind(.random(network.weights()))
      classifier = try Classifier(bound, input: shape, options: options)
    }
    let timing = try ClassifierTiming(
      classifier, shape, options, batch: batch, duration: .seconds(seconds),
      macs: network.layer().macs(for: shape))
    print(json ? try JSONLine.text(timing) : text(network, shape, timing))
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

extension NamedNetwork {
  /// What the network reads where pictures have that size; nil: what it was made for.
  func input(of size: PixelSize?) -> Shape {
    size.map { Shape(c: input.c, h: $0.height, w: $0.width) } ?? input
  }
}

/// What one process found about one network's speed.
struct ClassifierTiming: Codable {
  /// Several pictures at a time.
  struct Batches: Codable {
    let size: Int
    let way: String
    /// Of each batch.
    let seconds: [Double]
  }

  let threads: Int
  let instructionSet: String
  let precision: String
  /// FLOP/s in registers, or on matrix tiles where the network runs on those.
  let peak: Double
  /// 2 x MACs over the median latency, over the peak.
  let ratio: Double
  /// Seconds of each run.
  let latencies: [Double]
  let batches: Batches?
  /// Resident memory at most, before the batches; `nil` where the system does not tell.
  let peakBytes: Int?

  /// Times a network.
  ///
  /// - Parameters:
  ///   - classifier: The network.
  ///   - shape: What it reads.
  ///   - options: What it runs on.
  ///   - batch: Pictures of a batch; 1: none.
  ///   - duration: How long each is timed.
  ///   - macs: Multiply-accumulates of one run.
  /// - Throws: As `Classifier.logits(for:)`.
  init(
    _ classifier: Classifier, _ shape: Shape, _ options: EngineOptions, batch: Int, duration: Duration,
    macs: Int
  ) throws {
    let input = Tensor.patterned(shape, range: 1)
    (threads, instructionSet) = (options.threads, options.instructionSet.rawValue)
    precision = classifier.precision.rawValue
    for _ in 0..<2 { _ = try classifier.logits(for: input) }
    func peak() throws -> Double {
      let tiles = classifier.program.placement.tiles
      guard let peak = PeakBenchmark.run(threads: options.threads, on: options.instructionSet, tiles: tiles)
      else {
        throw EngineError.unknownInstructionSet(
          name: options.instructionSet.rawValue, known: InstructionSet.available.map(\.rawValue))
      }
      return peak
    }
    let before = try peak()
    latencies = try Self.times(duration, atLeast: 5) { _ = try classifier.logits(for: input) }
    self.peak = (before + (try peak())) / 2
    ratio = 2 * Double(macs) / Bench.median(latencies) / self.peak
    peakBytes = PeakMemory.bytes
    guard batch > 1 else {
      batches = nil
      return
    }
    let inputs = [Tensor](repeating: input, count: batch)
    let fastest = try ClassifierBatch.fastest(classifier, for: inputs)
    batches = Batches(
      size: batch, way: fastest.way.rawValue,
      seconds: try Self.times(duration, atLeast: 2) { _ = try fastest.logits(for: inputs) })
  }

  /// The seconds of each run, of as many as fit into a time, at most 10,000.
  private static func times(_ duration: Duration, atLeast least: Int, _ run: () throws -> Void) rethrows
    -> [Double]
  {
    var times: [Double] = [], clock = ContinuousClock.now
    let end = clock + duration
    while times.count < least || clock < end && times.count < 10_000 {
      try run()
      let now = ContinuousClock.now
      times.append((now - clock) / .seconds(1))
      clock = now
    }
    return times
  }
}
