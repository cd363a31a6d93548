import MSRNEngine
import MSRNImages
import MSRNKit

/// How long each stage took.
struct Stages: CustomStringConvertible {
  private(set) var seconds: [(name: String, seconds: Double)] = []
  private let start = ContinuousClock.now
  private var last = ContinuousClock.now

  mutating func end(_ name: String) {
    let now = ContinuousClock.now
    seconds.append((name, (now - last).seconds))
    last = now
  }

  var total: Double { (last - start).seconds }
  var description: String {
    seconds.map { "\($0.name) \(decimal($0.seconds, 3)) s" }.joined(separator: ", ")
      + ", total \(decimal(total, 3)) s"
  }
}

/// What `--json` prints.
struct UpscaleReport: Encodable {
  struct Form: Encodable {
    let width: Int
    let height: Int
    let depth: Int
    let color: String
    let alpha: Bool

    init(_ image: Image) {
      (width, height, depth) = (image.width, image.height, image.depth)
      (color, alpha) = (image.color == .grey ? "grey" : "rgb", image.hasAlpha)
    }
  }

  /// What the engine did.
  struct Machine: Encodable {
    let instructionSet: String
    let tiles: String?
    let precision: String
    /// Why it was done again without tiles.
    let fallback: String?
    let bands: Int
    let bandRows: Int
    /// Bytes that the process was predicted to take at most.
    let memory: Int

    init(_ upscaler: Upscaler, _ image: Image, ensemble: Bool, _ trouble: EngineError?) {
      let plan = upscaler.plan(width: image.width, height: image.height)
      (instructionSet, tiles) = (plan.instructionSet, plan.tiles)
      (precision, fallback) = (upscaler.precision.rawValue, trouble?.description)
      (bands, bandRows) = (plan.bands, plan.bandRows)
      memory = upscaler.peakBytes(for: image, ensemble: ensemble)
    }
  }

  let input: String
  let output: String
  let format: String
  /// The network and its scale; left out where none was on the way.
  let model: String?
  let sha256: String?
  let scale: Int?
  /// What brought the picture to its size after the network, or without one.
  let resampler: String?
  let ensemble: Bool
  let machine: Machine?
  let from: Form
  let to: Form
  let bytes: Int
  let seconds: Double
  let stages: [String: Double]
  /// Bytes that the process has held at most; left out where the system does not tell.
  let peak = PeakMemory.bytes

  init(
    input: String, output: String, format: String, model: String?, sha256: String?, scale: Int?,
    resampler: String?, ensemble: Bool,
    machine: Machine?, from: Form, to: Form, bytes: Int, seconds: Double,
    stages: [(name: String, seconds: Double)]
  ) {
    (self.input, self.output, self.format, self.model, self.sha256) = (input, output, format, model, sha256)
    self.resampler = resampler
    (self.scale, self.ensemble, self.from, self.to, self.bytes) = (scale, ensemble, from, to, bytes)
    (self.machine, self.seconds) = (machine, seconds)
    self.stages = Dictionary(stages.map { ($0.name, $0.seconds) }) { $0 + $1 }
  }

  func print() throws { StandardOutput.print(try JSONLine.text(self)) }
}
