import MSRNKit

/// What `msrn diff` found.
struct DifferenceReport: Encodable, CustomStringConvertible {
  struct Place: Encodable {
    let x: Int
    let y: Int
    let channel: String
    let first: Double
    let second: Double
    let levels: Double
  }

  struct Picture: Encodable {
    let name: String
    let same: Bool
    /// One clause.
    let finding: String
    var psnr: Double?
    var ssim: Double?
    /// How many pixels differ.
    var pixels: Int?
    var largest: Place?
    /// Levels of 255 from which on the difference picture has its lightest colour; `nil` where none was made.
    var mapFull: Double?
    /// The exit code that stands for why it could not be compared, if that is so.
    var exit: Int32?

    /// What cannot be compared, and so differs.
    init(name: String, finding: String, exit: ExitStatus? = nil) {
      (self.name, same) = (name, false)
      self.exit = exit?.rawValue
      self.finding = finding
    }

    init(name: String, _ difference: Difference, pixels count: Int) {
      (self.name, same) = (name, difference.isNone)
      (psnr, ssim, pixels) = (difference.psnr, difference.ssim, difference.pixels)
      largest = difference.largest.map {
        Place(x: $0.x, y: $0.y, channel: $0.channel, first: $0.first, second: $0.second, levels: $0.levels)
      }
      guard let place = largest else {
        finding = "same"
        return
      }
      func level(_ value: Double) -> String {
        value == value.rounded() ? decimal(value, 0) : decimal(value, 3)
      }
      finding =
        "PSNR \(decimal(difference.psnr, 3)) dB, "
        + (difference.ssim.map { "SSIM \(decimal($0, 5)), " } ?? "")
        + "\(grouped(difference.pixels)) of \(grouped(count)) pixels;\n  "
        + "most: \(level(place.levels)) of 255 at \(place.x),\(place.y) \(place.channel) "
        + "(\(level(place.first)), \(level(place.second)))"
    }
  }

  private(set) var same = true
  private(set) var pictures: [Picture] = []

  mutating func add(_ picture: Picture) {
    pictures.append(picture)
    if !picture.same { same = false }
  }

  var description: String {
    pictures.map { picture in
      let map = picture.mapFull.map { ";\n  the map is lightest from \(decimal($0, 1)) of 255 on" } ?? ""
      return "\(picture.name): \(picture.finding)\(map)"
    }.joined(separator: "\n")
  }
}
