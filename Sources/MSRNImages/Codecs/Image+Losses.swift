import CMSRNCodecs

extension Image {
  /// What a file of this format will lack of the picture, one sentence each; empty for nothing.
  ///
  /// ``encode(_:options:)`` leaves exactly this out. Alpha in a JPEG is not among it, for that is an error.
  public func losses(_ codec: Codec) -> [String] {
    var losses: [String] = []
    func tooLarge(_ what: String, _ bytes: [UInt8]?, _ limit: Int32) {
      guard let bytes, bytes.count > Int(limit) else { return }
      losses.append("The \(what) of \(bytes.count) bytes is left out: a JPEG holds \(limit).")
    }
    if let icc = metadata.icc, !icc.fits(color) {
      losses.append("The ICC profile is not one for this picture's colours and is left out.")
    }
    guard codec == .jpeg else { return losses }
    if depth == 16 { losses.append("The samples of 16 bits are rounded to the 8 that JPEG has.") }
    if metadata.gamma != nil || metadata.chromaticities != nil || metadata.srgbIntent != nil {
      losses.append("JPEG has no place for gAMA, cHRM and sRGB; they are left out.")
    }
    tooLarge("EXIF block", metadata.exif, MSRN_JPEG_MAX_EXIF)
    tooLarge("XMP packet", metadata.xmp, MSRN_JPEG_MAX_XMP)
    if metadata.icc?.fits(color) == true { tooLarge("ICC profile", metadata.icc, 255 * 65519) }
    return losses
  }
}

extension [UInt8] {
  /// Whether an ICC profile's header names this kind of colour.
  fileprivate func fits(_ color: Image.Color) -> Bool {
    count >= 132 && self[16..<20].elementsEqual((color == .grey ? "GRAY" : "RGB ").utf8)
  }
}
