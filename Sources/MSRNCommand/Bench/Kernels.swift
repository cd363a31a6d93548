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

      The load latency is what a load takes that waits for the one before it, by the size of what is read: where the \
      caches end, and what others on the machine leave of them.
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
    let memory = MemoryBenchmark.run()
    if !json { StandardOutput.print("\(machineName()), one thread\n" + Self.text(memory)) }
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
    if json {
      let report = Report(machine: machineName(), memory: memory, kernels: results)
      StandardOutput.print(try JSONLine.text(report))
    }
  }

  /// What `--json` prints.
  private struct Report: Encodable {
    let machine: String
    let threads = 1
    let memory: [MemoryBenchmark.Result]
    let kernels: [KernelBenchmark.Result]
  }

  /// For example `load latency, ns: 16K 1.2, 1M 3.6`.
  private static func text(_ memory: [MemoryBenchmark.Result]) -> String {
    func size(_ bytes: Int) -> String { bytes < 1 << 20 ? "\(bytes >> 10)K" : "\(bytes >> 20)M" }
    return "load latency, ns: "
      + memory.map { "\(size($0.bytes)) \(decimal($0.nanoseconds, 1))" }.joined(separator: ", ")
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
