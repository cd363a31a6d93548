/// The entries of a ZIP archive whose files are stored, not compressed: what PyTorch writes.
///
/// PKWARE's APPNOTE.TXT, with the 64-bit extensions.
struct Zip {
  /// Where the bytes of each file lie.
  let entries: [String: Range<Int>]
  /// Files that are compressed and therefore not among the entries.
  let compressed: Set<String>

  static func matches(_ data: [UInt8]) -> Bool { data.starts(with: [0x50, 0x4B, 3, 4]) }

  init(_ data: [UInt8]) throws(WeightsError) {
    let format = TorchFile.format
    let (count, start) = try Self.directory(data)
    var at = Bytes(data, format: format, from: start)
    var entries: [String: Range<Int>] = [:]
    var compressed: Set<String> = []
    for _ in 0..<count {
      guard try at.number(4) == 0x0201_4B50 else {
        throw .malformed(
          format: format, reason: "no entry in the archive's directory at byte \(at.offset - 4)")
      }
      _ = try at.take(4)
      let flags = try at.number(2)
      let method = try at.number(2)
      _ = try at.take(8)
      var stored = try at.number(4), size = try at.number(4)
      let (nameLength, extraLength, commentLength) = (try at.number(2), try at.number(2), try at.number(2))
      _ = try at.take(8)
      var header = try at.number(4)
      let name = try at.text(nameLength)
      var extra = Bytes(data, format: format, from: try at.take(extraLength).lowerBound)
      let extraEnd = extra.offset + extraLength
      while extra.offset + 4 <= extraEnd {
        let (tag, length) = (try extra.number(2), try extra.number(2))
        let next = extra.offset + length
        if tag == 1 {  // the 64-bit sizes, those that did not fit, in this order
          if size == 0xFFFF_FFFF { size = try extra.number(8) }
          if stored == 0xFFFF_FFFF { stored = try extra.number(8) }
          if header == 0xFFFF_FFFF { header = try extra.number(8) }
        }
        extra.offset = next
      }
      _ = try at.take(commentLength)
      guard flags & 1 == 0 else { throw .unsupported(format: format, reason: "\(name) is encrypted") }
      guard method == 0, stored == size else {
        compressed.insert(name)
        continue
      }
      var local = Bytes(data, format: format, from: header)
      guard header <= data.count - 30, try local.number(4) == 0x0403_4B50 else {
        throw .malformed(
          format: format, reason: "\(name) is not where the archive's directory says, byte \(header)")
      }
      _ = try local.take(22)
      let skip = try local.number(2) + local.number(2)
      _ = try local.take(skip)
      guard entries.updateValue(try local.take(size), forKey: name) == nil else {
        throw .malformed(format: format, reason: "\(name) is there twice")
      }
    }
    (self.entries, self.compressed) = (entries, compressed)
  }

  /// How many entries the archive's directory has, and where it starts.
  private static func directory(_ data: [UInt8]) throws(WeightsError) -> (count: Int, start: Int) {
    let format = TorchFile.format
    let signature: [UInt8] = [0x50, 0x4B, 5, 6]
    let first = max(0, data.count - 22 - 65_535)
    guard data.count >= 22,
      let end = stride(from: data.count - 22, through: first, by: -1).first(where: {
        data[$0] == 0x50 && data[$0..<$0 + 4].elementsEqual(signature)
      })
    else {
      throw .malformed(format: format, reason: "the archive has no directory: it is truncated or no ZIP")
    }
    var at = Bytes(data, format: format, from: end + 10)
    var count = try at.number(2)
    _ = try at.take(4)
    var start = try at.number(4)
    if count == 0xFFFF || start == 0xFFFF_FFFF, end >= 20 {
      var locator = Bytes(data, format: format, from: end - 20)
      if try locator.number(4) == 0x0706_4B50 {
        _ = try locator.take(4)
        var wide = Bytes(data, format: format, from: min(try locator.number(8), data.count))
        guard try wide.number(4) == 0x0606_4B50 else {
          throw .malformed(format: format, reason: "the archive's 64-bit directory is not where its end says")
        }
        _ = try wide.take(28)
        count = try wide.number(8)
        _ = try wide.take(8)
        start = try wide.number(8)
      }
    }
    guard start <= data.count, count <= data.count / 46 else {
      throw .malformed(format: format, reason: "the archive's directory is said to lie at byte \(start)")
    }
    return (count, start)
  }
}
