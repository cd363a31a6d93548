import ArgumentParser
import MSRNEngine
import MSRNKit
import MSRNModels
import MSRNTensors

/// The engine as one of several that a harness runs in turn, each in a process of its own (`Tests/Peers`).
struct BenchWorker: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "worker", abstract: "Run a network on request, for a harness that compares engines.",
    usage: "msrn bench worker [<options>] <weights> <height> <width> <threads>",
    discussion: """
      Prints one line that says what it is, then answers each line of standard input with one line:

        load in.npy   ok: the picture, 1x3xHxW single precision
        run           ok <seconds>: from the picture's values to the result's
        save out.npy  ok: the last result, in the same form
        peak          ok <FLOP/s>: so many threads in registers
        quit          ends, as the end of input does

      What fails is answered with "error" and a sentence.
      """)

  @Argument(help: "A weights file.", completion: .file(extensions: ["safetensors", "pt", "pth"]))
  var weights: String

  @Argument(help: "Rows of the picture.")
  var height: Int

  @Argument(help: "Columns of the picture.")
  var width: Int

  @Argument(help: "Threads.")
  var threads: Int

  @OptionGroup(title: "Machine")
  var kernelOptions: KernelOptions

  mutating func validate() throws {
    for (name, value) in [("height", height), ("width", width)] where !(1...100_000).contains(value) {
      throw ValidationError("the \(name) is 1 to 100000, not \(value)")
    }
    guard (1...1024).contains(threads) else { throw ValidationError("threads are 1 to 1024, not \(threads)") }
  }

  func run() throws {
    let model: Model
    do { model = try Model.read(weights) } catch { throw SetUpError(underlying: error) }
    let options = try kernelOptions.engine(threads: threads)
    let program = try Program(
      network: model.architecture.network, inputs: model.architecture.inputChannels, weights: model.weights,
      options: options)
    try say(
      "msrn \(MSRN.version), \(options.instructionSet.rawValue), \(model.architecture.summary), \(threads) threads"
    )
    var session = Session(program: program, options: options, shape: [1, 3, height, width])
    while let line = readLine() {
      let parts = line.split(separator: " ", maxSplits: 1).map(String.init)
      if parts == ["quit"] { return }
      let answer: String
      do { answer = "ok" + (try session.answer(parts)) } catch { answer = "error \(error)" }
      try say(answer)
    }
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
  var input: Tensor?
  var result: Tensor?

  /// Does what a line asks for and returns what follows the "ok".
  mutating func answer(_ request: [String]) throws -> String {
    switch (request.first, request.dropFirst().first) {
    case ("load", let path?):
      let tensor = try Numpy.read(try PictureFile(path).read(maximumBytes: 1 << 31))
      guard tensor.shape == shape else {
        throw Refusal("a picture of shape \(tensor.shape), not \(shape)")
      }
      input = Tensor(shape: Array(shape.dropFirst()), values: tensor.values)
      return ""
    case ("run", nil):
      guard let input else { throw Refusal("no picture has been loaded") }
      let start = ContinuousClock.now
      result = try program.run(input)
      return " \((ContinuousClock.now - start) / .seconds(1))"
    case ("save", let path?):
      guard let result else { throw Refusal("there is no result yet") }
      try PictureFile(path).write(
        Numpy.write(Tensor(shape: [1] + result.shape, values: result.values)), replacing: true)
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
