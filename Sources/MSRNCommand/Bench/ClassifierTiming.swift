import MSRNEngine
import MSRNKit
import MSRNTensors

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
