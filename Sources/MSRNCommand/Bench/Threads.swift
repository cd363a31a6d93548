import ArgumentParser
import MSRNEngine
import MSRNKit

/// What sharing a step among threads costs.
struct BenchThreads: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "threads",
    abstract: "Time what it costs to share work among threads.",
    discussion: """
      Regions of equal items: how much longer than items x length / threads they take, in microseconds, for our \
      threads and, in turn with them in the same process, for those of the system's Dispatch library. Median, and \
      what nine tenths stay below.
      """)

  @Option(help: ArgumentHelp("Threads (default: all that this process may use).", valueName: "n"))
  var threads: Int?

  @Option(help: "Seconds for each case and kind.")
  var seconds = 2.0

  @Flag(help: "Print one JSON object.")
  var json = false

  mutating func validate() throws {
    if let threads, !(1...4096).contains(threads) {
      throw ValidationError("--threads is 1 to 4096, not \(threads)")
    }
    guard (0.01...600).contains(seconds) else {
      throw ValidationError("--seconds is 0.01 to 600, not \(seconds)")
    }
  }

  func run() throws {
    let count = threads ?? MSRNKit.Threads.available
    let results = RegionBenchmark.cases.map { RegionBenchmark.run($0, threads: count, seconds: seconds) }
    if json {
      struct Report: Encodable {
        let machine: String
        let regions: [RegionBenchmark.Result]
      }
      return StandardOutput.print(try JSONLine.text(Report(machine: machineName(), regions: results)))
    }
    StandardOutput.print("\(machineName()), \(count) threads; microseconds beyond the ideal\n")
    var table = Table(["region", "ideal", "ours", "90 %", "Dispatch", "90 %"], numbers: [1, 2, 3, 4, 5])
    for result in results {
      let (ours, theirs) = (result.workers, result.dispatch)
      table.add(
        [result.name]
          + [result.ideal, ours.median, ours.ninetieth, theirs.median, theirs.ninetieth].map {
            decimal($0, 1)
          })
    }
    StandardOutput.print(table)
  }
}
