/// What may be carried to a picture that is shown to strangers.
///
/// The lists name what is kept, not what is dropped: a private tag that nobody here knows may hold anything, a serial
/// number or an offset into the old file, so it is not carried. Left out on purpose, although they are in the standard:
/// GPS (0x8825), MakerNote (0x927C), CameraOwnerName (0xA430), BodySerialNumber (0xA431), LensSerialNumber (0xA435),
/// ImageUniqueID (0xA420, names the old file and on some cameras the sensor), HostComputer (0x013C, a machine's name),
/// and containers with thumbnails, positions or metadata of their own (XMP 0x02BC, IPTC 0x83BB, Photoshop 0x8649,
/// ICC 0x8773, DNG private data 0xC634, SubIFDs 0x014A, strips, tiles). Tags that describe how the old file stored its
/// samples (bits, compression, subsampling) would be wrong in the new one.
private enum Kept {
  static let main: Set<Int> = [
    0x0100, 0x0101, 0x010D, 0x010E, 0x010F, 0x0110, 0x0112, 0x011A, 0x011B, 0x0128, 0x012D, 0x0131, 0x0132,
    0x013B,
    0x013E, 0x013F, 0x0211, 0x0213, 0x0214, 0x4746, 0x4749, 0x8298, 0x9C9B, 0x9C9C, 0x9C9D, 0x9C9E, 0x9C9F,
    0xC4A5,
  ]
  static let exif: Set<Int> = [
    0x829A, 0x829D, 0x8822, 0x8824, 0x8827, 0x8828, 0x8830, 0x8831, 0x8832, 0x8833, 0x8834, 0x8835, 0x9000,
    0x9003,
    0x9004, 0x9010, 0x9011, 0x9012, 0x9101, 0x9102, 0x9201, 0x9202, 0x9203, 0x9204, 0x9205, 0x9206, 0x9207,
    0x9208,
    0x9209, 0x920A, 0x9214, 0x9286, 0x9290, 0x9291, 0x9292, 0x9400, 0x9401, 0x9402, 0x9403, 0x9404, 0x9405,
    0xA000,
    0xA001, 0xA002, 0xA003, 0xA004, 0xA20B, 0xA20C, 0xA20E, 0xA20F, 0xA210, 0xA214, 0xA215, 0xA217, 0xA300,
    0xA301,
    0xA302, 0xA401, 0xA402, 0xA403, 0xA404, 0xA405, 0xA406, 0xA407, 0xA408, 0xA409, 0xA40A, 0xA40B, 0xA40C,
    0xA432,
    0xA433, 0xA434, 0xA436, 0xA437, 0xA438, 0xA439, 0xA43A, 0xA43B, 0xA43C, 0xA460, 0xA461, 0xA462, 0xA500,
  ]
  static let interop: Set<Int> = [0x0001, 0x0002, 0x1000, 0x1001, 0x1002]
}

/// A tag with its value's bytes, free of offsets.
private struct Field {
  var tag: Int
  var kind: Int
  var count: Int
  var value: [UInt8]
}

/// The parts of a block that have been read, so that no two things are read from the same bytes.
private struct Claims {
  private var ranges: [Range<Int>] = [0..<8]

  /// Whether nothing has been read from the range before.
  ///
  /// A short value may be used by several tags, as some cameras do for both resolutions: each gets a copy.
  mutating func claim(_ range: Range<Int>) -> Bool {
    for other in ranges where other.overlaps(range) { return other == range && range.count <= 16 }
    ranges.append(range)
    return true
  }
}

extension Exif {
  /// The block rebuilt from the tags that are safe to carry; nil when nothing is left or the structure is broken:
  /// directories or values that leave the block, lie over one another or form a loop.
  ///
  /// The byte order stays; values are relocated, so nothing of the old block survives between them. The result is at
  /// most a few times as long as the block, and work is linear in it.
  package func safe() -> [UInt8]? {
    var claims = Claims()
    guard let first = read(main, keeping: Kept.main, &claims) else { return nil }
    var (exif, interop): ([Field], [Field]) = ([], [])
    if let offset = target(Tag.exifDirectory, in: first.entries) {
      guard let second = read(offset, keeping: Kept.exif, &claims) else { return nil }
      exif = second.fields
      if let offset = target(Tag.interopDirectory, in: second.entries) {
        guard let third = read(offset, keeping: Kept.interop, &claims) else { return nil }
        interop = third.fields
      }
    }
    // What is kept must not be a window on the positions either.
    if let offset = target(Tag.gpsDirectory, in: first.entries), let gps = directory(at: offset) {
      guard claims.claim(offset..<gps.link) else { return nil }
    }
    return written(main: first.fields, exif: exif, interop: interop)
  }

  private func read(
    _ offset: Int, keeping tags: Set<Int>, _ claims: inout Claims
  ) -> (fields: [Field], entries: [Entry])? {
    guard let directory = directory(at: offset), claims.claim(offset..<directory.link) else { return nil }
    var fields: [Field] = []
    var seen: Set<Int> = []
    for entry in directory.entries where tags.contains(entry.tag) && seen.insert(entry.tag).inserted {
      guard let unit = Kind.size(entry.kind), entry.kind != Kind.directory else { continue }
      let size = unit * entry.count
      var start = entry.field
      if size > 4 {
        guard let offset = integer(at: entry.field, size: 4), offset + size <= bytes.count,
          claims.claim(offset..<offset + size)
        else { return nil }
        start = offset
      }
      fields.append(
        Field(tag: entry.tag, kind: entry.kind, count: entry.count, value: Array(bytes[start..<start + size]))
      )
    }
    return (fields, directory.entries)
  }

  private func written(main: [Field], exif: [Field], interop: [Field]) -> [UInt8]? {
    /// Bytes of a directory with its values, each value on an even offset.
    func size(_ fields: [Field]) -> Int {
      fields.reduce(6 + 12 * fields.count) { $0 + ($1.value.count > 4 ? ($1.value.count + 1) & ~1 : 0) }
    }
    func pointer(_ tag: Int, to offset: Int) -> Field {
      Field(tag: tag, kind: Kind.long, count: 1, value: stored(offset, size: 4))
    }
    func isOrdered(_ a: Field, _ b: Field) -> Bool { a.tag < b.tag }

    var (main, exif) = (main, exif)
    if main.isEmpty && exif.isEmpty && interop.isEmpty { return nil }
    let hasExif = !exif.isEmpty || !interop.isEmpty
    let exifOffset = 8 + size(main) + (hasExif ? 12 : 0)
    if hasExif { main.append(pointer(Tag.exifDirectory, to: exifOffset)) }
    if !interop.isEmpty {
      exif.append(pointer(Tag.interopDirectory, to: exifOffset + size(exif) + 12))
    }

    var result: [UInt8] =
      (isBigEndian ? [0x4D, 0x4D] : [0x49, 0x49]) + stored(42, size: 2) + stored(8, size: 4)
    for fields in [main, exif, interop] where !fields.isEmpty {
      var table = stored(fields.count, size: 2)
      var values: [UInt8] = []
      let start = result.count + 6 + 12 * fields.count
      for field in fields.sorted(by: isOrdered) {
        table += stored(field.tag, size: 2) + stored(field.kind, size: 2) + stored(field.count, size: 4)
        if field.value.count > 4 {
          table += stored(start + values.count, size: 4)
          values += field.value + (field.value.count % 2 == 1 ? [0] : [])
        } else {
          table += field.value + [UInt8](repeating: 0, count: 4 - field.value.count)
        }
      }
      result += table + [0, 0, 0, 0] + values
    }
    return result
  }
}
