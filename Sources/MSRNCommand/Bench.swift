import ArgumentParser
import MSRNEngine

/// Speed as a ratio to what the machine reaches in the same run.
struct Bench: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Measure this machine.", subcommands: [Kernels.self])

  struct Kernels: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Time each convolution kernel against the machine's peak.",
      discussion: """
        One thread, processor time, medians. Peak is a loop of multiply-adds in registers, timed in turn with the kernels in \
        this process.
        """)

    @Option(help: "Timed rounds of each kernel.") var rounds = 15
    @Option(help: "Only this instruction set.") var cpu: String?

    func run() throws {
      let sets = try cpu.map { [try InstructionSet.named($0)] } ?? InstructionSet.available.reversed()
      for set in sets {
        for layer in KernelBenchmark.msrn {
          guard let r = KernelBenchmark.run(layer, on: set, rounds: rounds) else { continue }
          print(set, r.name, r.tile, r.seconds * 1e3, "ms", r.flops / 1e9, "GFLOP/s", r.peak / 1e9, r.ratio)
        }
      }
    }
  }
}
