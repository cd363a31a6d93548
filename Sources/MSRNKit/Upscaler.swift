public import MSRNEngine
public import MSRNImages
import MSRNLayers
import MSRNTensors

/// A model made ready to enlarge pictures; made once, then used for pictures of any size, from any thread.
///
/// ```swift
/// let model = try Model.read(try WeightsLibrary.standard.path(scale: 4))
/// let upscaler = try Upscaler(model: model)
/// let large = try upscaler.upscale(try Image.decode(bytes).image)
/// ```
public struct Upscaler: Sendable {
  /// How an upscaler may use the machine.
  public struct Options: Sendable {
    /// Threads that work on one picture; no count changes a result.
    public var threads: Int
    /// Which kernels are used.
    public var instructionSet: InstructionSet
    /// Bytes of memory that the process may take (`nil`: no limit).
    ///
    /// A large picture is done in bands of rows, with the same result; one that needs more all the same is refused before work
    /// starts.
    public var memory: Int?
    /// How accurately is computed.
    public var precision: Precision
    /// Whether pictures are cut in quarters as EDSR's evaluation cuts them (`forward_chop`), which changes results a little
    /// along the cuts; for figures that are compared with published ones.
    public var chops = false
    /// Stands in for the machine's matrix tiles in tests.
    package var tiles: TileTables?

    /// Options, by default all that the process may use (``Threads/available``, ``Memory/available``).
    public init(
      threads: Int = Threads.available, instructionSet: InstructionSet = .best,
      memory: Int? = Memory.available, precision: Precision = .auto
    ) {
      (self.threads, self.instructionSet, self.memory) = (threads, instructionSet, memory)
      self.precision = precision
    }
  }

  /// The model.
  public let model: Model
  /// How many pixels each pixel becomes, along each side.
  public var scale: Int { model.scale }

  /// Whether pictures are cut in quarters, see ``Options/chops``.
  public let chops: Bool

  /// Which kernels are used.
  public let instructionSet: InstructionSet
  let program: Program
  /// Bytes that the process may take; `nil`: no limit.
  var memory: Int?
  /// Input pixels that an output pixel depends on, to each side.
  private let reach: Int

  private init(_ other: Upscaler, threads: Int) {
    (model, memory, reach) = (other.model, other.memory, other.reach)
    (chops, instructionSet) = (other.chops, other.instructionSet)
    program = other.program.limited(to: threads)
  }

  /// The same on so many threads, with memory of its own; the weights are shared.
  public func limited(to threads: Int) -> Upscaler { Upscaler(self, threads: threads) }

  /// Prepares a model: binds its weights, which are packed when a picture first needs them.
  ///
  /// - Throws: ``UpscaleError/engine(_:)`` where tensors are missing or misshapen, or the file cannot be read a second time for a
  ///   second upscaler.
  public init(model: Model, options: Options = Options()) throws(UpscaleError) {
    let network = model.architecture.network
    var engine = EngineOptions(
      threads: options.threads, instructionSet: options.instructionSet, precision: options.precision)
    engine.tiles = options.tiles
    let weights: Weights
    do { weights = try model.file.take() } catch {
      throw .engine(.unreadableWeights(reason: "\(error)"))
    }
    do throws(EngineError) {
      program = try Program(
        network: network, inputs: 3, weights: weights, options: engine, again: model.file.again)
    } catch {
      throw UpscaleError(error)
    }
    self.model = model
    (memory, chops, instructionSet) = (options.memory, options.chops, options.instructionSet)
    reach = Int(network.reach.rounded(.up))
  }

  /// Describes what the engine does for an RGB picture of one size: steps, bands, buffers, multiply-accumulates, bytes.
  public func plan(width: Int, height: Int) -> PlanDescription {
    let others = pictureBytes(
      width: width, height: height, channels: 3, depth: 8, alpha: false, ensemble: false)
    return program.describe(for: Shape(c: 3, h: height, w: width), memory: budget(beside: others))
  }

  /// The precision that is computed in: what was asked for, or what that comes to on this machine.
  public var precision: Precision { program.precision }

