/// A picture format that is read and written.
public enum Codec: String, CaseIterable, Sendable {
  case png, jpeg

  /// The format's name for people.
  public var name: String { self == .png ? "PNG" : "JPEG" }

  /// The extensions of its files, the usual one first, without a dot.
  public var fileExtensions: [String] {
    switch self {
    case .png: ["png"]
    case .jpeg: ["jpg", "jpeg", "jpe", "jfif"]
    }
  }

  /// The format that an extension (without a dot, in any case) stands for.
  public init?(fileExtension: String) {
    let lower = fileExtension.lowercased()
    guard let codec = Codec.allCases.first(where: { $0.fileExtensions.contains(lower) }) else { return nil }
    self = codec
  }

  /// The format that bytes begin like; nil where it is none of ours.
  public static func sniff(_ bytes: some Collection<UInt8>) -> Codec? {
    if bytes.starts(with: [0x89, 0x50, 0x4E, 0x47]) { return .png }
    if bytes.starts(with: [0xFF, 0xD8, 0xFF]) { return .jpeg }
    return nil
  }
}

/// Formats that are known by their first bytes in order to refuse them by name.
enum ForeignFormat {
  /// The name of the format that bytes begin like.
  static func name(of bytes: some Collection<UInt8>) -> String? {
    let head = Array(bytes.prefix(32))
    func starts(_ text: String, at offset: Int = 0) -> Bool {
      let wanted = Array(text.utf8)
      return head.count >= offset + wanted.count && Array(head[offset..<offset + wanted.count]) == wanted
    }
    if starts("GIF8") { return "GIF" }
    if starts("RIFF"), starts("WEBP", at: 8) { return "WebP" }
    if starts("BM") { return "BMP" }
    if [[0x49, 0x49, 0x2A, 0], [0x4D, 0x4D, 0, 0x2A], [0x49, 0x49, 0x2B, 0], [0x4D, 0x4D, 0, 0x2B]]
      .contains(where: { head.starts(with: $0) })
    {
      return "TIFF"
    }
    if starts("ftypavif", at: 4) || starts("ftypavis", at: 4) { return "AVIF" }
    if ["heic", "heix", "hevc", "mif1", "msf1", "heim"].contains(where: { starts("ftyp" + $0, at: 4) }) {
      return "HEIF"
    }
    if starts("ftyp", at: 4) { return "MP4 or QuickTime video" }
    if head.starts(with: [0xFF, 0x0A]) || starts("JXL ", at: 4) { return "JPEG XL" }
    if head.starts(with: [0xFF, 0x4F, 0xFF, 0x51]) || starts("jP  ", at: 4) { return "JPEG 2000" }
    if starts("8BPS") { return "Photoshop" }
    if starts("%PDF") { return "PDF" }
    if starts("qoif") { return "QOI" }
    if starts("DDS ") { return "DDS" }
    if starts("<svg") || starts("<?xml") { return "SVG or XML" }
    if starts("<!DO") || starts("<htm") { return "HTML" }
    if head.count > 2, head[0] == 0x50, (0x31...0x37).contains(head[1]), head[2] <= 0x20 { return "PNM" }
    if head.starts(with: [0, 0, 1, 0]) { return "ICO" }
    if head.starts(with: [0x50, 0x4B, 3, 4]) { return "ZIP" }
    if head.starts(with: [0x76, 0x2F, 0x31, 1]) { return "OpenEXR" }
    return nil
  }

  /// Why bytes that are none of ours are refused; a PNG signature with a few wrong bytes is a broken PNG.
  static func error(for bytes: [UInt8]) -> ImageError {
    if bytes.isEmpty { return .unknownFormat(description: "it is empty") }
    if let name = name(of: bytes) { return .unknownFormat(description: "it looks like \(name)") }
    let pairs = zip(bytes, signature)
    if bytes.count >= 8, pairs.count(where: { $0 == $1 }) >= 5,
      let place = pairs.enumerated().first(where: { $1.0 != $1.1 })
    {
      let (found, expected) = (hexadecimal(place.element.0), hexadecimal(place.element.1))
      return .malformed(
        format: "PNG",
        reason: "the signature is damaged at byte \(place.offset): \(found) in place of \(expected)")
    }
    let start = bytes.prefix(4).map(hexadecimal).joined(separator: " ")
    return .unknownFormat(description: "it starts \(start)")
  }

  private static let signature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]

  private static func hexadecimal(_ byte: UInt8) -> String {
    let digits = String(byte, radix: 16, uppercase: true)
    return byte < 16 ? "0" + digits : digits
  }
}
