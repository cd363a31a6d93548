import MSRNEngine
public import MSRNImages
import MSRNTensors

/// What an upscaler needs of the machine's memory, known before any work.
extension Upscaler {
  /// Bytes that the process takes before it does anything: program, libraries, their data.
  package static var processBytes: Int { 21 << 20 }

  /// Bytes of memory that the process takes at most while it enlarges a picture, in as many bands as that asks for, or
  /// encodes the result.
  ///
  /// - Parameters:
  ///   - image: the picture; only its form counts.
  ///   - ensemble: whether eight results are averaged.
  /// - Returns: the bytes.
  public func peakBytes(for image: Image, ensemble: Bool = false) -> Int {
    peakBytes(
      width: image.width, height: image.height, channels: image.channels, depth: image.depth,
      alpha: image.hasAlpha,
      ensemble: ensemble)
  }

  /// Bytes of memory that a picture with this header takes at most, so that it need not be decoded to be refused.
  ///
  /// - Parameters:
  ///   - header: the picture's form.
  ///   - ensemble: whether eight results are averaged.
  /// - Returns: the bytes.
  public func peakBytes(for header: ImageHeader, ensemble: Bool = false) -> Int {
    peakBytes(
      width: header.width, height: header.height, channels: header.color.channels + (header.hasAlpha ? 1 : 0),
      depth: header.depth, alpha: header.hasAlpha, ensemble: ensemble)
  }

  package func peakBytes(
    width: Int, height: Int, channels: Int, depth: Int, alpha: Bool, ensemble: Bool, reserving: Int = 0
  ) -> Int {
    need(
      width: width, height: height, channels: channels, depth: depth, alpha: alpha, ensemble: ensemble,
      reserving: reserving
    ).whole
  }

  /// Bytes that a picture takes at most, `reserving` others among them; how many of these are the engine's, and how many the encoded
  /// result's, which is there when the engine's have gone.
  func need(
    width: Int, height: Int, channels: Int, depth: Int, alpha: Bool, ensemble: Bool, reserving: Int
  ) -> (whole: Int, engine: Int, encoded: Int) {
    let others =
      reserving
      + pictureBytes(
        width: width, height: height, channels: channels, depth: depth, alpha: alpha, ensemble: ensemble)
    let engine = program.peakBytes(for: Shape(c: 3, h: height, w: width), memory: budget(beside: others))
    let encoded = encodedBytes(width: width, height: height, channels: channels, depth: depth)
    return (others + max(engine, encoded), engine, encoded)
  }

  /// Bytes of the result's file, as photographs come out; it is there when the engine's memory has gone.
  private func encodedBytes(width: Int, height: Int, channels: Int, depth: Int) -> Int {
    depth / 8 * channels * width * height * scale * scale * 3 / 4
  }

  /// Bytes of memory that the process and the weights take between two pictures, once kernels have packed them.
  package var residentBytes: Int {
    // A picture of which all kernels are used that a large one uses.
    peakBytes(width: 64, height: 64, channels: 3, depth: 8, alpha: false, ensemble: false)
  }

  /// The same with another limit of memory; weights are shared.
  ///
  /// - Parameter memory: bytes that the process may take (`nil`: no limit).
  /// - Returns: the same network.
  package func within(memory: Int?) -> Upscaler {
    var upscaler = self
    upscaler.memory = memory
    return upscaler
  }

  /// Gives the system back the memory that is kept for the next picture.
  public func releaseMemory() { program.releaseMemory() }

  /// Bytes that are left for the engine beside so many others; `nil`: no limit.
  func budget(beside others: Int) -> Int? { memory.map { max(0, $0 - others) } }

  /// Bytes beside the engine's: of the process, of the picture and of the result.
  func pictureBytes(
    width: Int, height: Int, channels: Int, depth: Int, alpha: Bool, ensemble: Bool
  ) -> Int {
    let pixels = width * height
    let samples = depth / 8 * channels * pixels
    let floats = 4 * 3 * pixels
    // The picture and its copy with colours bled; the result's parts; for the ensemble, its members and their sum; whole maps
    // where the picture is cut in quarters.
    let pictures = samples * (alpha ? 3 : 1)
    let results = samples * scale * scale * (alpha ? 2 : 1)
    let copies = (ensemble ? 2 : 0) + (chops ? 2 : 0)
    let members = copies * floats * (1 + scale * scale)
    return Self.processBytes + pictures + results + members
  }

  /// Refuses a picture that would take more memory than it may.
  ///
  /// - Parameters:
  ///   - header: the picture's form.
  ///   - ensemble: whether eight results are averaged.
  /// - Throws: ``UpscaleError/tooMuchMemory(needed:available:)``.
  public func checkMemory(for header: ImageHeader, ensemble: Bool = false) throws(UpscaleError) {
    try check(peakBytes(for: header, ensemble: ensemble))
  }

  func check(_ needed: Int) throws(UpscaleError) {
    if let memory, needed > memory { throw .tooMuchMemory(needed: needed, available: memory) }
  }
}
