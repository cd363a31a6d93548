// Fuzzes the readers of weights; compiled as one module with MSRNTensors.

/// What libFuzzer calls with each input.
@_cdecl("LLVMFuzzerTestOneInput")
public func readWeights(_ data: UnsafePointer<UInt8>, _ size: Int) -> Int32 {
  let bytes = unsafe Array(UnsafeBufferPointer(start: data, count: size))
  if let weights = try? Weights.read(bytes) {
    // What was taken can be written, and is the same when it is read again.
    guard let written = try? weights.safetensors(), let again = try? Weights.read(written) else { return 0 }
    precondition(again.tensors.keys == weights.tensors.keys, "a tensor was lost")
  }
  return 0
}
