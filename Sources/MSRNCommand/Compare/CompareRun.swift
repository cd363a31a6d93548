import MSRNEngine
import MSRNKit
import MSRNModels

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Networks timed in turn, each time in a process of its own, then classifying their sets.
///
/// A process each: its peak memory is the network's own, and no network finds caches or memory as another one left them.
struct CompareRun {
  private let networks: [ComparedNetwork]
  private let sets: LabelledSets
  private let options: EngineOptions
  private let timing: TimingOptions
  private let display: ProgressDisplay

  /// - Parameters:
  ///   - networks: What is compared.
  ///   - sets: The pictures that errors are measured on.
  ///   - options: What everything runs on.
  ///   - timing: How it is timed.
  ///   - display: Where progress is told.
  init(
    _ networks: [ComparedNetwork], sets: LabelledSets, options: EngineOptions, timing: TimingOptions,
    display: ProgressDisplay
  ) {
    (self.networks, self.sets, self.options) = (networks, sets, options)
    (self.timing, self.display) = (timing, display)
  }

  /// What is known of one network.
  private struct Entry {
    var timings: [ClassifierTiming] = []
    /// Of whole processes, batches too.
    var processBytes = 0
    var failure: String?
  }

  /// Compares.
  ///
  /// - Returns: The report, and the worst that happened.
  /// - Throws: Where no process can be started, or weights have gone.
  func run() throws -> (CompareReport, ExitStatus) {
    var worst = ExitStatus.success
    let entries = try timings(&worst)
    var rows: [CompareReport.Network] = [], notes: [String] = []
    let published = PublishedErrors.known.choice(
      for: networks.map { network in
        (network.network.name, network.set, network.weights.map { [network.name, $0] } ?? [])
      })
    for (index, network) in networks.enumerated() {
      let speed = CompareReport.Speed(entries[index].timings, processBytes: entries[index].processBytes)
      let errors = try errors(of: network, &worst, &notes)
      rows.append(
        try CompareReport.Network(
          network, speed: speed, errors: errors, published: published[index],
          failure: entries[index].failure))
    }
    display.end()
    let report = CompareReport(
      options, timing: timing, peaks: entries.flatMap { $0.timings.map(\.peak) }, networks: rows, notes: notes
    )
    return (report, worst)
  }

  // MARK: Speed

  private func timings(_ worst: inout ExitStatus) throws -> [Entry] {
    guard let program = SystemFile.executable else {
      throw SetUpError(underlying: AccessError.system(action: "found", code: 2))
    }
    var entries = networks.map { _ in Entry() }
    let capture = FileManager.default.temporaryDirectory.appending(
      path: "msrn-compare-\(SystemFile.process)-\(UUID().uuidString)"
    ).path
    for round in 0..<timing.rounds {
      for (index, network) in networks.enumerated() where entries[index].failure == nil {
        display.label = "\(network.name), round \(round + 1) of \(timing.rounds)"
        display.show(Double(round * networks.count + index) / Double(timing.rounds * networks.count))
        do {
          let child = try ChildProcess(program, arguments(network), capture: capture)
          entries[index].timings.append(
            try JSONDecoder().decode(ClassifierTiming.self, from: Data(child.output)))
          entries[index].processBytes = max(entries[index].processBytes, child.peakBytes)
        } catch let error as ChildFailure {
          // The process has said why, unless it was killed.
          if error.exitCode == nil { tell("\(network.name): its process \(error.ending)") }
          worst = .worse(worst, error.exitCode.flatMap { ExitStatus(rawValue: $0) } ?? .failure)
          entries[index].failure = "its process \(error.ending)"
        }
      }
    }
    return entries
  }

  private func arguments(_ network: ComparedNetwork) -> [String] {
    var arguments = ["bench", "classifier", network.network.name, "--json"]
    arguments += ["--size", "\(network.input.w)x\(network.input.h)", "--batch", "\(timing.batch)"]
    arguments += ["--seconds", "\(timing.seconds)", "--threads", "\(options.threads)"]
    arguments += ["--cpu", options.instructionSet.rawValue, "--precision", options.precision.rawValue]
    if let weights = network.weights { arguments.append("--weights=\(weights)") }
    return arguments
  }

  // MARK: Errors

  private func errors(
    of network: ComparedNetwork, _ worst: inout ExitStatus, _ notes: inout [String]
  ) throws -> CompareReport.Errors? {
    let choice = sets.choice(for: network)
    guard let classifier = try network.classifier(options) else { return nil }
    switch choice {
    case .none: return nil
    case .unfit(let reason):
      notes.append(reason)
      return nil
    case .set(let pictures):
      display.label = "\(network.name), \(pictures.count) pictures of \(pictures.name)"
      let recipe = network.network.preprocessing(for: network.name, network.weights ?? "")
      var status = worst
      let accuracy = try Accuracy.measure(
        pictures, by: classifier, recipe, progress: { display.show($0) },
        failure: { error in
          tell("\(error)")
          status = .worse(status, ExitStatus(error))
        })
      worst = status
      return CompareReport.Errors(
        accuracy, set: pictures.name, preprocessing: "\(recipe.text); \(recipe.values)")
    }
  }

  private func tell(_ text: String) {
    ProgressDisplay.clearLine()
    StandardError.write("msrn: \(text)\n")
  }
}
