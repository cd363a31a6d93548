public import MSRNEngine
public import MSRNImages
import Synchronization

/// Brings pictures to a size: through the network whose scale reaches it, then, where that is not the size yet, a resampler.
///
/// The network is the one of the smallest scale that reaches the size, and what is too large then is reduced. Where no scale reaches
/// it, the largest is taken and the resampler enlarges the rest. A picture that is to become smaller, or no larger, goes
/// through no network. The resampler works on stored values, not in linear light, with the colours under full
/// transparency grown outward first, so that nothing shines through.
///
/// Any thread may use it; a network is read when it is first needed.
public final class Enlarger: Sendable {
  /// How one picture comes to its size.
  public struct Route: Hashable, Sendable {
    /// The scale of the network; `nil` where there is none on the way.
    public var network: Int?
    /// Columns of the result.
    public var width: Int
    /// Rows of the result.
    public var height: Int
    /// Whether the resampler has something to do.
    public var resamples: Bool
  }

  /// How large results are.
  public let target: TargetSize
  /// The scales of the networks, ascending; none: the resampler does all.
  public let scales: [Int]
  /// The resampler.
  public let filter: ResamplingKernel
  /// The method for people: the networks' name, or the filter's.
  public let name: String
  /// Bytes of memory that the process may take; `nil`: no limit.
  public let memory: Int?

  private let load: @Sendable (Int) throws -> Upscaler
  private let loaded = Mutex<[Int: Upscaler]>([:])

  /// An enlarger with networks.
  ///
  /// - Parameters:
  ///   - target: how large results are.
  ///   - scales: the scales that there are networks for, at least one.
  ///   - name: what the networks are called.
  ///   - filter: the resampler.
  ///   - memory: bytes that the process may take, as the upscalers know it; `nil`: no limit.
  ///   - load: makes the network of one of the scales ready; called once for each that is needed.
  public init(
    to target: TargetSize, scales: [Int], name: String, filter: ResamplingKernel = .lanczos, memory: Int?,
    load: @escaping @Sendable (Int) throws -> Upscaler
  ) {
    precondition(!scales.isEmpty, "an enlarger with networks has at least one")
    (self.target, self.scales, self.filter) = (target, scales.sorted(), filter)
    (self.name, self.memory, self.load) = (name, memory, load)
  }

  /// An enlarger without a network.
  ///
  /// - Parameters:
  ///   - target: how large results are.
  ///   - filter: the resampler.
  ///   - memory: bytes that the process may take; `nil`: no limit.
  public init(to target: TargetSize, filter: ResamplingKernel, memory: Int?) {
    (self.target, scales, self.filter) = (target, [], filter)
    (name, self.memory) = (filter.rawValue, memory)
    load = { _ in preconditionFailure("there is no network to load") }
  }

  /// The same, each picture on so many threads, with memory of its own; weights are shared.
  public func limited(to threads: Int) -> Enlarger {
    if scales.isEmpty { return Enlarger(to: target, filter: filter, memory: memory) }
    return Enlarger(to: target, scales: scales, name: name, filter: filter, memory: memory) { [self] scale in
      try upscaler(scale).limited(to: threads)
    }
  }

  /// How a picture comes to its size.
  ///
  /// - Parameters:
  ///   - width: columns of the upright picture.
  ///   - height: rows of it.
  /// - Returns: the way.
  /// - Throws: `ImageError.tooLarge` where the result would have more than 2^31 - 1 pixels along a side or 2^40 in all.
  public func route(width: Int, height: Int) throws(ImageError) -> Route {
    let size = target.size(width: width, height: height)
    guard max(size.width, size.height) < 1 << 31, size.width * size.height <= 1 << 40 else {
      throw .tooLarge(
        width: size.width, height: size.height, limit: "2147483647 pixels a side and 2^40 in all")
    }
    func reaches(_ scale: Int) -> Bool { width * scale >= size.width && height * scale >= size.height }
    let network = reaches(1) ? nil : scales.first(where: reaches) ?? scales.last
    let scale = network ?? 1
    let resamples = width * scale != size.width || height * scale != size.height
    return Route(network: network, width: size.width, height: size.height, resamples: resamples)
  }

  /// What does it, for people: `msrn-light x4`, `msrn-light x3 and lanczos`, `bicubic`, `copied`.
  public func description(of route: Route) -> String {
    let network = route.network.map { "\(name) x\($0)" }
    let parts = [network, route.resamples ? filter.rawValue : nil].compactMap(\.self)
    return parts.isEmpty ? "copied" : parts.joined(separator: " and ")
  }

  /// The network of one of the ``scales``, ready to run.
  ///
  /// - Parameter scale: the scale.
  /// - Returns: the upscaler, always the same.
  /// - Throws: what its loading throws.
  public func upscaler(_ scale: Int) throws -> Upscaler {
    try loaded.withLock { loaded in
      if let known = loaded[scale] { return known }
      let new = try load(scale)
      loaded[scale] = new
      return new
    }
  }

  /// Gives the system back the memory that networks keep for the next picture.
  public func releaseMemory() {
    for upscaler in loaded.withLock({ Array($0.values) }) { upscaler.releaseMemory() }
  }