  /// Enlarges a picture by ``scale``.
  ///
  /// Colour, depth and alpha of the result are those of the picture: grey stays grey (the mean of the network's three
  /// channels), 16 bits stay 16. Values are rounded once, at the end. With alpha, the colours are first bled outward
  /// under full transparency as far as the network sees, and alpha goes through the network as a grey picture; an alpha
  /// that is the same everywhere stays as it is, and where it is wholly opaque or transparent all around, so is the
  /// result. Metadata is carried, stated sizes corrected; the orientation is not applied (`oriented()` does that).
  ///
  /// - Parameters:
  ///   - image: the picture.
  ///   - ensemble: whether to average the results for the picture's eight flips and turns: a little better, eight times the
  ///     work.
  ///   - reserving: bytes of the memory there is that something else takes meanwhile.
  ///   - profile: collects where the engine's time goes; not with `ensemble`.
  ///   - progress: called now and then on the calling thread with the share of the work done, 0...1; returns whether to go
  ///     on.
  ///   - fallback: called with what was wrong where a value has left the range of the 16-bit numbers of matrix tiles and the
  ///     picture was done again without them.
  /// - Returns: the picture, ``scale`` times as wide and high.
  /// - Throws: ``UpscaleError``. ``UpscaleError/implausible(reason:)`` where a value is not finite or, with the weights that
  ///   are shipped, a ninth of the picture has changed its mean colour by more than 8 levels of 255.
  /// - Complexity: `model.architecture.network.macs(for:)` multiply-accumulates, for alpha as many again, with `ensemble`
  ///   eight times as many.
  public func upscale(
    _ image: Image, ensemble: Bool = false, reserving: Int = 0, profile: Profile? = nil,
    progress: (Double) -> Bool = { _ in true }, fallback: (EngineError) -> Void = { _ in }
  ) throws(UpscaleError) -> Image {
    try check(
      peakBytes(
        width: image.width, height: image.height, channels: image.channels, depth: image.depth,
        alpha: image.hasAlpha, ensemble: ensemble, reserving: reserving))
    let budget = budget(
      beside: reserving
        + pictureBytes(
          width: image.width, height: image.height, channels: image.channels, depth: image.depth,
          alpha: image.hasAlpha, ensemble: ensemble))
    var metadata = image.metadata
    metadata.setPixelSize(width: image.width * scale, height: image.height * scale)

    guard image.hasAlpha else {
      return try upscale(
        plain: image, ensemble: ensemble, metadata: metadata, budget: budget, profile: profile, fallback,
        progress)
    }
    if let alpha = image.alphaIsConstant {
      let colour = try upscale(
        plain: image.droppingAlpha(), ensemble: ensemble, metadata: metadata, budget: budget,
        profile: profile, fallback, progress)
      return colour.joined(alpha: Image(of: alpha, like: colour))
    }
    let parts = image.bleedingColour(radius: reach).splitAlpha()
    let colour = try upscale(
      plain: parts.colour, ensemble: ensemble, metadata: metadata, budget: budget, profile: profile, fallback
    ) {
      progress($0 / 2)
    }
    let alpha = try upscale(
      plain: parts.alpha, ensemble: ensemble, metadata: Metadata(), budget: budget, profile: profile, fallback
    ) {
      progress(0.5 + $0 / 2)
    }
    return colour.joined(alpha: alpha.keepingExtremes(of: parts.alpha, scale: scale))
  }

  /// Enlarges a picture without alpha.
  private func upscale(
    plain image: Image, ensemble: Bool, metadata: Metadata, budget: Int?, profile: Profile?,
    _ fallback: (EngineError) -> Void, _ progress: (Double) -> Bool
  ) throws(UpscaleError) -> Image {
    let range = model.range
    let shape = Shape(c: 3, h: image.height, w: image.width)
    func begin() -> (Plausibility, Image) {
      (
        Plausibility(input: shape, scale: scale, range: range),
        Image(
          black: image.width * scale, by: image.height * scale, color: image.color, depth: image.depth,
          metadata: metadata)
      )
    }
    var (look, result) = begin()
    func read(_ rows: Range<Int>) -> Tensor {
      let part = image.tensor(range: range, rows: rows)
      look.see(input: part)
      return part
    }
    func write(_ rows: Range<Int>, _ part: Tensor) {
      look.see(result: part, from: rows.lowerBound)
      result.replace(rows: rows, with: part, range: range)
    }
    do throws(EngineError) {
      var done = 0.0
      let trouble = try program.fallingBack { program throws(EngineError) in
        if done > 0 { (look, result) = begin() }
        let before = done
        func share(_ share: Double) -> Bool {
          done = before + (1 - before) * share
          return progress(done)
        }
        if ensemble {
          let mean = try averaged(read(0..<image.height), program, budget: budget, share)
          write(0..<mean.map.h, mean)
        } else if chops {
          let whole = try runOnce(read(0..<image.height), program, budget: budget, share)
          write(0..<whole.map.h, whole)
        } else {
          try program.run(
            shape, memory: budget, read: read, write: write, profile: profile, progress: share)
        }
      }
      if let trouble { fallback(trouble) }
    } catch {
      throw UpscaleError(error)
    }
    if let reason = look.brokenness { throw .implausible(reason: reason) }
    if model.isShipped, let reason = look.difference { throw .implausible(reason: reason) }
    return result
  }

  /// The result for a whole map, in quarters if pictures are cut.
  private func runOnce(
    _ input: Tensor, _ program: Program, budget: Int?, _ progress: (Double) -> Bool
  ) throws(EngineError) -> Tensor {
    guard chops else { return try program.runOnce(input, memory: budget, progress: progress) }
    return try Chop.run(input, scale: scale) { part, share throws(EngineError) in
      try program.runOnce(part, memory: budget) { done in
        progress(share.lowerBound + done * (share.upperBound - share.lowerBound))
      }
    }
  }

  /// The mean of the results for all members of the ensemble, added in order.
  private func averaged(
    _ input: Tensor, _ program: Program, budget: Int?, _ progress: (Double) -> Bool
  ) throws(EngineError) -> Tensor {
    var sum = Tensor(program.shape(for: input.map))
    for index in 0..<Ensemble.count {
      let member = try runOnce(Ensemble.member(index, of: input), program, budget: budget) { share in
        progress((Double(index) + share) / Double(Ensemble.count))
      }
      let restored = Ensemble.restored(member, from: index)
      for i in sum.values.indices { sum.values[i] += restored.values[i] }
    }
    for i in sum.values.indices { sum.values[i] /= Float(Ensemble.count) }
    return sum
  }
}

extension UpscaleError {
  fileprivate init(_ error: EngineError) { self = error == .cancelled ? .cancelled : .engine(error) }
}

extension Image {
  /// A grey picture of one value, of another's size and depth.
  fileprivate init(of value: UInt16, like image: Image) {
    let count = image.width * image.height
    self.init(
      width: image.width, height: image.height, color: .grey,
      samples: image.depth == 16
        ? .sixteen([UInt16](repeating: value, count: count))
        : .eight([UInt8](repeating: UInt8(truncatingIfNeeded: value), count: count)))
  }
}
