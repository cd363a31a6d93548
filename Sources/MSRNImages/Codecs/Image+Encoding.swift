import CMSRNCodecs
import Dispatch
import Synchronization

extension Image {
  /// The picture as the bytes of a file.
  ///
  /// PNG keeps everything. JPEG has 8 bits (16 are rounded), no alpha and no gAMA, cHRM or sRGB.
  ///
  /// - Throws: ``ImageError/unencodable(format:reason:)`` where the format cannot hold the picture, alpha in a JPEG for one.
  public func encode(_ codec: Codec, options: EncodeOptions = EncodeOptions()) throws(ImageError) -> [UInt8] {
    guard let width = UInt32(exactly: width), let height = UInt32(exactly: height) else {
      throw .unencodable(format: codec.name, reason: "it has more than 4294967295 pixels a side")
    }
    var info = msrn_info()
    (info.width, info.height, info.alpha) = (width, height, hasAlpha)
    (info.colors, info.depth) = (Int32(color.channels), Int32(depth))
    var out = unsafe msrn_bytes(), text = msrn_text()
    defer { unsafe msrn_bytes_free(&out) }
    let status = unsafe metadata.withC { beside in
      unsafe withSamples { pixels in
        switch codec {
        case .png:
          var bands = unsafe Self.bands(info, pixels, options)
          return unsafe msrn_png_encode(&info, &bands, beside, &out, &text)
        case .jpeg:
          var jpeg = msrn_jpeg_options(options)
          return unsafe msrn_jpeg_encode(&info, pixels, beside, &jpeg, &out, &text)
        }
      }
    }
    guard status == MSRN_OK else { throw codec.error(status, text, info) }
    return unsafe Array(UnsafeBufferPointer(start: out.data, count: out.size))
  }

  /// The bands of a PNG, compressed on several threads.
  private static func bands(
    _ info: msrn_info, _ pixels: UnsafeRawPointer?, _ options: EncodeOptions
  ) -> [msrn_png_band] {
    let count = unsafe withUnsafePointer(to: info) { unsafe msrn_png_bands($0) }
    var bands = unsafe [msrn_png_band](repeating: msrn_png_band(), count: count)
    unsafe bands.withUnsafeMutableBufferPointer { bands in
      // Each index is one thread's.
      nonisolated(unsafe) let bands = unsafe bands
      nonisolated(unsafe) let pixels = unsafe pixels
      let next = Atomic(0)
      DispatchQueue.concurrentPerform(iterations: min(options.threads, count)) { _ in
        var info = info
        while case let index = next.wrappingAdd(1, ordering: .relaxed).oldValue, index < count {
          unsafe msrn_png_band_make(&info, pixels, Int32(options.compression), index, &bands[index])
        }
      }
    }
    return unsafe bands
  }

  private func withSamples<R>(_ body: (UnsafeRawPointer?) -> R) -> R {
    switch samples {
    case .eight(let values): unsafe values.withUnsafeBytes { unsafe body($0.baseAddress) }
    case .sixteen(let values): unsafe values.withUnsafeBytes { unsafe body($0.baseAddress) }
    }
  }
}

extension msrn_jpeg_options {
  fileprivate init(_ options: EncodeOptions) {
    self.init()
    quality = Int32(options.quality)
    (chroma_x, chroma_y) =
      switch options.chroma {
      case .full: (1, 1)
      case .half: (2, 1)
      case .quarter: (2, 2)
      }
    progressive = options.progressive
  }
}

extension Metadata {
  /// Calls `body` with the same in C, good until it returns.
  fileprivate func withC<R>(_ body: (UnsafePointer<msrn_metadata>) -> R) -> R {
    var c = unsafe msrn_metadata()
    unsafe c.gamma = gamma ?? 0
    unsafe c.srgb_intent = srgbIntent.map(Int32.init) ?? -1
    if let v = chromaticities, v.count == 8 {
      unsafe c.has_chromaticities = true
      unsafe c.chromaticities = (v[0], v[1], v[2], v[3], v[4], v[5], v[6], v[7])
    }
    if let density, let x = UInt32(exactly: density.x), let y = UInt32(exactly: density.y) {
      unsafe (c.density_x, c.density_y) = (x, y)
      unsafe c.density_unit =
        switch density.unit {
        case .aspect: MSRN_DENSITY_ASPECT
        case .inch: MSRN_DENSITY_INCH
        case .metre: MSRN_DENSITY_METRE
        }
    }
    return unsafe Self.withBytes(icc) { icc in
      unsafe Self.withBytes(exif) { exif in
        unsafe Self.withBytes(xmp) { xmp in
          unsafe (c.icc, c.exif, c.xmp) = unsafe (icc, exif, xmp)
          return unsafe body(&c)
        }
      }
    }
  }

  private static func withBytes<R>(_ bytes: [UInt8]?, _ body: (msrn_bytes) -> R) -> R {
    unsafe (bytes ?? []).withUnsafeBufferPointer { buffer in
      // The encoders read metadata and never write it.
      let data = unsafe buffer.isEmpty ? nil : UnsafeMutablePointer(mutating: buffer.baseAddress)
      return unsafe body(msrn_bytes(data: data, size: buffer.count))
    }
  }
}
