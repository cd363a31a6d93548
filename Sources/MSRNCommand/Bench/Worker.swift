import ArgumentParser
import MSRNEngine
import MSRNKit
import MSRNLayers
import MSRNModels
import MSRNTensors

/// The engine as one of several that a harness runs in turn, each in a process of its own (`Tests/Peers`).
struct BenchWorker: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "worker", abstract: "Run a network on request, for a harness that compares engines.",
    usage: "msrn bench worker [<options>] <weights> <height> <width> <threads>",
    discussion: """
      Prints one line that says what it is, then answers each line of standard input with one line:

        load in.npy   ok: the pictures, NxCxHxW single precision
        run           ok <seconds>: from the pictures' values to the results'
        save out.npy  ok: the last results, in the same form; NxC of a network
                      that classifies
        peak          ok <FLOP/s>: so many threads in registers
        quit          ends, as the end of input does

      What fails is answered with "error" and a sentence. N is 1, or that of --batch, and C is what the network reads.
      """)

  @Argument(help: "A weights file.", completion: .file(extensions: ["safetensors", "pt", "pth", "th"]))
  var weights: String

  @Argument(help: "Rows of the picture.")
  var height: Int

  @Argument(help: "Columns of the picture.")
  var width: Int

  @Argument(help: "Threads.")
  var threads: Int

  @Option(
    help: ArgumentHelp(
      "The classification network that the weights are of: resnet18, vgg16, densenet121, …", valueName: "name"
    ))
  var network: String?

  @Option(help: ArgumentHelp("Pictures at once.", valueName: "n"))
  var batch = 1

  @OptionGroup(title: "Machine")
  var kernelOptions: KernelOptions

  mutating func validate() throws {
    for (name, value) in [("height", height), ("width", width)] where !(1...100_000).contains(value) {
      throw ValidationError("the \(name) is 1 to 100000, not \(value)")
    }
    for (name, value) in [("threads are", threads), ("--batch is", batch)] where !(1...1024).contains(value) {
      throw ValidationError("\(name) 1 to 1024, not \(value)")
    }
  }

  func run() throws {
    let options = try kernelOptions.engine(threads: threads)
    var session = try network.map { try classification($0, options) } ?? enlargement(options)
    try say(
      "msrn \(MSRN.version), \(options.instructionSet.rawValue), \(session.summary), \(threads) threads")
    while let line = readLine() {
      let parts = line.split(separator: " ", maxSplits: 1).map(String.init)
      if parts == ["quit"] { return }
      let answer: String
      do { answer = "ok" + (try session.answer(parts)) } catch { answer = "error \(error)" }
      try say(answer)
    }
  }

  private func enlargement(_ options: EngineOptions) throws -> Session {
    let model: Model
    do { model = try Model.read(weights) } catch { throw SetUpError(underlying: error) }
    let architecture = model.architecture
    let program = try Program(
      network: architecture.network, inputs: architecture.inputChannels, weights: model.file.take(),
      options: options, again: model.file.again)
    return Session(
      program: program, options: options, shape: [batch, architecture.inputChannels, height, width],
      classifies: false, summary: architecture.summary)
  }

  private func classification(_ name: String, _ options: EngineOptions) throws -> Session {
    let network: NamedNetwork
    do throws(ModelError) { network = try Zoo.network(named: name) } catch { throw UsageError("\(error)") }
    let file = try NetworkFile(weights), bound = try file.bound(to: network)
    let shape = Shape(c: network.input.c, h: height, w: width)
    do { _ = try bound.layer.shape(for: shape) } catch {
      throw FileError(path: weights, underlying: SetUpError(underlying: error))
    }
    let classifier = try Classifier(bound, input: shape, options: options, again: file.again(for: network))
    return Session(
      program: classifier.program, options: options, shape: [batch, network.input.c, height, width],
      classifies: true,
      summary: network.name)
  }

  /// One line at once: the other side waits for it.
  private func say(_ line: String) throws {
    try SystemFile.write(Array((line + "\n").utf8), descriptor: 1)
  }
}

/// A request that cannot be done.
private struct Refusal: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}

/// What the requests of one harness refer to.
private struct Session {
  let program: Program
  let options: EngineOptions
  let shape: [Int]
  let classifies: Bool
  /// What the network is called.
  let summary: String
  var inputs: [Tensor] = []
  var results: [Tensor] = []

  /// Does what a line asks for and returns what follows the "ok".
  mutating func answer(_ request: [String]) throws -> String {
    switch (request.first, request.dropFirst().first) {
    case ("load", let path?):
      let tensor = try Numpy.read(try PictureFile(path).read(maximumBytes: 1 << 31))
      guard tensor.shape == shape else {
        throw Refusal("pictures of shape \(tensor.shape), not \(shape)")
      }
      let count = tensor.values.count / shape[0]
      inputs = (0..<shape[0]).map {
        Tensor(shape: Array(shape.dropFirst()), values: Array(tensor.values[$0 * count..<($0 + 1) * count]))
      }
      return ""
    case ("run", nil):
      guard !inputs.isEmpty else { throw Refusal("no picture has been loaded") }
      let start = ContinuousClock.now
      results = try program.run(inputs)
      return " \((ContinuousClock.now - start) / .seconds(1))"
    case ("save", let path?):
      guard let first = results.first else { throw Refusal("there is no result yet") }
      let shape = [results.count] + (classifies ? [first.values.count] : first.shape)
      try PictureFile(path).write(
        Numpy.write(Tensor(shape: shape, values: results.flatMap(\.values))), replacing: true)
      return ""
    case ("peak", nil):
      guard let peak = PeakBenchmark.run(threads: options.threads, on: options.instructionSet) else {
        throw EngineError.unknownInstructionSet(
          name: options.instructionSet.rawValue, known: InstructionSet.available.map(\.rawValue))
      }
      return " \(peak)"
    default:
      throw Refusal("load FILE, run, save FILE, peak and quit are known")
    }
  }
}
