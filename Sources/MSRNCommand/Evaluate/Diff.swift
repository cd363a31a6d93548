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
      compared, and one without partner is a difference. A file that cannot be read is told, and the others are compared; \
      the exit code is then that of the failure.
      """)

  @Argument(help: "A picture or a folder.", completion: .file())
  var first: String

  @Argument(help: "Another.", completion: .file())
  var second: String

  @Option(
    help: ArgumentHelp(
      "Write a picture of the differences, black where there is none; of folders, a folder of them.",
      valueName: "out.png"),
    completion: .file())
  var map: String?

  @Flag(name: .shortAndLong, help: "Replace the map if it exists.")
  var force = false

  @Flag(help: "Print one JSON object.")
  var json = false

  func run() throws {
    let (a, b) = (try PictureFolder(first), try PictureFolder(second))
    var report = DifferenceReport()
    if a.isFile && b.isFile {
      if let map, PictureFile(map).codec != .png { throw UsageError("\(map) does not end in .png") }
      try map.map { try PictureFile($0).checkWritable(replacing: force) }
      report.add(try compare(first, second, name: first, map: map))
    } else {
      if a.isFile != b.isFile {
        throw UsageError("\(first) and \(second): one is a folder, the other is not")
      }
      try compare(a, b, &report)
    }
    StandardOutput.print(json ? try JSONLine.text(report) : report.description)
    let worst = report.pictures.compactMap { $0.exit.flatMap { ExitStatus(rawValue: $0) } }
    if !worst.isEmpty { worst.reduce(.success, ExitStatus.worse).leave() }
    if !report.same { ExitStatus.failure.leave() }
  }

  private func compare(_ a: PictureFolder, _ b: PictureFolder, _ report: inout DifferenceReport) throws {
    for (folder, entries) in [(first, a.entries), (second, b.entries)] {
      let stems = Dictionary(grouping: entries, by: \.stem)
      if let (stem, twins) = stems.filter({ $0.value.count > 1 }).min(by: { $0.key < $1.key }) {
        throw FileError(
          path: folder, underlying: EvaluationError.ambiguous(stem: stem, names: twins.map(\.path)))
      }
    }
    if let map {
      do throws(AccessError) { try SystemFile.createFolders(map) } catch {
        throw SetUpError(underlying: FileError(path: map, underlying: error))
      }
    }
    let (own, others) = (paths(a), paths(b))
    for stem in Set(own.keys).union(others.keys).sorted() {
      guard let left = own[stem] else {
        report.add(.init(name: stem, finding: "only in \(second)"))
        continue
      }
      guard let right = others[stem] else {
        report.add(.init(name: stem, finding: "only in \(first)"))
        continue
      }
      let target = map.map { $0 + ($0.hasSuffix("/") ? "" : "/") + stem + ".png" }
      do { report.add(try compare(left, right, name: stem, map: target)) } catch {
        StandardError.write("msrn: \(error)\n")
        report.add(.init(name: stem, finding: "could not be compared", exit: ExitStatus(error)))
      }
    }
  }

  private func paths(_ folder: PictureFolder) -> [String: String] {
    Dictionary(folder.entries.map { ($0.stem, $0.path) }) { first, _ in first }
  }

  private func compare(
    _ first: String, _ second: String, name: String, map: String?
  ) throws -> DifferenceReport.Picture {
    let (a, b) = (try read(first), try read(second))
    guard (a.width, a.height) == (b.width, b.height) else {
      return .init(name: name, finding: "sizes differ: \(a.width)x\(a.height), \(b.width)x\(b.height)")
    }
    var picture: DifferenceReport.Picture
    let levels: [Double]
    do throws(QualityError) {
      picture = .init(name: name, try Difference(a, b), pixels: a.width * a.height)
      levels = map == nil ? [] : try ErrorMap.levels(a, b)
    } catch {
      throw FileError(path: second, underlying: error)
    }
    if let map {
      let full = max(1, levels.max() ?? 0)
      let bytes = try ErrorMap.picture(levels, width: a.width, full: full).encode(.png)
      try PictureFile(map).write(bytes, replacing: force)
      picture.mapFull = full
    }
    return picture
  }

  private func read(_ path: String) throws -> Image {
    let bytes = try PictureFile(path).read()
    do throws(ImageError) { return try Image.decode(bytes).image.oriented() } catch {
      throw FileError(path: path, underlying: error)
    }
  }
}
