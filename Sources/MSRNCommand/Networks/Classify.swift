import ArgumentParser
import MSRNEngine
import MSRNImages
import MSRNKit
import MSRNModels
import MSRNTensors

/// What pictures show, as a classification network sees it.
struct Classify: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Tell what pictures show, with a classification network.",
    usage: "msrn classify <image> ... --model <name> --weights <file> [<options>]",
    discussion: """
      Weights are read as torchvision, timm and the CIFAR repositories publish them. What is done to a picture before \
      the network reads it follows from the names of model and weights and is shown; each part can be set. \
      spec_resnet takes WAV files of one channel at 16 kHz.
      """)

  @Argument(help: "Pictures; - for standard input.", completion: .file())
  var images: [String]

  @Option(help: ArgumentHelp("The network, such as resnet50 or resnet50.a1_in1k.", valueName: "name"))
  var model: String

  @Option(
    help: ArgumentHelp("Its weights: .pth, .th, .pt or .safetensors.", valueName: "file"),
    completion: .file(extensions: ["pth", "th", "pt", "safetensors"]))
  var weights: String

  @Option(
    help: ArgumentHelp("Names of the classes: one a line, or a JSON array.", valueName: "file"),
    completion: .file())
  var labels: String?

  @Option(help: ArgumentHelp("How many classes are shown.", valueName: "n"))
  var top = 5

  @OptionGroup(title: "Preprocessing")
  var preparation: PreparationOptions

  @Option(help: ArgumentHelp("Threads (default: all cores this process may use).", valueName: "n"))
  var threads: Int?

  @OptionGroup(title: "Machine")
  var runOptions: KernelOptions

  @Flag(help: "Print one JSON object a picture.")
  var json = false

  mutating func validate() throws {
    if let threads, !(1...1024).contains(threads) {
      throw ValidationError("--threads is 1 to 1024, not \(threads)")
    }
    guard top > 0 else { throw ValidationError("--top is at least 1, not \(top)") }
    guard !images.isEmpty else { throw ValidationError("a picture is missing") }
    guard images.count(where: { $0 == "-" }) <= 1 else {
      throw ValidationError("standard input can be read once")
    }
  }

  func run() throws {
    let network: NamedNetwork
    do throws(ModelError) { network = try Zoo.network(named: model) } catch { throw UsageError("\(error)") }
    let file = try NetworkFile(weights), bound = try file.bound(to: network)
    let names = try names(network, classes: bound.classes)
    let preprocessing = try preparation.applied(to: network.preprocessing(for: model, weights), of: network)
    let options = try runOptions.engine(threads: threads ?? Threads.available)
    let classifier = try Classifier(
      bound, input: network.input, options: options, again: file.again(for: network))
    let engine = [
      options.instructionSet.rawValue, classifier.precision.rawValue, "\(options.threads) threads",
    ].joined(separator: ", ")
    if !json { StandardOutput.print(heading(network, preprocessing, engine)) }

    var status = ExitStatus.success
    for path in images {
      do {
        let file = PictureFile(path), name = file.isStream ? "standard input" : path
        let bytes = try file.read()
        let logits: [Float]
        do {
          logits = try classifier.logits(for: Self.input(bytes, network, preprocessing))
        } catch {
          throw FileError(path: name, underlying: error)
        }
        let report = ClassificationReport(
          file: name, network: network, engine, preprocessing, Guess.best(logits, count: top),
          names)
        StandardOutput.print(json ? try JSONLine.text(report) : report.description)
      } catch {
        guard images.count > 1 else { throw error }
        StandardError.write("msrn: \(error)\n")
        status = .worse(status, ExitStatus(error))
      }
    }
    if status != .success { status.leave() }
  }

  private func names(_ network: NamedNetwork, classes: Int) throws -> Labels? {
    if let labels {
      do {
        let bytes = try SystemFile.read(labels, maximumBytes: 1 << 24)
        return try Labels(String(decoding: bytes, as: UTF8.self), classes: classes)
      } catch {
        throw FileError(path: labels, underlying: SetUpError(underlying: error))
      }
    }
    if network.medium == .speech { return Labels(["spoofed", "genuine"]) }
    return network.input == Shape(c: 3, h: 32, w: 32) && classes == CIFARTestSet.classes.count
      ? Labels(CIFARTestSet.classes) : nil
  }

  /// A picture upright or a sound as the network reads it.
  private static func input(
    _ bytes: [UInt8], _ network: NamedNetwork, _ preprocessing: Preprocessing
  ) throws -> Tensor {
    switch network.medium {
    case .pictures: try Image.decode(bytes).image.oriented().prepared(preprocessing)
    case .speech: try Spectrogram.tensor(WAV(bytes))
    }
  }

  private func heading(
    _ network: NamedNetwork, _ preprocessing: Preprocessing, _ engine: String
  ) -> String {
    var listing = Listing()
    listing.add("network", "\(network.name), \(network.paper)")
    switch network.medium {
    case .pictures:
      listing.add("picture", "\(preprocessing.text)")
      listing.add("values", preprocessing.values)
    case .speech: listing.add("sound", "4 s, peak at 1, Hann 2048 every 512, decibels down to -80")
    }
    listing.add("runs on", engine)
    return listing.description
  }
}
