import MSRNKit

/// Where the repository lies that these tests are part of.
enum Repository {
  static let root = #filePath.split(separator: "/").dropLast(3).map { "/" + $0 }.joined()

  static func weights(_ scale: Int, model: String = "light") -> String {
    "\(root)/weights/msrn-\(model)-x\(scale).safetensors"
  }

  /// An upscaler with shipped weights and two threads.
  static func upscaler(_ scale: Int, model: String = "light") throws -> Upscaler {
    try Upscaler(model: Model.read(weights(scale, model: model)), options: Upscaler.Options(threads: 2))
  }
}
