import ArgumentParser
import MSRNImages
import MSRNKit

/// Two pictures, or two folders of them, pixel by pixel.
struct Diff: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Compare two pictures, or two folders of pictures.",
    discussion: """
      Ends with 0 where all pixels are the same, with 1 where any differ; metadata do not count. PSNR and SSIM are those \
      of red, green and blue, without a border cut off. Of folders, files of the same name without extension are \
      compared, and one without partner is a difference.
      """)

  @Argument(help: "A picture or a folder.", completion: .file())
  var first: String

  @Argument(help: "Another.", completion: .file())
  var second: String

  @Flag(help: "Print one JSON object.")
  var json = false

  func run() throws {
    let (a, b) = (try PictureFolder(first), try PictureFolder(second))
    var report = DifferenceReport()
    if a.isFile && b.isFile {
      report.add(try compare(first, second, name: first))
    } else {
      if a.isFile != b.isFile {
        throw UsageError("\(first) and \(second): one is a folder, the other is not")
      }
      for stem in Set((a.entries + b.entries).map(\.stem)).sorted() {
        let (own, others) = (a.entries.filter { $0.stem == stem }, b.entries.filter { $0.stem == stem })
        for (entries, folder) in [(own, a), (others, b)] where entries.count > 1 {
          throw FileError(
            path: folder.path, underlying: EvaluationError.ambiguous(stem: stem, names: entries.map(\.path)))
        }
        switch (own.first, others.first) {
        case (_?, nil): report.add(.init(name: stem, finding: "only in \(first)"))
        case (nil, _?): report.add(.init(name: stem, finding: "only in \(second)"))
        case (let entry?, let other?): report.add(try compare(entry.path, other.path, name: stem))
        case (nil, nil): preconditionFailure("a stem comes from one of the folders")
        }
      }
    }
    print(json ? try JSONLine.text(report) : report.description)
    if !report.same { ExitStatus.failure.leave() }
  }

  private func compare(_ first: String, _ second: String, name: String) throws -> DifferenceReport.Picture {
    let (a, b) = (try read(first), try read(second))
    guard (a.width, a.height) == (b.width, b.height) else {
      return .init(name: name, finding: "sizes differ: \(a.width)x\(a.height), \(b.width)x\(b.height)")
    }
    do throws(QualityError) {
      return .init(name: name, try Difference(a, b), pixels: a.width * a.height)
    } catch {
      throw FileError(path: second, underlying: error)
    }
  }

  private func read(_ path: String) throws -> Image {
    let bytes = try PictureFile(path).read()
    do throws(ImageError) { return try Image.decode(bytes).image.oriented() } catch {
      throw FileError(path: path, underlying: error)
    }
  }
}

/// What `msrn diff` found.
private struct DifferenceReport: Encodable, CustomStringConvertible {
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

    /// What cannot be compared, and so differs.
    init(name: String, finding: String) {
      (self.name, same) = (name, false)
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

  var description: String { pictures.map { "\($0.name): \($0.finding)" }.joined(separator: "\n") }
}
