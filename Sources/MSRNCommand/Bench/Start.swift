import ArgumentParser
import MSRNImages
import MSRNKit
import MSRNTensors

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// The command as a whole, from file to file.
struct BenchStart: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "start", abstract: "Time whole processes, from file to file.",
    usage: "msrn bench start [<options>]",
    discussion: """
      Starts `msrn upscale` on a small picture again and again, and in turn with it `msrn --version`, which is the floor \
      for this program on this machine. Medians by the wall clock. Without --model and --weights the network is MSRN with \
      random weights.
      """)

  @Option(
    help: ArgumentHelp("The picture (default: one of 128x128 that is made up).", valueName: "file"),
    completion: .file(extensions: ["png", "jpg", "jpeg"]))
  var input: String?

  @OptionGroup(title: "Network")
  var networkOptions: NetworkOptions

  @OptionGroup(title: "Machine")
  var runOptions: RunOptions

  @Option(help: "Timed rounds; the first one, which warms up, is not counted.")
  var rounds = 21

  @Flag(help: "Print one JSON object.")
  var json = false

  mutating func validate() throws {
    guard (1...1000).contains(rounds) else { throw ValidationError("--rounds is 1 to 1000, not \(rounds)") }
  }

  func run() throws {
    guard let program = SystemFile.executable else {
      throw SetUpError(underlying: AccessError.system(action: "found", code: 2))
    }
    let folder = FileManager.default.temporaryDirectory.appending(
      path: "msrn-bench-\(SystemFile.process)-\(UUID().uuidString)", directoryHint: .isDirectory)
    do {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    } catch {
      throw SetUpError(underlying: error)
    }
    defer { try? FileManager.default.removeItem(at: folder) }
    func file(_ name: String) -> String { folder.appending(path: name).path }

    let network = try networkOptions.read()
    let picture = input ?? file("in.png")
    if input == nil { try PictureFile(picture).write(Self.picture(side: 128).encode(.png), replacing: false) }
    var arguments = ["upscale", picture, file("out.png"), "--force", "--json", "--progress", "none"]
    arguments += ["--scale", "\(network.scale)", "--weights"]
    if networkOptions.isRandom {
      arguments.append(file("weights.safetensors"))
      try PictureFile(file("weights.safetensors")).write(network.weights().safetensors(), replacing: false)
    } else {
      arguments.append(try networkOptions.modelOptions.path(scale: networkOptions.scale))
      arguments += ["--variant", networkOptions.modelOptions.variant.rawValue]
    }
    let options = try runOptions.engine
    arguments += ["--threads", "\(options.threads)", "--cpu", options.instructionSet.rawValue]
    arguments += ["--precision", options.precision.rawValue]
    if let memory = runOptions.memory { arguments += ["--memory", "\(memory.bytes)"] }

    var whole: [ChildProcess] = [], floor: [ChildProcess] = []
    for round in 0...rounds {
      let upscale = try ChildProcess(program, arguments, capture: file("out"))
      let version = try ChildProcess(program, ["--version"], capture: file("out"))
      guard round > 0 else { continue }
      whole.append(upscale)
      floor.append(version)
    }
    let report = try Report(
      machine: machineName(), instructionSet: options.instructionSet.rawValue, threads: options.threads,
      network: network.summary, rounds: rounds, whole: whole, floor: floor)
    StandardOutput.print(json ? try JSONLine.text(report) : report.description)
  }

  /// A colour picture with shading, an edge and texture, which compresses about as a photograph does.
  private static func picture(side: Int) -> Image {
    let samples = (0..<side * side * 3).map { index -> UInt8 in
      let (x, y, c) = (index / 3 % side, index / 3 / side, index % 3)
      let edge = x * 3 + y * (c + 1) < side * 2 ? 40 : 0
      let texture = (index &* 40_503 >> 3) & 15
      return UInt8(60 + 100 * (x + c * y) / (side * 3) + edge + texture)
    }
    return Image(width: side, height: side, color: .rgb, hasAlpha: false, samples: .eight(samples))
  }
}

extension BenchStart {
  /// What was measured.
  struct Report: Encodable, CustomStringConvertible {
    struct Stage: Encodable {
      let name: String
      let seconds: Double
    }

    /// What `msrn upscale --json` says of itself, as far as it is read here.
    private struct Child: Decodable {
      struct Form: Decodable {
        let width: Int
        let height: Int
      }
      let from: Form
      let to: Form
      let stages: [String: Double]
    }

    let machine: String
    let instructionSet: String
    let threads: Int
    let network: String
    let rounds: Int
    let from: PixelSize
    let to: PixelSize
    /// Median, and least, seconds of a process.
    let seconds: Double
    let fastest: Double
    /// The same of a process that only says its version.
    let floor: Double
    /// What a process says of its stages, the longest first; "other" is all the rest, starting and ending counted.
    let stages: [Stage]
    let processorSeconds: Double
    let peakBytes: Int

    fileprivate init(
      machine: String, instructionSet: String, threads: Int, network: String, rounds: Int,
      whole: [ChildProcess], floor: [ChildProcess]
    ) throws {
      let children = try whole.map { try JSONDecoder().decode(Child.self, from: Data($0.output)) }
      (self.machine, self.instructionSet, self.threads) = (machine, instructionSet, threads)
      (self.network, self.rounds) = (network, rounds)
      from = PixelSize(width: children[0].from.width, height: children[0].from.height)
      to = PixelSize(width: children[0].to.width, height: children[0].to.height)
      seconds = Bench.median(whole.map(\.seconds))
      fastest = whole.map(\.seconds).min() ?? 0
      self.floor = Bench.median(floor.map(\.seconds))
      let named = children[0].stages.keys.map { name in
        Stage(name: name, seconds: Bench.median(children.map { $0.stages[name] ?? 0 }))
      }
      let other = zip(whole, children).map { $0.seconds - $1.stages.values.reduce(0, +) }
      stages = (named + [Stage(name: "other", seconds: Bench.median(other))])
        .sorted { ($1.seconds, $0.name) < ($0.seconds, $1.name) }
      processorSeconds = Bench.median(whole.map(\.processorSeconds))
      peakBytes = whole.map(\.peakBytes).max() ?? 0
    }

    var description: String {
      func row(_ name: String, _ time: Double) -> [String] {
        [name, decimal(time * 1e3, 1), decimal(time / seconds * 100, 1) + " %"]
      }
      var table = Table(["", "ms", "of the whole"], numbers: [1, 2])
      table.add(row("whole process", seconds))
      for stage in stages { table.add(row("  " + stage.name, stage.seconds)) }
      table.add(row("the fastest", fastest))
      table.add(row("processor time", processorSeconds))
      table.add(row("msrn --version", floor))
      return """
        \(machine), \(instructionSet), \(threads) threads, \(network)
        \(from) to \(to), \(rounds) processes

        \(table)

        peak RSS: \(decimal(Double(peakBytes) / 1_048_576, 0)) MiB
        """
    }
  }
}
