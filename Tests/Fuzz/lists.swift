// Fuzzes the readers of manifests and run logs; compiled as one module with what they need.

/// What libFuzzer calls with each input.
@_cdecl("LLVMFuzzerTestOneInput")
public func readLists(_ data: UnsafePointer<UInt8>, _ size: Int) -> Int32 {
  let bytes = unsafe Array(UnsafeBufferPointer(start: data, count: size))
  _ = RunLog.records(bytes)
  if let pictures = try? Manifest.pictures(bytes) {
    guard let text = try? Manifest.text(pictures) else {
      preconditionFailure("a manifest that was read is written")
    }
    precondition((try? Manifest.pictures(Array(text.utf8))) == pictures, "it comes back as another")
    let costs = pictures.map { ($0.pixels?.count ?? 0) &+ 4096 }
    _ = Shard(index: 0, count: 3).members(of: costs)
  }
  return 0
}
