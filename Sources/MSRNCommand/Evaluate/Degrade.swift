public import ArgumentParser
import MSRNImages
public import MSRNKit

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Originals in, the field's low-resolution pictures out.
struct Degrade: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Make low-resolution pictures of originals, as papers do.",
    usage: "msrn degrade [<options>] --scale <n> <hr> <lr>",
    discussion: """
      bicubic is MATLAB's imresize, bit for bit; bd a Gaussian blur of 7x7 and sigma 1.6, then every third pixel; dn \
      bicubic and Gaussian noise of sigma 30, the same in each run; jpeg bicubic and JPEG 4:2:0 of --quality. Of a folder each PNG and JPEG becomes a PNG of the \
      same name in the other folder, which is made if it is not there; one that fails is told and left out.
      """)

  @Argument(help: "The original, or a folder of originals.", completion: .file())
  var hr: String

  @Argument(help: "The LR picture (.png), or a folder.", completion: .file())
  var lr: String

  @Option(name: .shortAndLong, help: ArgumentHelp("How many times smaller.", valueName: "n"))
  var scale: Int

  @Option(help: ArgumentHelp("What is done.", valueName: "kind"))
  var kind = Degradation.bicubic

  @Option(help: ArgumentHelp("Of --kind jpeg: its quality, 1 to 100 (default: 75).", valueName: "n"))
  var quality: Int?

  @Flag(help: "Cut originals to multiples of the scale, at right and bottom.")
  var modcrop = false

  @Flag(name: .shortAndLong, help: "Replace the output if it exists.")
  var force = false

  mutating func validate() throws {
    if scale < 1 { throw ValidationError("--scale is a whole number from 1, not \(scale)") }
    if quality != nil, kind != .jpeg { throw ValidationError("--quality is for --kind jpeg") }
    if let quality, !(1...100).contains(quality) {
      throw ValidationError("--quality is 1 to 100, not \(quality)")
    }
    if kind == .bd, scale != 3 { throw ValidationError("--kind bd is defined for --scale 3, not \(scale)") }
  }

  func run() throws {
    let originals = try PictureFolder(hr)
    if originals.isFile {
      guard PictureFile(lr).codec == .png else { throw UsageError("\(lr) does not end in .png") }
      try degrade(hr, to: lr)
      return
    }
    for entry in originals.entries {
      let names = originals.entries.filter { $0.stem == entry.stem }.map(\.path)
      if names.count > 1 {
        throw FileError(path: hr, underlying: EvaluationError.ambiguous(stem: entry.stem, names: names))
      }
    }
    if SystemFile.kind(lr) != .folder {
      do { try FileManager.default.createDirectory(atPath: lr, withIntermediateDirectories: true) } catch {
        throw SetUpError(underlying: UsageError("\(lr): the folder cannot be made"))
      }
    }
    var worst = ExitStatus.success
    for entry in originals.entries {
      do { try degrade(entry.path, to: lr + (lr.hasSuffix("/") ? "" : "/") + entry.stem + ".png") } catch {
        let status = ExitStatus(error)
        // A place that takes no files takes the next one neither.
        guard status == .picture else { throw error }
        StandardError.write("msrn: \(error)\n")
        worst = ExitStatus.worse(worst, status)
      }
    }
    if worst != .success { worst.leave() }
  }

  private func degrade(_ input: String, to output: String) throws {
    let target = PictureFile(output)
    try target.checkWritable(replacing: force)
    let bytes = try PictureFile(input).read()
    let encoded: [UInt8]
    do {
      var image = try Image.decode(bytes).image.oriented()
      image.metadata = image.metadata.filtered(.safe)
      let (width, height) = (image.width / scale * scale, image.height / scale * scale)
      if modcrop, width > 0, height > 0 { image = image.cropped(width: width, height: height) }
      encoded = try kind.apply(to: image, scale: scale, quality: quality ?? 75).encode(.png)
    } catch {
      throw FileError(path: input, underlying: error)
    }
    try target.write(encoded, replacing: force)
  }
}

extension Degradation: ExpressibleByArgument {}
