import MSRNImages
import MSRNKit

/// How several networks and several pictures stay within one limit of memory.
///
/// The weights of all networks stay; their maps are one network's at a time. Beside them are the pictures that are under
/// way, each of which claims its bytes before it is decoded.
struct EvaluationMemory: Sendable {
  private let methods: [EvaluationMethod]
  private let limit: Int?
  /// Bytes of all networks' weights.
  private let weights: Int

  /// - Parameters:
  ///   - methods: what is measured.
  ///   - limit: bytes that the process may take; `nil`: no limit.
  init(_ methods: [EvaluationMethod], limit: Int?) {
    (self.methods, self.limit) = (methods, limit)
    weights = methods.reduce(0) { $0 + $1.weightBytes }
  }

  /// Bytes that the pictures under way may take together; an eighth of all is left to the allocator, which keeps small blocks
  /// that were freed.
  var shared: Int? { limit.map { max(0, $0 - $0 / 8 - weights - Upscaler.processBytes) } }

  /// The same networks on so many threads, with maps of their own.
  func limited(to threads: Int) -> EvaluationMemory {
    EvaluationMemory(methods.map { $0.limited(to: threads) }, limit: limit)
  }

  /// Whether so many pictures of one size can be under way at a time, each with maps of its own.
  func holds(_ count: Int, like header: ImageHeader, scale: Int) -> Bool {
    guard let shared else { return true }
    let own = TestPicture.bytes(
      pixels: header.width * header.height, depth: header.depth, results: methods.count)
    // The bytes of the files are not among them; they are few beside the six planes of double precision.
    return count * bytes(header, own: own, scale: scale) <= shared
  }

  /// Bytes that a picture takes, whichever of the networks works on it.
  ///
  /// - Throws: `FileError` where the header cannot be read.
  func claim(for files: TestPicture.Files, scale: Int) throws(FileError) -> Int {
    bytes(try files.header, own: try files.bytes(results: methods.count), scale: scale)
  }

  /// Bytes that a picture and a network's maps take.
  private func bytes(_ header: ImageHeader, own: Int, scale: Int) -> Int {
    let (width, height) = (max(1, header.width / scale), max(1, header.height / scale))
    let maps = methods.indices.map { index -> Int in
      guard case .model(let upscaler, let ensemble) = methods[index] else { return 0 }
      let limited = upscaler.within(memory: limit.map { $0 - own - others(index) })
      let peak = limited.peakBytes(
        width: width, height: height, channels: 3, depth: header.depth, alpha: false, ensemble: ensemble)
      return max(0, peak - Upscaler.processBytes - methods[index].weightBytes)
    }
    return own + (maps.max() ?? 0)
  }

  /// A method that leaves room for the other networks and for the pictures that it is measured on.
  func method(_ index: Int, for lr: Image, scale: Int) -> EvaluationMethod {
    guard case .model(let upscaler, let ensemble) = methods[index], let limit else { return methods[index] }
    let own = TestPicture.bytes(
      pixels: lr.width * lr.height * scale * scale, depth: lr.depth, results: methods.count)
    return .model(upscaler.within(memory: limit - own - others(index)), ensemble: ensemble)
  }

  private func others(_ index: Int) -> Int { weights - methods[index].weightBytes }
}

extension EvaluationMethod {
  /// Whether it is one that uses all cores, and memory beyond its result's.
  var isNetwork: Bool { if case .model = self { true } else { false } }

  /// Bytes of its weights, as they are kept.
  fileprivate var weightBytes: Int {
    guard case .model(let upscaler, _) = self else { return 0 }
    return upscaler.residentBytes - Upscaler.processBytes
  }

  /// The same on so many threads.
  fileprivate func limited(to threads: Int) -> EvaluationMethod {
    guard case .model(let upscaler, let ensemble) = self else { return self }
    return .model(upscaler.limited(to: threads), ensemble: ensemble)
  }

  /// Gives back what it keeps for the next picture.
  func releaseMemory() { if case .model(let upscaler, _) = self { upscaler.releaseMemory() } }

  /// All that decides about its results.
  var identity: String {
    guard case .model(let upscaler, let ensemble) = self else { return name }
    return "\(upscaler.model.digest.hexadecimal) \(upscaler.model.architecture.summary),"
      + " \(upscaler.precision.rawValue) \(upscaler.instructionSet.rawValue)"
      + (ensemble ? " ensemble" : "") + (upscaler.chops ? " chopped" : "")
  }
}
