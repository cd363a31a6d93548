/// Sound as a RIFF/WAVE file holds it.
public struct WAV: Equatable, Sendable {
  /// Samples a second of each channel.
  public let rate: Int
  /// The channels, each from -1 to 1; integers are divided by the largest magnitude of their width.
  public let channels: [[Float]]

  /// Samples.
  public init(rate: Int, channels: [[Float]]) { (self.rate, self.channels) = (rate, channels) }

  /// Reads PCM of 8, 16, 24 and 32 bits and IEEE numbers of 32 and 64 bits, with a plain or an extensible header.
  ///
  /// A data chunk that the file ends within is read as far as it goes, for streams are written without their length.
  ///
  /// - Parameter bytes: The whole file.
  /// - Throws: ``WAVError``.
  public init(_ bytes: [UInt8]) throws(WAVError) {
    func number(_ at: Int, _ count: Int) -> Int {
      (0..<count).reduce(0) { $0 | Int(bytes[at + $1]) << (8 * $1) }
    }
    func text(_ at: Int) -> String { String(decoding: bytes[at..<at + 4], as: UTF8.self) }
    guard bytes.count >= 12, text(0) == "RIFF", text(8) == "WAVE" else { throw .notWAV }
    var format: Format?
    var at = 12
    while at + 8 <= bytes.count {
      let name = text(at), size = number(at + 4, 4)
      at += 8
      switch name {
      case "fmt ":
        guard size >= 16, at + size <= bytes.count else {
          throw .malformed(reason: "its format chunk is cut off")
        }
        var tag = number(at, 2)
        if tag == 0xFFFE {
          guard size >= 40 else { throw .malformed(reason: "its extensible format chunk is too short") }
          tag = number(at + 24, 2)
        }
        format = Format(
          tag: tag, channels: number(at + 2, 2), rate: number(at + 4, 4), bits: number(at + 14, 2))
      case "data":
        guard let format else { throw .malformed(reason: "its data come before their format") }
        try self.init(format, bytes[at..<min(at + size, bytes.count)])
        return
      default: break
      }
      at += size + size % 2
    }
    throw .malformed(reason: "it has no data chunk")
  }

  private struct Format {
    let tag: Int
    let channels: Int
    let rate: Int
    let bits: Int
  }

  private init(_ format: Format, _ data: ArraySlice<UInt8>) throws(WAVError) {
    guard format.channels > 0, format.rate > 0 else {
      throw .malformed(reason: "it has no channels or no rate")
    }
    let width = format.bits / 8
    let sample: (Int) -> Float
    func bits(_ at: Int) -> UInt64 { (0..<width).reduce(0) { $0 | UInt64(data[at + $1]) << (8 * $1) } }
    switch (format.tag, format.bits) {
    case (1, 8): sample = { (Float(bits($0)) - 128) / 128 }
    case (1, 16), (1, 24), (1, 32):
      let shift = UInt64(64 - format.bits)
      sample = { Float(Double(Int64(bitPattern: bits($0) << shift)) * 0x1p-63) }
    case (3, 32): sample = { Float(bitPattern: UInt32(bits($0))) }
    case (3, 64): sample = { Float(Double(bitPattern: bits($0))) }
    default: throw .unsupported(tag: format.tag, bits: format.bits)
    }
    let frame = width * format.channels
    let frames = data.count / frame
    let channels = (0..<format.channels).map { channel in
      (0..<frames).map { sample(data.startIndex + $0 * frame + channel * width) }
    }
    guard channels.allSatisfy({ $0.allSatisfy(\.isFinite) }) else {
      throw .malformed(reason: "a sample is no number")
    }
    self.init(rate: format.rate, channels: channels)
  }
}

/// Why bytes are no sound that can be read.
public enum WAVError: Error, Hashable, Sendable {
  /// They do not begin as a WAV file.
  case notWAV
  /// The file breaks its format's rules.
  case malformed(reason: String)
  /// A valid file of another coding than PCM and IEEE numbers.
  case unsupported(tag: Int, bits: Int)
  /// A network reads another kind of sound.
  case unsuitable(reason: String)
}

extension WAVError: CustomStringConvertible {
  /// One sentence.
  public var description: String {
    switch self {
    case .notWAV: "not a WAV file"
    case .malformed(let reason): "not a valid WAV file: \(reason)"
    case .unsupported(let tag, let bits):
      "unsupported WAV file: coding \(tag) of \(bits) bits; PCM of 8 to 32 and numbers of 32 and 64 are read"
    case .unsuitable(let reason): reason
    }
  }
}
