import MSRNImages

/// What `msrn inspect` says of a picture.
struct PictureReport: Encodable, CustomStringConvertible {
  let file: String
  let format: String
  let bytes: Int
  let width: Int
  let height: Int
  let color: String
  let depth: Int
  let alpha: Bool
  let kind: String
  let orientation: Int
  let density: String?
  /// The metadata's blocks with their bytes, or their value.
  let metadata: [String: String]
  let notes: [String]

  init(_ file: String, _ header: ImageHeader, _ decoded: Decoded, bytes: Int) {
    let image = decoded.image
    (self.file, format, self.bytes) = (file, header.codec.name, bytes)
    (width, height, depth, alpha) = (image.width, image.height, image.depth, image.hasAlpha)
    (color, kind, notes) = (image.color == .grey ? "grey" : "rgb", header.kind, decoded.notes)
    let data = image.metadata
    orientation = data.orientation
    density = data.density.map { density in
      let unit =
        switch density.unit {
        case .aspect: "aspect ratio"
        case .inch: "pixels per inch"
        case .metre: "pixels per metre"
        }
      return "\(density.x)x\(density.y) \(unit)"
    }
    var blocks: [String: String] = [:]
    for (name, block) in [("ICC profile", data.icc), ("EXIF", data.exif), ("XMP", data.xmp)] {
      if let block { blocks[name] = "\(block.count) bytes" }
    }
    if let gamma = data.gamma { blocks["gAMA"] = decimal(Double(gamma) / 100_000, 5) }
    if data.chromaticities != nil { blocks["cHRM"] = "present" }
    if let intent = data.srgbIntent { blocks["sRGB"] = "rendering intent \(intent)" }
    metadata = blocks
  }

  var description: String {
    var listing = Listing()
    listing.add("file", file)
    listing.add("format", "\(format), \(grouped(bytes)) bytes")
    listing.add("size", "\(width)x\(height) pixels")
    listing.add("samples", "\(color), \(depth) bits, \(alpha ? "with" : "no") alpha")
    if !kind.isEmpty { listing.add("stored as", kind) }
    if orientation != 1 {
      listing.add("orientation", "EXIF \(orientation); upscale turns the pixels upright")
    }
    if let density { listing.add("density", density) }
    for (name, text) in metadata.sorted(by: { $0.key < $1.key }) { listing.add(name, text) }
    for note in notes { listing.add("note", note) }
    return listing.description
  }
}
