/// What of a picture's metadata is carried to the result.
public enum MetadataPolicy: String, CaseIterable, Sendable {
  /// Everything, byte for byte, apart from orientation and pixel size, which are made to fit the result.
  case all
  /// Everything but positions, serial numbers, owner names, maker notes and thumbnails.
  ///
  /// Colour (ICC, gAMA, cHRM, sRGB) and density are carried as they are. EXIF is rebuilt from the tags of the standard
  /// that are known to be harmless, and dropped as a whole where its structure is broken. XMP loses the private
  /// properties, and is dropped where its text cannot be read with certainty.
  case safe
  /// Nothing, not even the colour profile; the orientation is in the pixels already.
  case none
}

extension Metadata {
  /// What `policy` lets through; cost is linear in the size of the metadata.
  public func filtered(_ policy: MetadataPolicy) -> Metadata {
    switch policy {
    case .all: return self
    case .none: return Metadata()
    case .safe:
      var result = self
      result.exif = exif.flatMap { Exif($0)?.safe() }
      result.xmp = xmp.flatMap { XMP($0)?.safe() }
      return result
    }
  }
}

extension Metadata {
  /// How the stored pixels are to be turned for viewing, 1...8 as EXIF defines it; 1 (upright) where EXIF says nothing.
  ///
  /// XMP's tiff:Orientation is not asked, as viewers do not ask it.
  public var orientation: Int { exif.flatMap { Exif($0)?.orientation } ?? 1 }

  /// Sets the orientation to upright in EXIF, in place, and in XMP, where they state one.
  public mutating func resetOrientation() {
    edit {
      $0.resetOrientation()
    } xmp: {
      $0.resettingOrientation()
    }
  }

  /// Corrects the tags that state the picture's size in pixels (EXIF ImageWidth, ImageLength, PixelXDimension,
  /// PixelYDimension and the same in XMP), where they are, for a picture of `width` x `height`.
  ///
  /// Call it after upscaling. The density stays as it is: the same pixels per inch on more pixels, a larger print.
  public mutating func setPixelSize(width: Int, height: Int) {
    edit {
      $0.setPixelSize(width: width, height: height)
    } xmp: {
      $0.settingPixelSize(width: width, height: height)
    }
  }

  /// Adapts density and resolution tags to pixels turned by a quarter.
  mutating func exchangeAxes() {
    if let density { self.density = Density(x: density.y, y: density.x, unit: density.unit) }
    edit {
      $0.exchangeResolutions()
    } xmp: { _ in
      nil
    }
  }

  /// Takes the EXIF thumbnail out of sight, for pixels it no longer shows.
  mutating func unlinkThumbnail() {
    edit {
      $0.unlinkThumbnail()
    } xmp: { _ in
      nil
    }
  }

  private mutating func edit(_ change: (inout Exif) -> Void, xmp replacement: (XMP) -> [UInt8]?) {
    if let bytes = exif, var block = Exif(bytes) {
      change(&block)
      exif = block.bytes
    }
    if let bytes = xmp, let packet = XMP(bytes), let text = replacement(packet) { xmp = text }
  }
}
