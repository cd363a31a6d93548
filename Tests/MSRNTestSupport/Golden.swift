public import Foundation
public import MSRNTensors

/// The golden vectors of `Tests/Golden`.
public enum Golden {
  /// Every case.
  public static let cases = [
    "msrn-16x2-x2", "msrn-16x2-x3", "msrn-16x2-x8", "msrn-16x3-x4", "msrn-24x2-x4", "msrn-32x4-x4",
    "msrn-16x2-x2-unit", "msrn-16x2-x2-superimage", "msrn-16x2-x4-tiny", "msrn-16x2-x4-line",
  ]

  /// The bytes of a file of that folder.
  public static func bytes(_ name: String) throws -> [UInt8] {
    try [UInt8](Data(contentsOf: folder.appending(path: name)))
  }

  /// The path of a file of that folder.
  public static func path(_ name: String) -> String { folder.appending(path: name).path }

  /// A case's weights.
  public static func weights(_ name: String) throws -> Weights {
    try Weights.read(bytes(name + ".safetensors"))
  }

  /// A case's input and the output that PyTorch gave for it, `[C, H, W]`.
  public static func vectors(_ name: String) throws -> (input: Tensor, output: Tensor) {
    let tensors = try Weights.read(bytes(name + ".io.safetensors")).tensors
    func map(_ name: String) throws -> Tensor {
      guard let tensor = tensors[name] else { throw CocoaError(.fileReadCorruptFile) }
      return Tensor(shape: Array(tensor.shape.dropFirst()), values: tensor.values)
    }
    return (try map("input"), try map("output"))
  }

  private static var folder: URL {
    URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().appending(path: "Golden")
  }
}

/// What a checkout may have beside it and the tests can use: large data that is not part of the product.
public enum SharedData {
  /// The folder, or nil where there is none.
  public static let folder: URL? = {
    if let path = ProcessInfo.processInfo.environment["MSRN_DATA"] { return URL(filePath: path) }
    let url = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent().appending(path: "shared/data")
    return FileManager.default.fileExists(atPath: url.path) ? url : nil
  }()

  /// Files of a subfolder by name, or none where there is no such folder.
  public static func files(_ subfolder: String) -> [URL] {
    guard let folder else { return [] }
    let url = folder.appending(path: subfolder)
    let names = (try? FileManager.default.contentsOfDirectory(atPath: url.path)) ?? []
    return names.sorted().map { url.appending(path: $0) }
  }
}
