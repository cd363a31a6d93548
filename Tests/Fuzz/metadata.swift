// Fuzzes what edits EXIF and XMP; compiled as one module with MSRNImages' metadata.

/// What libFuzzer calls with each input.
@_cdecl("LLVMFuzzerTestOneInput")
public func editMetadata(_ data: UnsafePointer<UInt8>, _ size: Int) -> Int32 {
  let bytes = unsafe Array(UnsafeBufferPointer(start: data, count: size))
  for isXMP in [false, true] {
    var metadata = Metadata()
    if isXMP { metadata.xmp = bytes } else { metadata.exif = bytes }
    for policy in MetadataPolicy.allCases {
      var kept = metadata.filtered(policy)
      kept.resetOrientation()
      kept.setPixelSize(width: 4000, height: 3000)
      // What was made safe is safe as it is.
      if policy == .safe {
        precondition(metadata.filtered(.safe).filtered(.safe) == metadata.filtered(.safe))
      }
    }
  }
  return 0
}
