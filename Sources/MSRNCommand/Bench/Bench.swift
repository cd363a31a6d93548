import ArgumentParser

/// Speed as a ratio to what the machine reaches in the same run.
struct Bench: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Measure this machine.",
    subcommands: [
      BenchKernels.self, BenchModel.self, BenchClassifier.self, BenchStart.self, BenchThreads.self,
      BenchWeights.self,
      BenchWorker.self,
    ],
    defaultSubcommand: BenchKernels.self)

  /// The value in the middle; of an even number of them the larger of the two.
  static func median(_ values: [Double]) -> Double {
    precondition(!values.isEmpty, "a median is of at least one value")
    return values.sorted()[values.count / 2]
  }
}
