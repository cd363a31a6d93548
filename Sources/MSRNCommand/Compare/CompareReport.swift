import MSRNEngine
import MSRNKit
import MSRNLayers
import MSRNModels

/// What `msrn compare` found, for people and for machines.
struct CompareReport: Encodable {
  /// How fast a network is, of all rounds together.
  struct Speed: Encodable {
    /// Seconds of one picture: the median, what 95 of 100 runs do not exceed, the least.
    let p50: Double
    let p95: Double
    let fastest: Double
    let runs: Int
    let imagesPerSecond: Double
    /// The same in batches; `nil` where there were none.
    let batchImagesPerSecond: Double?
    /// How threads were shared out in most rounds.
    let batchWay: String?
    /// 2 x MACs over the median of a round, over the peak of that round: the median.
    let timesPeak: Double
    /// Resident memory at most of the network's process, one picture at a time, and batches too.
    let peakBytes: Int
    let batchPeakBytes: Int?

    /// Of no rounds nothing.
    init?(_ timings: [ClassifierTiming], processBytes: Int) {
      guard !timings.isEmpty else { return nil }
      let latencies = timings.flatMap(\.latencies)
      (p50, p95) = (Percentile.value(0.5, of: latencies), Percentile.value(0.95, of: latencies))
      (fastest, runs) = (latencies.min() ?? 0, latencies.count)
      imagesPerSecond = Double(runs) / latencies.reduce(0, +)
      let batches = timings.compactMap(\.batches)
      let count = batches.reduce(0) { $0 + $1.size * $1.seconds.count }
      let seconds = batches.flatMap(\.seconds).reduce(0, +)
      batchImagesPerSecond = batches.isEmpty ? nil : Double(count) / seconds
      let ways = Dictionary(grouping: batches, by: \.way)
      batchWay = ways.max { ($0.value.count, $1.key) < ($1.value.count, $0.key) }?.key
      timesPeak = Bench.median(timings.map(\.ratio))
      peakBytes = timings.compactMap(\.peakBytes).max() ?? processBytes
      batchPeakBytes = batches.isEmpty ? nil : processBytes
    }
  }

  /// What a network gets wrong.
  struct Errors: Encodable {
    let set: String
    let pictures: Int
    /// Pictures that could not be read, and count in no error.
    let failed: Int
    /// In per cent; `nil` where no picture could be read.
    let top1Error: Double?
    let top5Error: Double?
    let right: Int
    let rightInFive: Int
    let preprocessing: String

    init(_ accuracy: Accuracy, set: String, preprocessing: String) {
      (self.set, self.preprocessing) = (set, preprocessing)
      (pictures, failed) = (accuracy.count, accuracy.failed)
      (right, rightInFive) = (accuracy.right, accuracy.rightInFive)
      (top1Error, top5Error) = (accuracy.error.map { 100 * $0 }, accuracy.errorInFive.map { 100 * $0 })
    }
  }

  /// The weights of a network.
  struct Weights: Encodable {
    let file: String
    let sha256: String
  }

  /// One network.
  struct Network: Encodable {
    let name: String
    let network: String
    let paper: String
    /// The family's number; not for machines.
    let family: Int?
    /// `nil` for random weights.
    let weights: Weights?
    let input: String
    let classes: Int
    let parameters: Int
    let gmacs: Double
    let megaActivations: Double
    /// `nil` where it failed.
    let speed: Speed?
    /// `nil` where weights or pictures are missing.
    let errors: Errors?
    /// The set that published errors are of.
    let set: PublishedErrors.TestSet?
    /// The figure that is shown, and all that are known.
    let published: PublishedErrors.Figure?
    let allPublished: [PublishedErrors.Figure]
    /// Why it could not be timed.
    let failure: String?

    private enum CodingKeys: CodingKey {
      case name, network, paper, weights, input, classes, parameters, gmacs, megaActivations, speed, errors,
        set,
        published, allPublished, failure
    }

    init(
      _ network: ComparedNetwork, speed: Speed?, errors: Errors?, published: PublishedErrors.Figure?,
      failure: String?
    ) throws {
      let layer = network.network.layer(classes: network.classes)
      (name, self.network, paper) = (network.name, network.network.name, network.network.paper)
      (family, classes, set) = (network.family, network.classes, network.set)
      weights = network.weights.map { Weights(file: $0, sha256: network.digest?.hexadecimal ?? "") }
      input = network.input.c == 3 ? "\(network.input.w)x\(network.input.h)" : "\(network.input)"
      parameters = network.network.weights(classes: network.classes).reduce(0) {
        $0 + ($1.isTrained ? $1.count : 0)
      }
      gmacs = Double(try layer.macs(for: network.input)) / 1e9
      megaActivations = Double(try layer.activations(for: network.input)) / 1e6
      (self.speed, self.errors, self.published, self.failure) = (speed, errors, published, failure)
      allPublished = PublishedErrors.known.figures(of: network.network.name, on: network.set)
    }
  }

  let version = MSRN.version
  let processor = machineName()
  let threads: Int
  let instructionSet: String
  let precision: String
  let rounds: Int
  /// Pictures of a batch; `nil` where there were none.
  let batch: Int?
  /// FLOP/s, the median of all rounds and networks; `nil` where all failed.
  let peak: Double?
  let networks: [Network]
  /// What has to be known about errors that are missing, a sentence each.
  let notes: [String]

  init(
    _ options: EngineOptions, timing: TimingOptions, peaks: [Double], networks: [Network], notes: [String]
  ) {
    (threads, instructionSet) = (options.threads, options.instructionSet.rawValue)
    (precision, rounds) = (options.precision.rawValue, timing.rounds)
    batch = timing.batch > 1 ? timing.batch : nil
    peak = peaks.isEmpty ? nil : Bench.median(peaks)
    (self.networks, self.notes) = (networks, notes)
  }

  /// Where the published figures that are shown come from, each once, in the order of the networks.
  var sources: [PublishedErrors.Figure] {
    var found: [PublishedErrors.Figure] = []
    for figure in networks.compactMap(\.published)
    where !found.contains(where: { $0.source == figure.source && $0.method == figure.method }) {
      found.append(figure)
    }
    return found
  }

  /// The letter that stands for a figure's source.
  func mark(_ figure: PublishedErrors.Figure) -> String {
    let index = sources.firstIndex { $0.source == figure.source && $0.method == figure.method } ?? 0
    let letters = Array("abcdefghijklmnopqrstuvwxyz")
    return String(letters[index % letters.count])
  }
}
