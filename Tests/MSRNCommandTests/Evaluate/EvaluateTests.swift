import Foundation
import MSRNKit
import Testing

@Suite struct EvaluateTests {
  private static let weights = Command.root.appending(path: "weights/msrn-light-x4.safetensors").path

  private func object(_ result: Command.Result) throws -> [String: Any] {
    #expect(result.status == 0, "\(result.error)")
    return try #require(JSONSerialization.jsonObject(with: result.output) as? [String: Any])
  }

  /// The means of a set of a report.
  private func means(_ report: [String: Any], set: Int = 0) -> [[String: Any]] {
    let sets = report["sets"] as? [[String: Any]] ?? []
    return set < sets.count ? sets[set]["means"] as? [[String: Any]] ?? [] : []
  }

  @Test("JSON says what was measured, of what, and how")
  func json() throws {
    let command = try Command()
    defer { command.remove() }
    let report = try object(
      command.run(
        "evaluate", "--hr", Command.sample, "--scale", "4", "--weights", Self.weights, "--method", "bicubic",
        "--method", "nearest", "--json"))
    let measure = try #require(report["protocol"] as? [String: Any])
    #expect(measure["name"] as? String == "msrn" && measure["shave"] as? Int == 4)
    #expect(report["version"] as? String != nil && report["machine"] is [String: Any])
    let methods = try #require(report["methods"] as? [[String: Any]])
    #expect(methods.map { $0["name"] as? String } == ["msrn-light", "bicubic", "nearest"])
    let digest = try Model.read(Self.weights).digest.hexadecimal
    #expect((methods[0]["weights"] as? [String: Any])?["sha256"] as? String == digest)
    let set = try #require((report["sets"] as? [[String: Any]])?.first)
    #expect(set["name"] as? String == "parrots.png" && (set["lr"] as? String)?.contains("imresize") == true)
    let psnr = try #require(set["means"] as? [[String: Any]]).compactMap { $0["psnr"] as? Double }
    #expect(psnr.count == 3 && psnr[0] > psnr[1] && psnr[1] > psnr[2])
    // `Scripts/evaluation.py` of the library's tests gives this figure.
    #expect(abs(psnr[1] - 28.76532885) < 1e-7)
    let pictures = try #require(set["pictures"] as? [[String: Any]])
    #expect(pictures.count == 1 && (pictures[0]["results"] as? [[String: Any]])?.count == 3)
    let time = try #require(report["time"] as? [String: Any])
    for name in ["wall", "networks", "processor"] {
      #expect(try #require(time[name] as? Double) > 0, "\(name)")
    }
  }

  @Test("a table of 80 columns, and a line of CSV for each picture and method")
  func tables() throws {
    let command = try Command()
    defer { command.remove() }
    try command.put(
      "a,long-name-of-a-picture-that-has-no-end.png", Data(contentsOf: URL(filePath: Command.sample)))
    let arguments = [
      "evaluate", "--hr", ".", "--scale", "4", "--method", "bicubic", "--method", "nearest",
    ]
    let text = try command.start(arguments + ["--pictures"]).end().text
    for line in text.split(separator: "\n") where !line.hasPrefix("weights") { #expect(line.count <= 80) }
    for part in ["msrn: Y of BT.601, not rounded, border 4", "28.765  0.83232", "nearest", "192x128"] {
      #expect(text.contains(part), "\(part)\n\(text)")
    }
    let csv = try command.start(arguments + ["--csv"]).end().text.split(separator: "\n")
    #expect(csv.count == 3)
    #expect(csv[0] == "set,picture,width,height,method,protocol,shave,scale,psnr,ssim,seconds")
    #expect(
      csv[1].hasPrefix(
        ".,\"a,long-name-of-a-picture-that-has-no-end\",192,128,bicubic,msrn,4,4,28.76533,0.832323,"))
  }

  @Test("results that are given; a picture that equals its original has inf")
  func given() throws {
    let command = try Command()
    defer { command.remove() }
    let arguments = ["evaluate", "--hr", Command.sample, "--sr", Command.sample, "--scale", "2"]
    let report = try object(command.start(arguments + ["--json"]).end())
    let mean = try #require(means(report).first)
    #expect(mean["psnr"] as? String == "inf" && mean["method"] as? String == "given")
    #expect(try command.start(arguments).end().text.hasSuffix("given     inf  1.00000\n"))
    #expect(try command.start(arguments + ["--csv"]).end().text.contains(",inf,1.000000,\n"))
  }

