import ArgumentParser
import Foundation
import MSRNEngine
import MSRNKit

/// Speed as a ratio to what the machine reaches in the same run.
struct Bench: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Measure this machine.", subcommands: [Kernels.self], defaultSubcommand: Kernels.self)

  struct Kernels: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Time each convolution kernel against the machine's peak.",
      discussion: """
        One thread, its processor time, medians. The peak is a loop that only multiplies and adds in registers; it \
        is timed in turn with each kernel, in this process, on the same instruction set.
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
      if !json { print("\(machineName()), one thread") }
      for set in sets {
        if !json { print("\n" + Self.line(set.rawValue, "tile", "ms", "GFLOP/s", "peak", "of peak")) }
        for layer in KernelBenchmark.layers {
          guard let result = KernelBenchmark.run(layer, on: set, rounds: rounds) else { continue }
          results.append(result)
          if !json {
            print(
              Self.line(
                result.name, result.tile, decimal(result.seconds * 1e3, 2), decimal(result.flops / 1e9, 1),
                decimal(result.peak / 1e9, 1), decimal(result.ratio * 100, 1) + " %"))
          }
        }
      }
      if json {
        struct Report: Encodable {
          let machine: String
          let threads = 1
          let kernels: [KernelBenchmark.Result]
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        print(
          String(
            decoding: try encoder.encode(Report(machine: machineName(), kernels: results)), as: UTF8.self))
      }
    }

    private static func line(
      _ name: String, _ tile: String, _ time: String, _ flops: String, _ peak: String, _ ratio: String
    ) -> String {
      func right(_ text: String, _ width: Int) -> String {
        String(repeating: " ", count: max(0, width - text.count)) + text
      }
      return name + String(repeating: " ", count: max(1, 26 - name.count)) + right(tile, 6) + right(time, 10)
        + right(flops, 10) + right(peak, 9) + right(ratio, 10)
    }
  }
}

/// The processor's name as the system tells it.
func machineName() -> String {
  guard let text = try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8) else {
    return ProcessInfo.processInfo.operatingSystemVersionString
  }
  let fields = text.split(separator: "\n").prefix(40).compactMap { line -> (String, String)? in
    let parts = line.split(separator: ":", maxSplits: 1).map { $0.trimmingCharacters(in: .whitespaces) }
    return parts.count == 2 ? (parts[0], parts[1]) : nil
  }
  func field(_ name: String) -> String? { fields.first { $0.0 == name }?.1 }
  let name = field("model name") ?? field("CPU part") ?? "unknown processor"
  guard let family = field("cpu family"), let model = field("model") else { return name }
  return "\(name) (family \(family), model \(model))"
}

/// A number with so many decimals and a point, whatever the locale.
func decimal(_ value: Double, _ decimals: Int) -> String {
  String(format: "%.\(decimals)f", locale: Locale(identifier: "en_US_POSIX"), value)
}
