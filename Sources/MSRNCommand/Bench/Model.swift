import ArgumentParser
import MSRNEngine
import MSRNKit
import MSRNLayers
import MSRNModels
import MSRNTensors

/// A whole network beside the ceiling of the processor.
struct BenchModel: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "model", abstract: "Time a whole network against the machine's peak.",
    usage: "msrn bench model [<options>]",
    discussion: """
      From the picture's values to the result's, without files. Sizes take turns, with the peak before each; medians \
      by the wall clock. The peak is so many threads that only multiply and add in registers, or on matrix tiles \
      where the network runs on those. FLOP are those of \
      the network as written (2 x MACs of direct convolution), so that an engine that saves multiplications can exceed \
      the peak. In a profile, "of bound" counts the multiplications that the layer's algorithm needs: the share of its \
      time that they alone would take at the peak. Without --model and --weights the network is MSRN with random weights, or the one that --network \
      names.
      """)

  @OptionGroup(title: "Network")
  var networkOptions: NetworkOptions

  @Option(
    help: ArgumentHelp(
      "A classification network with random weights: resnet18, vgg16, densenet121, …", valueName: "name"))
  var network: String?

  @OptionGroup(title: "Machine")
  var runOptions: RunOptions

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp(
      "Sizes of the picture that is read (default: 128x128 256x256; of --network, what it was made for).",
      valueName: "WxH"))
  var size: [PixelSize] = []

  @Option(help: "Pictures that are run in one go; times are those of one of them.")
  var batch = 1

  @Option(help: "Timed rounds; the first one, which warms up, is not counted.")
  var rounds = 5

  @Flag(help: "Measure one thread too, and what the others add.")
  var scaling = false

  @Flag(help: "Print each layer's median time too, of every size; in a batch, of one picture.")
  var profile = false

  @Flag(help: "Print one JSON object.")
  var json = false

  mutating func validate() throws {
    guard (1...1024).contains(batch) else { throw ValidationError("--batch is 1 to 1024, not \(batch)") }
    if profile, json { throw ValidationError("--profile is for people, --json for programs") }
    guard (1...1000).contains(rounds) else { throw ValidationError("--rounds is 1 to 1000, not \(rounds)") }
    if network != nil,
      !networkOptions.isRandom || networkOptions.features != nil || networkOptions.blocks != nil
        || networkOptions.scale != nil
    {
      throw ValidationError("--network has its own numbers and random weights")
    }
  }

  func run() throws {
    let network = try network.map { BenchNetwork(try Zoo.network(named: $0)) } ?? networkOptions.read()
    let sizes = size.isEmpty ? network.sizes : size
    for size in sizes {
      _ = try network.layer.shape(for: Shape(c: network.channels, h: size.height, w: size.width))
    }
    let options = try runOptions.engine
    let memory = runOptions.memory?.bytes
    var series = try [Series(network, options, memory, sizes, batch)]
    if scaling, options.threads > 1 {
      var single = options
      single.threads = 1
      series.append(try Series(network, single, memory, sizes, batch))
    }
    for round in 0...rounds {
      for index in series.indices { try series[index].measure(counted: round > 0) }
    }
    let report = Report(
      machine: machineName(), instructionSet: options.instructionSet.rawValue,
      precision: series[0].program.precision.rawValue, network: network.summary, batch: batch, rounds: rounds,
      series: try series.map { try $0.result() })
    StandardOutput.print(json ? try JSONLine.text(report) : report.description)
    if profile {
      for index in sizes.indices { try profile(series[0], index, peak: report.series[0].peak) }
    }
  }

  /// Prints where the time of one size goes.
  private func profile(_ series: Series, _ index: Int, peak: Double) throws {
    var runs: [[Profile.Row]] = []
    for round in 0...rounds {
      let profile = Profile(), pictures = [Tensor](repeating: series.inputs[index], count: batch)
      _ = try series.program.run(pictures, memory: series.limit, profile: profile)
      if round > 0 { runs.append(profile.rows) }
    }
    let rows = runs[0].indices.map { row in
      runs[0][row].taking(Bench.median(runs.map { $0[row].seconds }), pictures: batch)
    }
    StandardOutput.print("\n" + ProfileReport(rows, peak: peak / Double(series.options.threads)).description)
  }
}

/// One number of threads.
private struct Series {
  let options: EngineOptions
  /// Bytes that a run may take.
  let limit: Int?
  let program: Program
  let network: Layer
  let inputs: [Tensor]
  /// Pictures in one go.
  let batch: Int
  var seconds: [[Double]]
  var memory: [Int?]
  var peaks: [Double] = []