  @Test("what degrade makes is what evaluate takes")
  func degrade() throws {
    let command = try Command()
    defer { command.remove() }
    try FileManager.default.createDirectory(
      at: command.folder.appending(path: "hr"), withIntermediateDirectories: true)
    try command.put("hr/p.png", Data(contentsOf: URL(filePath: Command.sample)))
    let made = try command.run("degrade", "hr", "lr/of", "--scale", "3", "--modcrop")
    #expect(made.status == 0 && made.output.isEmpty, "\(made.error)")
    let again = try command.run("degrade", "hr/p.png", "lr/of/p.png", "--scale", "3", "--modcrop")
    #expect(again.status == 3 && again.error.contains("exists already"))
    let arguments = ["evaluate", "--hr", "hr", "--scale", "3", "--modcrop", "--method", "bicubic", "--json"]
    let reports = try [arguments, arguments + ["--lr", "lr/of"]].map {
      means(try object(command.start($0).end()))
    }
    let psnr = reports.map { $0.first?["psnr"] as? Double }
    #expect(psnr[0] != nil && psnr[0] == psnr[1])
    #expect(
      try command.run("degrade", "hr", "noise", "--scale", "3", "--modcrop", "--kind", "dn").status == 0)
    #expect(try command.run("diff", "noise", "lr/of").status == 1)
    for quality in ["75", "20"] {
      let arguments = ["degrade", "hr", quality, "--scale", "3", "--modcrop", "--kind", "jpeg"]
      #expect(
        try command.start(arguments + (quality == "75" ? [] : ["--quality", quality])).end().status == 0)
    }
    #expect(try command.run("diff", "75", "20").status == 1)
    try command.put("hr/bad.png", [1, 2, 3])
    let part = try command.run("degrade", "hr", "part", "--scale", "2")
    #expect(part.status == 3 && part.error.hasPrefix("msrn: hr/bad.png: "))
    #expect(try command.data("part/p.png").count > 100)
    try command.put("hr/p.jpg", [])
    let twice = try command.run("degrade", "hr", "other", "--scale", "2")
    #expect(twice.status == 3 && !command.names.contains("other"))
    #expect(twice.error == "msrn: hr: has several pictures for \"p\": hr/p.jpg, hr/p.png\n")
  }

  @Test("diff ends with 0 for the same pixels, with 1 for others")
  func diff() throws {
    let command = try Command()
    defer { command.remove() }
    let image = Image(
      width: 12, height: 11, color: .rgb, samples: .eight([UInt8](repeating: 7, count: 396)))
    var other = image
    other.samples = .eight([UInt8](repeating: 7, count: 395) + [27])
    for (folder, name, picture) in [
      ("a", "same", image), ("b", "same", image), ("a", "one", image), ("b", "one", other),
      ("a", "wide", image), ("b", "lonely", image),
    ] {
      try FileManager.default.createDirectory(
        at: command.folder.appending(path: folder), withIntermediateDirectories: true)
      try command.put("\(folder)/\(name).png", picture.encode(.png))
    }
    let same = try command.run("diff", "a/same.png", "b/same.png")
    #expect(same.status == 0 && same.text == "a/same.png: same\n" && same.error.isEmpty)
    let one = try command.run("diff", "a/one.png", "b/one.png")
    #expect(one.status == 1 && one.error.isEmpty)
    #expect(one.text.contains("1 of 132 pixels") && one.text.contains("20 of 255 at 11,10 blue (7, 27)"))
    let size = try command.run("diff", Command.sample, "a/one.png", "--json")
    #expect(size.status == 1 && size.text.contains("\"sizes differ: 192x128, 12x11\""))
    let folders = try command.run("diff", "a", "b")
    let lines = folders.text.split(separator: "\n")
    #expect(folders.status == 1 && lines.first == "lonely: only in b" && lines.last == "wide: only in a")
    #expect(lines.contains("same: same"))
    #expect(try command.run("diff", "a", "b/one.png").status == 2)

    let map = try command.run("diff", "a/one.png", "b/one.png", "--map", "map.png")
    #expect(map.status == 1 && map.text.contains("lightest from 6.7 of 255"))
    let picture = try Image.decode([UInt8](command.data("map.png"))).image
    #expect(picture.samples == .eight([UInt8](repeating: 0, count: 393) + [252, 252, 175]))
    let there = try command.run("diff", "a/one.png", "b/one.png", "--map", "map.png")
    #expect(there.status == 3 && there.error.contains("exists already"))
    try command.put("b/wide.png", [UInt8]("no picture".utf8))
    let broken = try command.run("diff", "a", "b", "--map", "maps/of")
    #expect(broken.status == 3 && broken.text.contains("wide: could not be compared"))
    #expect(broken.text.contains("1 of 132 pixels") && broken.error.hasPrefix("msrn: b/wide.png: not a PNG"))
    #expect(
      try Image.decode([UInt8](command.data("maps/of/same.png"))).image.samples
        == .eight([UInt8](repeating: 0, count: 396)))
    #expect(try command.run("diff", "a", "nothing").status == 3)
  }
}
