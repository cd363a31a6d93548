import ArgumentParser
import MSRNEngine

/// Each kernel beside the ceiling of the processor.
struct BenchKernels: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "kernels", abstract: "Time each convolution kernel against the machine's peak.",
    discussion: """
      One thread, its processor time, medians. The peak is a loop that only multiplies and adds in registers; it \
      is timed in turn with each kernel, in this process, on the same instruction set; of matrix tiles, where the \
      processor has them, a loop that only multiplies on them.
      """)

  @Option(help: "Timed rounds of each kernel.")
  var rounds = 15

  @Option(help: "Only this instruction set (default: each that the machine has).")
  var cpu: String?

  @Flag(help: "Print one JSON object.")
  var json = false

  mutating func validate() throws {
    guard (1...1000).contains(rounds) else { throw ValidationError("--rounds is 1 to 1000, not \(rounds)") }
  }

  func run() throws {
    let sets = try cpu.map { [try InstructionSet.named($0)] } ?? InstructionSet.available.reversed()
    var results: [KernelBenchmark.Result] = []
    if !json { StandardOutput.print("\(machineName()), one thread") }
    for set in sets {
      if !json {
        StandardOutput.print("\n" + Self.line(set.rawValue, "tile", "ms", "GFLOP/s", "peak", "of peak"))
      }
      for layer in KernelBenchmark.cases(set) {
        guard let result = KernelBenchmark.run(layer, on: set, rounds: rounds) else { continue }
        results.append(result)
        if !json {
          StandardOutput.print(
            Self.line(
              result.name, result.tile, decimal(result.seconds * 1e3, 2), decimal(result.flops / 1e9, 1),
              decimal(result.peak / 1e9, 1), decimal(result.ratio * 100, 1) + " %"))
        }
      }
    }
    if json { StandardOutput.print(try JSONLine.text(Report(machine: machineName(), kernels: results))) }
  }

  /// What `--json` prints.
  private struct Report: Encodable {
    let machine: String
    let threads = 1
    let kernels: [KernelBenchmark.Result]
  }

  private static func line(
    _ name: String, _ tile: String, _ time: String, _ flops: String, _ peak: String, _ ratio: String
  ) -> String {
    func right(_ text: String, _ width: Int) -> String {
      String(repeating: " ", count: max(0, width - text.count)) + text
    }
    return name + String(repeating: " ", count: max(1, 28 - name.count)) + right(tile, 6) + right(time, 10)
      + right(flops, 10) + right(peak, 9) + right(ratio, 10)
  }
}