  init(_ network: BenchNetwork, _ options: EngineOptions, _ limit: Int?, _ sizes: [PixelSize], _ batch: Int)
    throws
  {
    (self.options, self.limit, self.network, self.batch) = (options, limit, network.layer, batch)
    program = try Program(
      network: network.layer, inputs: network.channels, size: network.size, weights: network.weights(),
      options: options, again: network.again)
    inputs = sizes.map {
      .patterned(Shape(c: network.channels, h: $0.height, w: $0.width), range: network.range)
    }
    seconds = inputs.map { _ in [] }
    memory = inputs.map { _ in nil }
  }

  /// Each size once, with the peak before it.
  mutating func measure(counted: Bool) throws {
    for index in inputs.indices {
      let peak = PeakBenchmark.run(
        threads: options.threads, on: options.instructionSet, tiles: program.placement.tiles)
      PeakMemory.reset()
      let start = ContinuousClock.now
      let pictures = [Tensor](repeating: inputs[index], count: batch)
      let results =
        batch == 1
        ? [try program.run(inputs[index], memory: limit)] : try program.run(pictures, memory: limit)
      let elapsed = (ContinuousClock.now - start) / batch
      precondition(results.count == batch, "each picture has a result")
      memory[index] = max(memory[index] ?? 0, PeakMemory.bytes ?? 0)
      guard counted, let peak else { continue }
      peaks.append(peak)
      seconds[index].append(elapsed / .seconds(1))
    }
  }

  func result() throws -> BenchModel.Report.Series {
    let peak = Bench.median(peaks)
    return BenchModel.Report.Series(
      threads: options.threads, peak: peak,
      sizes: try inputs.indices.map { index in
        let shape = inputs[index].map
        let time = Bench.median(seconds[index])
        let flops = 2 * Double(try network.macs(for: shape)) / time
        return BenchModel.Report.Row(
          width: shape.w, height: shape.h, seconds: time, fastest: seconds[index].min() ?? time,
          flops: flops, ratio: flops / peak, peakBytes: memory[index].flatMap { $0 > 0 ? $0 : nil })
      })
  }
}

extension BenchModel {
  /// What was measured.
  struct Report: Encodable, CustomStringConvertible {
    struct Row: Encodable {
      let width: Int
      let height: Int
      /// Median and least, of one picture of a batch.
      let seconds: Double
      let fastest: Double
      /// 2 x MACs / second, and its share of the peak.
      let flops: Double
      let ratio: Double
      /// The process's peak resident memory during the run.
      let peakBytes: Int?
    }

    struct Series: Encodable {
      let threads: Int
      /// FLOP/s of so many threads in registers.
      let peak: Double
      let sizes: [Row]
    }

    let machine: String
    let instructionSet: String
    let precision: String
    let network: String
    /// Pictures in one go.
    let batch: Int
    let rounds: Int
    let series: [Series]

    var description: String {
      var table = Table(
        ["threads", "size", "ms", "us/pixel", "GFLOP/s", "x peak", "peak RSS MiB"],
        numbers: [0, 2, 3, 4, 5, 6])
      for part in series {
        for row in part.sizes {
          table.add([
            "\(part.threads)", "\(row.width)x\(row.height)", decimal(row.seconds * 1e3, 1),
            decimal(row.seconds * 1e6 / Double(row.width * row.height), 2), decimal(row.flops / 1e9, 1),
            decimal(row.ratio, 3), row.peakBytes.map { decimal(Double($0) / 1_048_576, 0) } ?? "",
          ])
        }
      }
      let together = batch > 1 ? ", \(batch) pictures in one go" : ""
      var lines = [
        "\(machine), \(instructionSet), \(precision), \(network)\(together)", "", table.description, "",
      ]
      for part in series {
        lines.append("peak of \(part.threads) in registers: \(decimal(part.peak / 1e9, 1)) GFLOP/s")
      }
      return (lines + scaling).joined(separator: "\n")
    }

    /// How many times as fast all threads are as one, each size beside the registers' own gain.
    private var scaling: [String] {
      guard series.count == 2 else { return [] }
      let (all, one) = (series[0], series[1])
      let gains = zip(all.sizes, one.sizes).map {
        "\($0.width)x\($0.height) \(decimal($1.seconds / $0.seconds, 2))"
      }
      return [
        "\(all.threads) threads over one: \(gains.joined(separator: ", ")); registers \(decimal(all.peak / one.peak, 2))"
      ]
    }
  }
}
