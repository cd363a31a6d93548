extension Weights {
  /// Reads a weights file, whose content says what it is: safetensors, or a PyTorch file of either kind.
  ///
  /// - Throws: `WeightsError`; nothing in a file is ever executed.
  public static func read(_ data: [UInt8]) throws(WeightsError) -> Weights {
    if TorchFile.matches(data) { return try TorchFile.read(data) }
    if Safetensors.matches(data) { return try Safetensors.read(data) }
    let first = data.prefix(4).map { String($0, radix: 16) }.joined(separator: " ")
    throw .unknownFormat(description: data.isEmpty ? "it is empty" : "it starts \(first)")
  }
}