  /// Brings a picture to its size; colour, depth, alpha and metadata stay as with ``Upscaler``.
  ///
  /// - Parameters:
  ///   - image: the upright picture.
  ///   - ensemble: whether the network's results for eight flips and turns are averaged.
  ///   - profile: collects where the engine's time goes; not with `ensemble`.
  ///   - progress: called now and then with the share of the work done; returns whether to go on.
  ///   - fallback: called with what was wrong where the picture was done again without matrix tiles.
  /// - Returns: the picture in the size of its route.
  /// - Throws: ``UpscaleError``, `ImageError`, or what the network's loading throws.
  public func enlarge(
    _ image: Image, ensemble: Bool = false, profile: Profile? = nil,
    progress: (Double) -> Bool = { _ in true }, fallback: (EngineError) -> Void = { _ in }
  ) throws -> Image {
    let route = try route(width: image.width, height: image.height)
    let form = Form(
      width: image.width, height: image.height, channels: image.channels, depth: image.depth,
      alpha: image.hasAlpha)
    var result = image
    if let scale = route.network {
      result = try upscaler(scale).upscale(
        image, ensemble: ensemble, reserving: resamplingBytes(form, route), profile: profile,
        progress: progress, fallback: fallback)
    } else if let memory, case let needed = try need(form, ensemble: false).whole, needed > memory {
      throw UpscaleError.tooMuchMemory(needed: needed, available: memory)
    }
    if route.resamples { result = result.resampled(width: route.width, height: route.height, filter: filter) }
    if route.network == nil, !progress(1) { throw UpscaleError.cancelled }
    return result
  }
}

// MARK: Memory

extension Enlarger {
  /// Bytes that a picture takes.
  public struct Need: Hashable, Sendable {
    /// Of the whole process at most, while the picture is enlarged or encoded.
    public var whole: Int
    /// Of that, what the engine takes, and keeps for the next picture.
    public var engine: Int
    /// Of that, what the result's file takes once the engine is done.
    public var encoded: Int
  }

  /// Bytes of the process with nothing under way.
  package static var processBytes: Int { Upscaler.processBytes }

  private struct Form {
    var width: Int, height: Int
    let channels: Int, depth: Int, alpha: Bool
    var bytesPerPixel: Int { depth / 8 * channels }
  }

  /// Bytes of memory that a picture with this header takes at most.
  ///
  /// - Parameters:
  ///   - header: the picture's form, as stored: where a quarter's turn makes a difference, the larger answer is given.
  ///   - ensemble: whether eight results are averaged.
  /// - Returns: the bytes.
  /// - Throws: `ImageError` where there is no route, or what a network's loading throws.
  public func need(for header: ImageHeader, ensemble: Bool = false) throws -> Need {
    var form = Form(
      width: header.width, height: header.height,
      channels: header.color.channels + (header.hasAlpha ? 1 : 0),
      depth: header.depth, alpha: header.hasAlpha)
    let upright = try need(form, ensemble: ensemble)
    guard target.dependsOnTurn, header.codec == .jpeg else { return upright }
    (form.width, form.height) = (form.height, form.width)
    let turned = try need(form, ensemble: ensemble)
    return turned.whole > upright.whole ? turned : upright
  }

  /// Refuses a picture that would take more memory than it may.
  ///
  /// - Parameters:
  ///   - header: the picture's form.
  ///   - ensemble: whether eight results are averaged.
  /// - Throws: ``UpscaleError/tooMuchMemory(needed:available:)``, and what ``need(for:ensemble:)`` throws.
  public func checkMemory(for header: ImageHeader, ensemble: Bool = false) throws {
    let needed = try need(for: header, ensemble: ensemble).whole
    if let memory, needed > memory { throw UpscaleError.tooMuchMemory(needed: needed, available: memory) }
  }

  private func need(_ form: Form, ensemble: Bool) throws -> Need {
    let route = try route(width: form.width, height: form.height)
    let resampling = resamplingBytes(form, route)
    guard let scale = route.network else {
      let pixels = form.width * form.height
      let encoded = form.bytesPerPixel * route.width * route.height * 3 / 4
      return Need(
        whole: Upscaler.processBytes + form.bytesPerPixel * pixels + max(resampling, encoded), engine: 0,
        encoded: 0)
    }
    let (whole, engine, encoded) = try upscaler(scale).need(
      width: form.width, height: form.height, channels: form.channels, depth: form.depth, alpha: form.alpha,
      ensemble: ensemble, reserving: resampling)
    return Need(whole: whole, engine: engine, encoded: encoded)
  }

  /// Bytes of the resampled picture and of what it is made through.
  private func resamplingBytes(_ form: Form, _ route: Route) -> Int {
    guard route.resamples else { return 0 }
    let (width, height) = (form.width * (route.network ?? 1), form.height * (route.network ?? 1))
    let between = max(route.width * height, width * route.height)
    // The colours grown outward, and which pixels have one.
    let grown = form.alpha ? (form.bytesPerPixel + 1) * width * height : 0
    // Weights and indices of the pixels that make up each: as many as the longer side has, for each side.
    let terms = (2 * filter.radius + 2) * (max(width, route.width) + max(height, route.height))
    return form.bytesPerPixel * (between + route.width * route.height) + grown + 32 * terms
  }
}

extension Image {
  /// The picture in another size, colours under full transparency grown outward as far as the filter reaches.
  fileprivate func resampled(width: Int, height: Int, filter: ResamplingKernel) -> Image {
    guard hasAlpha, alphaIsConstant == nil else {
      return resized(width: width, height: height, kernel: filter)
    }
    let reduction = max(
      1, Double(self.width) / Double(width), Double(self.height) / Double(height))
    let radius = Int((Double(filter.radius) * reduction).rounded(.up)) + 1
    return bleedingColour(radius: radius).resized(width: width, height: height, kernel: filter)
  }
}
