public import MSRNModels
public import MSRNTensors

/// A network with its weights, as a file holds them.
public struct Model: Sendable {
  /// The network, its measures taken from the weights.
  public let architecture: any Architecture
  /// The file.
  package let file: WeightsFile

  /// The trained values.
  ///
  /// Those of a large file are in memory until an ``Upscaler`` is made, which packs them and lets go of them; from then on they are
  /// read again.
  public var weights: Weights { get throws(FileError) { try file.weights } }
  /// The file, as it was named.
  public var path: String { file.path }
  /// The digest of the file's bytes.
  public var digest: SHA256 { file.digest }

  /// How many pixels each pixel becomes, along each side.
  public var scale: Int { architecture.scale }
  /// The largest value of the network's input and output: 255 or 1.
  public var range: Float { Float(architecture.inputRange) }
  /// The name for people: that of a shipped file without its scale (`msrn-light`), otherwise the file's own.
  public var name: String {
    let file = path.split(separator: "/").last.map(String.init) ?? path
    guard let entry = WeightsLibrary.Entry(name: file, folder: "") else { return file }
    return "msrn-" + entry.model
  }
  /// The architecture's name, `msrn`.
  public var architectureName: String { type(of: architecture).id }
  /// Whether the file is, byte for byte, one that is shipped with this version.
  ///
  /// Known by its digest, so that neither a name nor a text in the file can pretend it.
  public var isShipped: Bool { Self.shipped.contains(digest.hexadecimal) }

  /// The digests of the files in `weights/`; a test compares them.
  package static let shipped: Set<String> = [
    "f70cb3c3c653440de104ef50b2e3e72c8b5ae82a6802665db98b41a3e37f30d8",
    "8095640f856fbe7a287d7d03ba7bf0da8131bfcce5a8be48d830b8fe76e83878",
    "23129928ee951e3f513a01b7f094ad7d3e3d5b62be6a8c981682bdd016349917",
    "023caf5e3e509654544de7e3c61f5250426fa7b995ba0101b1bf3f65e352cc57",
  ]

  /// The largest weights file that is read.
  package static let maximumBytes = 1 << 31

  /// Reads a weights file: safetensors, or the `.pt` and `.pth` of PyTorch.
  ///
  /// - Parameters:
  ///   - path: the file.
  ///   - variant: how the weights are to be read where their tensors alone do not say.
  /// - Returns: the model.
  /// - Throws: ``FileError`` with the path and an ``AccessError``, a `WeightsError` or a `ModelError`.
  public static func read(_ path: String, variant: Variant = .automatic) throws(FileError) -> Model {
    try Model(WeightsFile(path), variant)
  }

  /// Takes the bytes of a weights file.
  ///
  /// - Parameters:
  ///   - path: the name to call it by.
  ///   - bytes: the whole file.
  ///   - variant: how the weights are to be read where their tensors alone do not say.
  /// - Throws: ``FileError`` with the path and a `WeightsError` or a `ModelError`.
  public init(path: String, bytes: [UInt8], variant: Variant = .automatic) throws(FileError) {
    try self.init(WeightsFile(path: path, bytes: bytes), variant)
  }

  private init(_ file: WeightsFile, _ variant: Variant) throws(FileError) {
    let weights = try file.weights
    do { architecture = try Zoo.detect(weights, variant: variant) } catch {
      throw FileError(path: file.path, underlying: error)
    }
    self.file = file
  }
}
