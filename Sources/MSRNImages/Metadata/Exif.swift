/// An EXIF block: TIFF directories of tagged values, in either byte order.
///
/// Offsets count from the byte-order mark. Every read is bounds-checked, so any bytes can be asked. Edits are made in
/// place and never change the block's length, so that offsets nobody here understands (in maker notes) stay right.
/// Source: CIPA DC-008 (Exif 2.32 and 3.0), TIFF 6.0.
package struct Exif: Sendable {
  /// The tags that are read or edited by name.
  package enum Tag {
    package static let imageWidth = 0x0100
    package static let imageLength = 0x0101
    package static let orientation = 0x0112
    package static let xResolution = 0x011A
    package static let yResolution = 0x011B
    package static let exifDirectory = 0x8769
    package static let gpsDirectory = 0x8825
    package static let pixelXDimension = 0xA002
    package static let pixelYDimension = 0xA003
    package static let interopDirectory = 0xA005
  }

  /// The value types of TIFF that are named below, as stored.
  enum Kind {
    static let byte = 1
    static let short = 3
    static let long = 4
    static let rational = 5
    static let directory = 13

    /// Bytes of one value of a type, nil for a type that TIFF and EXIF do not define.
    static func size(_ kind: Int) -> Int? {
      switch kind {
      case 1, 2, 6, 7, 129: 1
      case 3, 8: 2
      case 4, 9, 11, 13: 4
      case 5, 10, 12: 8
      default: nil
      }
    }
  }

  /// One row of a directory.
  struct Entry {
    var tag: Int
    var kind: Int
    var count: Int
    /// Where the four bytes lie that hold the value, or the offset of a longer one.
    var field: Int
  }

  /// The whole block.
  package private(set) var bytes: [UInt8]
  /// Whether the block begins with "MM".
  let isBigEndian: Bool
  /// Where the first directory lies.
  let main: Int

  /// Reads the eight bytes of the header; nil when they are not TIFF's or point outside the block.
  package init?(_ bytes: [UInt8]) {
    guard bytes.count >= 8 else { return nil }
    switch (bytes[0], bytes[1], bytes[2], bytes[3]) {
    case (0x49, 0x49, 42, 0): isBigEndian = false
    case (0x4D, 0x4D, 0, 42): isBigEndian = true
    default: return nil
    }
    self.bytes = bytes
    let offset = Exif.integer(bytes[4..<8], isBigEndian)
    guard offset >= 8, offset <= bytes.count - 2 else { return nil }
    main = offset
  }

  private static func integer(_ bytes: ArraySlice<UInt8>, _ isBigEndian: Bool) -> Int {
    isBigEndian
      ? bytes.reduce(0) { $0 << 8 | Int($1) } : bytes.reversed().reduce(0) { $0 << 8 | Int($1) }
  }

  /// The unsigned integer of `size` bytes at `offset`, nil outside the block.
  func integer(at offset: Int, size: Int) -> Int? {
    guard offset >= 0, size <= bytes.count, offset <= bytes.count - size else { return nil }
    return Exif.integer(bytes[offset..<offset + size], isBigEndian)
  }

  /// `value` in `size` bytes of the block's byte order.
  func stored(_ value: Int, size: Int) -> [UInt8] {
    let little = (0..<size).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    return isBigEndian ? little.reversed() : little
  }

  private mutating func store(_ value: Int, size: Int, at offset: Int) {
    bytes.replaceSubrange(offset..<offset + size, with: stored(value, size: size))
  }

  /// The directory at `offset`: its entries and where its link to the next one lies; nil when it leaves the block.
  func directory(at offset: Int) -> (entries: [Entry], link: Int)? {
    guard let count = integer(at: offset, size: 2), offset + 2 + 12 * count <= bytes.count else { return nil }
    let entries = (0..<count).compactMap { row -> Entry? in
      let start = offset + 2 + 12 * row
      guard let tag = integer(at: start, size: 2), let kind = integer(at: start + 2, size: 2),
        let values = integer(at: start + 4, size: 4)
      else { return nil }
      return Entry(tag: tag, kind: kind, count: values, field: start + 8)
    }
    return (entries, offset + 2 + 12 * count)
  }

  /// Where the directory lies that entry `tag` points at, nil when there is no such entry.
  func target(_ tag: Int, in entries: [Entry]) -> Int? {
    guard let entry = entries.first(where: { $0.tag == tag }), entry.count == 1,
      entry.kind == Kind.long || entry.kind == Kind.directory
    else { return nil }
    return integer(at: entry.field, size: 4)
  }

  private func integer(of entry: Entry) -> Int? {
    guard entry.count == 1, [Kind.byte, Kind.short, Kind.long].contains(entry.kind),
      let size = Kind.size(entry.kind)
    else { return nil }
    return integer(at: entry.field, size: size)
  }
}

extension Exif {
  /// The orientation of the main picture, nil when there is none in 1...8.
  package var orientation: Int? {
    guard let entry = directory(at: main)?.entries.first(where: { $0.tag == Tag.orientation }),
      let value = integer(of: entry), (1...8).contains(value)
    else { return nil }
    return value
  }

  /// Writes 1 into the orientation tag, where there is one.
  package mutating func resetOrientation() {
    guard let entries = directory(at: main)?.entries else { return }
    for entry in entries where entry.tag == Tag.orientation {
      guard entry.count == 1, let size = Kind.size(entry.kind), size <= 4 else { continue }
      store(0, size: 4, at: entry.field)
      store(1, size: size, at: entry.field)
    }
  }

  /// Writes the picture's size into those of its four tags that are there; a SHORT becomes a LONG when it must.
  package mutating func setPixelSize(width: Int, height: Int) {
    guard let first = directory(at: main)?.entries else { return }
    let second = target(Tag.exifDirectory, in: first).flatMap { directory(at: $0)?.entries } ?? []
    let values = [
      Tag.imageWidth: width, Tag.imageLength: height, Tag.pixelXDimension: width, Tag.pixelYDimension: height,
    ]
    for entry in first + second {
      guard let value = values[entry.tag], value <= Int(UInt32.max), integer(of: entry) != nil else {
        continue
      }
      let kind = value <= 0xFFFF && entry.kind == Kind.short ? Kind.short : Kind.long
      store(kind, size: 2, at: entry.field - 6)
      store(0, size: 4, at: entry.field)
      store(value, size: kind == Kind.short ? 2 : 4, at: entry.field)
    }
  }

  /// Exchanges the two resolutions, for a picture turned by a quarter.
  package mutating func exchangeResolutions() {
    guard let entries = directory(at: main)?.entries,
      let x = entries.first(where: { $0.tag == Tag.xResolution }),
      let y = entries.first(where: { $0.tag == Tag.yResolution }),
      x.kind == Kind.rational, y.kind == Kind.rational, x.count == 1, y.count == 1,
      let (first, second) = integer(at: x.field, size: 4).flatMap({ a in
        integer(at: y.field, size: 4).map { (a, $0) }
      })
    else { return }
    store(second, size: 4, at: x.field)
    store(first, size: 4, at: y.field)
  }

  /// Cuts the link from the main picture's directory to the thumbnail's, for a thumbnail that no longer fits.
  package mutating func unlinkThumbnail() {
    guard let link = directory(at: main)?.link, link <= bytes.count - 4 else { return }
    store(0, size: 4, at: link)
  }
}
