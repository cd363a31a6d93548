import ArgumentParser
import MSRNEngine
import MSRNKit
import MSRNModels

/// Classification networks beside each other: what they cost, how fast they are, what they get wrong.
struct Compare: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Compare classification networks: cost, speed, memory, errors.",
    usage: "msrn compare <name> ... [--weights <name>=<file> ...] [<options>]",
    discussion: """
      A name is a network's (resnet50), a group's (\(Zoo.groups.map(\.name).joined(separator: ", "))) or a pattern \
      ('resnet5?'). Each network is timed in a process of its own, in rounds in which all take turns, and beside the \
      machine's peak of the same moment. Without weights of its own a network has random ones, and no error. CSV has a line \
      for each network.

      Errors: --cifar10 is for networks of 32x32 pixels and ten classes, --images for those that have as many classes as \
      the set. Pictures are prepared as for `msrn classify`. Published errors are told with their sources; they are of \
      the weights that were given where those are known.

        msrn compare resnet18 resnet50 vgg16 --report networks.html
      """)

  /// `resnet20=resnet20.th`.
  struct NamedFile: ExpressibleByArgument {
    let name: String
    let path: String

    init?(argument: String) {
      let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else { return nil }
      (name, path) = (String(parts[0]), String(parts[1]))
    }
  }

  @Argument(help: "Networks, groups, patterns.")
  var names: [String] = []

  @Option(
    help: ArgumentHelp(
      "A network's weights: .pth, .th, .pt or .safetensors. May be repeated, for one network too.",
      valueName: "name=file"), completion: .file())
  var weights: [NamedFile] = []

  @OptionGroup(title: "Errors")
  var setOptions: LabelledSetOptions

  @OptionGroup(title: "Speed")
  var timingOptions: TimingOptions

  @Option(help: ArgumentHelp("Threads (default: all cores this process may use).", valueName: "n"))
  var threads: Int?

  @OptionGroup(title: "Machine")
  var kernelOptions: KernelOptions

  @OptionGroup(title: "Output")
  var output: ReportOptions

  mutating func validate() throws {
    if let threads, !(1...1024).contains(threads) {
      throw ValidationError("--threads is 1 to 1024, not \(threads)")
    }
    guard !names.isEmpty || !weights.isEmpty else { throw ValidationError("a network is missing") }
  }

  func run() throws {
    let networks = try networks()
    let page = try output.page()
    let sets = try setOptions.read()
    let options = try kernelOptions.engine(threads: threads ?? Threads.available)
    let run = CompareRun(
      networks, sets: sets, options: options, timing: timingOptions,
      display: output.progressOptions.display("comparing"))
    let (report, worst) = try run.run()
    try output.print(report.text, csv: report.csv, json: try JSONLine.text(report))
    if let page {
      let text = ComparePage(report: report, arguments: Array(CommandLine.arguments.dropFirst())).text
      try page.write(text)
    }
    if worst != .success { worst.leave() }
  }

  /// The networks in the order of their names, each with weights as often as weights are given for it.
  private func networks() throws -> [ComparedNetwork] {
    var files: [(file: NamedFile, network: NamedNetwork)] = []
    let selection: [NamedNetwork]
    do throws(ModelError) {
      for file in weights { files.append((file, try Zoo.network(named: file.name))) }
      selection = try NetworkSelection(names + files.map(\.network.name)).networks
    } catch {
      throw UsageError("\(error)")
    }
    return ComparedNetwork.numbered(
      try selection.flatMap { network in
        let own = files.filter { $0.network.name == network.name }.map(\.file)
        guard !own.isEmpty else {
          return [try ComparedNetwork(network, name: network.name, weights: nil, size: timingOptions.size)]
        }
        return try own.map {
          try ComparedNetwork(network, name: $0.name, weights: $0.path, size: timingOptions.size)
        }
      })
  }
}
