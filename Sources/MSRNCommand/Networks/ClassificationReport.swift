import MSRNKit
import MSRNModels

/// The likeliest classes of one picture.
struct ClassificationReport: Encodable, CustomStringConvertible {
  struct Row: Encodable {
    let index: Int
    let label: String?
    let probability: Double
  }

  /// What was done to the picture.
  struct Preparation: Encodable {
    let resize: Int
    let crop: Int
    let interpolation: String
    let mean: [Float]
    let std: [Float]
    let source: String
  }

  let file: String
  let model: String
  let engine: String
  /// Nil for sound.
  let preprocessing: Preparation?
  let classes: [Row]

  init(
    file: String, network: NamedNetwork, _ engine: String, _ recipe: Preprocessing, _ guesses: [Guess],
    _ labels: Labels?
  ) {
    (self.file, model, self.engine) = (file, network.name, engine)
    preprocessing =
      network.medium == .pictures
      ? Preparation(
        resize: max(recipe.resize, recipe.crop), crop: recipe.crop,
        interpolation: recipe.interpolation.rawValue,
        mean: recipe.mean, std: recipe.deviation, source: recipe.source) : nil
    classes = guesses.map {
      Row(index: $0.index, label: labels?.names[$0.index], probability: $0.probability)
    }
  }

  var description: String {
    var table = Table(["", "", ""], numbers: [0, 1])
    for row in classes {
      table.add([decimal(100 * row.probability, 2) + " %", "\(row.index)", row.label ?? ""])
    }
    let lines = table.description.split(separator: "\n").map { "  " + $0 }
    return "\n\(file)\n" + lines.joined(separator: "\n")
  }
}
