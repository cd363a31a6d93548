import CMSRNCodecs

extension Image {
  /// Reads what a picture's header says; the content decides about the format.
  ///
  /// - Throws: ``ImageError``, also where the picture is larger than the limits.
  public static func header(_ data: [UInt8], limits: DecodeLimits = .default) throws(ImageError)
    -> ImageHeader
  {
    guard let codec = Codec.sniff(data) else { throw ForeignFormat.error(for: data) }
    return try codec.header(data, limits: limits).header
  }

  /// Reads a picture, whatever format its content is.
  ///
  /// Samples come as they are stored: no gamma, profile or orientation is applied. Palettes become RGB, transparent colours become
  /// alpha, grey of 1, 2 and 4 bits becomes 8 bits, CMYK becomes RGB (with a note).
  ///
  /// - Throws: ``ImageError`` with byte or row where the data are broken; a truncated file is broken.
  public static func decode(_ data: [UInt8], limits: DecodeLimits = .default) throws(ImageError) -> Decoded {
    guard let codec = Codec.sniff(data) else { throw ForeignFormat.error(for: data) }
    guard data.count <= limits.maximumBytes else {
      throw .malformed(
        format: codec.name, reason: "\(data.count) bytes are more than the limit, \(limits.maximumBytes)")
    }
    let (header, found) = try codec.header(data, limits: limits)
    let count = header.width * header.height * (header.color.channels + (header.hasAlpha ? 1 : 0))
    var info = found, text = msrn_text(), metadata = unsafe msrn_metadata()
    var status = MSRN_OK
    defer { unsafe msrn_metadata_free(&metadata) }

    func fill(_ pixels: UnsafeMutableRawPointer?, _ bytes: Int) {
      let decode = unsafe codec == .png ? msrn_png_decode : msrn_jpeg_decode
      unsafe data.withUnsafeBufferPointer { source in
        status = unsafe decode(source.baseAddress, source.count, &info, pixels, bytes, &metadata, &text)
      }
    }
    let samples: Samples
    if header.depth == 16 {
      samples = .sixteen(
        unsafe [UInt16](unsafeUninitializedCapacity: count) { buffer, initialized in
          unsafe fill(buffer.baseAddress, 2 * count)
          initialized = status == MSRN_OK ? count : 0
        })
    } else {
      samples = .eight(
        unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
          unsafe fill(buffer.baseAddress, count)
          initialized = status == MSRN_OK ? count : 0
        })
    }
    guard status == MSRN_OK else { throw codec.error(status, text, info) }
    let image = Image(
      width: header.width, height: header.height, color: header.color, hasAlpha: header.hasAlpha,
      samples: samples,
      metadata: unsafe Metadata(metadata))
    return Decoded(image: image, notes: text.noteLines)
  }
}

extension Codec {
  fileprivate func header(
    _ data: [UInt8], limits: DecodeLimits
  ) throws(ImageError) -> (header: ImageHeader, info: msrn_info) {
    var bounds = msrn_limits(
      pixels: UInt64(max(limits.maximumPixels, 0)), bytes: UInt64(max(limits.maximumBytes, 0)),
      side: UInt64(max(limits.maximumSide, 0)))
    var info = msrn_info(), text = msrn_text()
    let read = unsafe self == .png ? msrn_png_header : msrn_jpeg_header
    let status = unsafe data.withUnsafeBufferPointer {
      unsafe read($0.baseAddress, $0.count, &bounds, &info, &text)
    }
    guard status == MSRN_OK else { throw error(status, text, info) }
    let kind = unsafe withUnsafeBytes(of: info.kind) { unsafe String(bytes: $0) }
    let header = ImageHeader(
      codec: self, width: Int(info.width), height: Int(info.height), color: info.colors == 1 ? .grey : .rgb,
      hasAlpha: info.alpha, depth: Int(info.depth), kind: kind)
    return (header, info)
  }

  func error(_ status: msrn_status, _ text: msrn_text, _ info: msrn_info) -> ImageError {
    let reason = unsafe withUnsafeBytes(of: text.error) { unsafe String(bytes: $0) }
    switch status {
    case MSRN_UNSUPPORTED: return .unsupported(format: name, reason: reason)
    case MSRN_TOO_LARGE: return .tooLarge(width: Int(info.width), height: Int(info.height), limit: reason)
    case MSRN_UNENCODABLE: return .unencodable(format: name, reason: reason)
    case MSRN_NO_MEMORY: return .outOfMemory(reason: reason)
    default: return .malformed(format: name, reason: reason)
    }
  }
}

extension msrn_text {
  var noteLines: [String] {
    unsafe withUnsafeBytes(of: notes) { unsafe String(bytes: $0) }.split(separator: "\n").map(String.init)
  }
}

extension String {
  /// Text up to the first NUL.
  fileprivate init(bytes: UnsafeRawBufferPointer) {
    self = unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
  }
}

extension Metadata {
  fileprivate init(_ c: msrn_metadata) {
    self.init()
    unsafe icc = c.icc.array
    unsafe exif = c.exif.array
    unsafe xmp = c.xmp.array
    let (g, s) = unsafe (c.gamma, c.srgb_intent)
    gamma = g == 0 ? nil : g
    srgbIntent = s < 0 ? nil : UInt8(truncatingIfNeeded: s)
    if unsafe c.has_chromaticities {
      let v = unsafe c.chromaticities
      chromaticities = [v.0, v.1, v.2, v.3, v.4, v.5, v.6, v.7]
    }
    let unit: Density.Unit? =
      switch unsafe c.density_unit {
      case MSRN_DENSITY_ASPECT: .aspect
      case MSRN_DENSITY_INCH: .inch
      case MSRN_DENSITY_METRE: .metre
      default: nil
      }
    if let unit { density = unsafe Density(x: Int(c.density_x), y: Int(c.density_y), unit: unit) }
  }
}

extension msrn_bytes {
  fileprivate var array: [UInt8]? {
    unsafe data == nil ? nil : unsafe Array(UnsafeBufferPointer(start: data, count: size))
  }
}
