import MSRNImages
import MSRNKit

/// The way of one picture from its file to its result's, step by step; the same alone and among many.
struct PictureWork: Sendable {
  /// What is asked for, beside the network.
  struct Settings: Sendable {
    var limits: DecodeLimits
    var metadata: MetadataPolicy
    var matte: Matte?
    var encoding: EncodeOptions
    var force: Bool
  }

  let source: PictureFile
  let target: PictureFile
  var codec: Codec
  var settings: Settings

  /// What messages call the input.
  var sourceName: String { source.isStream ? "standard input" : source.path }
  /// What messages call the output.
  var targetName: String { target.isStream ? "standard output" : target.path }

  /// Finds out whether the result can be written.
  func checkTarget() throws {
    try writing { () throws(FileError) in try target.checkWritable(replacing: settings.force) }
  }

  /// All bytes of the picture's file.
  func read() throws -> [UInt8] { try source.read() }

  /// What the file's header says, if the picture can be stored in the result's format as it is.
  func header(of bytes: [UInt8]) throws -> ImageHeader {
    let header = try namingSource { try Image.header(bytes, limits: settings.limits) }
    if codec == .jpeg, header.hasAlpha, settings.matte == nil {
      throw FileError(
        path: sourceName,
        underlying: ImageError.unencodable(
          format: codec.name,
          reason: "it has transparency, which JPEG has not; --matte COLOUR lays it over a colour"))
    }
    return header
  }

  /// Refuses a result that its format has no room for.
  func checkSides(_ header: ImageHeader, _ enlarger: Enlarger) throws {
    let route = try namingSource { try enlarger.route(width: header.width, height: header.height) }
    let largest = max(route.width, route.height)
    if codec == .jpeg, largest > 65500 {
      throw FileError(
        path: sourceName,
        underlying: ImageError.unencodable(
          format: codec.name,
          reason: "the result would have a side of \(largest) pixels, and 65500 is the most"))
    }
  }

  /// Refuses a picture that would take more memory than there is.
  func checkMemory(_ header: ImageHeader, _ enlarger: Enlarger, ensemble: Bool) throws {
    try enlarging { try enlarger.checkMemory(for: header, ensemble: ensemble) }
  }

  /// The picture upright, on its matte if there is one, with the metadata that is to be carried.
  func decode(_ bytes: [UInt8]) throws -> Image {
    try namingSource {
      let decoded = try Image.decode(bytes, limits: settings.limits)
      for note in decoded.notes { say("\(sourceName): \(note)") }
      var image = decoded.image.oriented()
      image.metadata = image.metadata.filtered(settings.metadata)
      return settings.matte.map { image.flattened(matte: $0) } ?? image
    }
  }

  /// The bytes of the result's file.
  func encode(_ result: Image) throws -> [UInt8] {
    for loss in result.losses(codec) { say("\(targetName): \(loss)") }
    do { return try result.encode(codec, options: settings.encoding) } catch {
      throw FileError(path: targetName, underlying: error)
    }
  }

  /// Writes the result, whole or not at all.
  func write(_ bytes: [UInt8]) throws {
    try writing { () throws(FileError) in try target.write(bytes, replacing: settings.force) }
  }

  /// Puts the picture's name to the errors of the layers that do not know it.
  func namingSource<Result>(_ body: () throws -> Result) throws -> Result {
    do { return try body() } catch { throw FileError(path: sourceName, underlying: error) }
  }

  /// Puts the picture's name to what is wrong with it, and not to what is wrong with the weights.
  func enlarging<Result>(_ body: () throws -> Result) throws -> Result {
    do { return try body() } catch let error as SetUpError { throw error } catch {
      throw FileError(path: sourceName, underlying: error)
    }
  }

  /// Tells apart an output that is in the way, which is this picture's failure, from a place that takes no files.
  private func writing(_ body: () throws(FileError) -> Void) throws {
    do { try body() } catch {
      guard case AccessError.system = error.underlying else { throw error }
      throw SetUpError(underlying: error)
    }
  }

  private func say(_ line: String) {
    ProgressDisplay.clearLine()
    StandardError.write("msrn: \(line)\n")
  }
}
