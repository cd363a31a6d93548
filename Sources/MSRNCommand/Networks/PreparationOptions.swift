public import ArgumentParser
public import MSRNModels
import MSRNTensors

/// What is done to a picture, part by part, where the names of model and weights do not say it right.
struct PreparationOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Pixels that the shorter side is resized to.", valueName: "n"))
  var resize: Int?

  @Option(help: ArgumentHelp("Pixels of the square that is cut out.", valueName: "n"))
  var crop: Int?

  @Option(help: ArgumentHelp("How it is resized: bilinear or bicubic.", valueName: "filter"))
  var interpolation: Preprocessing.Interpolation?

  @Option(help: ArgumentHelp("Mean of each channel, for values 0 to 1.", valueName: "r,g,b"))
  var mean: Numbers?

  @Option(help: ArgumentHelp("Standard deviation of each channel.", valueName: "r,g,b"))
  var std: Numbers?

  /// Numbers with commas between.
  struct Numbers: ExpressibleByArgument {
    let values: [Float]
    init?(argument: String) {
      let parts = argument.split(separator: ",", omittingEmptySubsequences: false).map { Float($0) }
      guard parts.allSatisfy({ $0?.isFinite == true }) else { return nil }
      values = parts.compactMap { $0 }
    }
  }

  func validate() throws {
    for (name, value) in [("--resize", resize), ("--crop", crop)] {
      guard let value else { continue }
      guard (1...10_000).contains(value) else { throw ValidationError("\(name) is 1 to 10000, not \(value)") }
    }
    guard std?.values.allSatisfy({ $0 > 0 }) ?? true else {
      throw ValidationError("a standard deviation is positive")
    }
  }

  /// A recipe with what was set.
  func applied(to recipe: Preprocessing, of network: NamedNetwork) throws -> Preprocessing {
    var recipe = recipe
    for (name, numbers) in [("--mean", mean), ("--std", std)] {
      guard let numbers else { continue }
      guard numbers.values.count == network.input.c else {
        throw UsageError("\(name) has \(numbers.values.count) numbers for \(network.input.c) channels")
      }
    }
    recipe.resize = resize ?? recipe.resize
    recipe.crop = crop ?? recipe.crop
    recipe.interpolation = interpolation ?? recipe.interpolation
    recipe.mean = mean?.values ?? recipe.mean
    recipe.deviation = std?.values ?? recipe.deviation
    if resize != nil || crop != nil || interpolation != nil || mean != nil || std != nil {
      recipe.source += ", with changes"
    }
    return recipe
  }
}

extension Preprocessing.Interpolation: ExpressibleByArgument {}

extension Preprocessing {
  /// What is done to the pixels.
  var text: String {
    "shorter side to \(max(resize, crop)) (\(interpolation.rawValue)), the middle \(crop)x\(crop): \(source)"
  }

  /// What is done to the values.
  var values: String {
    func list(_ values: [Float]) -> String { values.map { "\($0)" }.joined(separator: ", ") }
    return "0-1, less \(list(mean)), over \(list(deviation))"
  }
}
