import Foundation
import MSRNKit
import Testing

@Suite struct UpscaleTests {
  private func image(_ data: Data) throws -> Image { try Image.decode([UInt8](data)).image }

  /// A small picture with a gradient.
  private func picture(color: Image.Color, depth: Int = 8, alpha: Bool = false, width: Int = 24) throws
    -> [UInt8]
  {
    let channels = color.channels + (alpha ? 1 : 0)
    let values = (0..<width * 24 * channels).map { index -> Int in
      let (pixel, channel) = (index / channels, index % channels)
      if alpha && channel == channels - 1 { return pixel % width < width / 2 ? 255 : 0 }
      return 80 + pixel % width % 32 * 3 + channel * 10
    }
    let samples: Image.Samples =
      depth == 16 ? .sixteen(values.map { UInt16($0 * 257) }) : .eight(values.map { UInt8($0) })
    return try Image(width: width, height: 24, color: color, hasAlpha: alpha, samples: samples).encode(.png)
  }

  @Test func onePicture() throws {
    let command = try Command()
    defer { command.remove() }
    let result = try command.run("upscale", Command.sample, "out.png", "--scale", "4")
    #expect(result.status == 0)
    #expect(result.error == "")
    #expect(result.text.hasPrefix("out.png: 768x512, msrn-light x4, ") && result.text.hasSuffix(" s\n"))
    #expect(result.text.split(separator: "\n").count == 1)
    let large = try image(command.data("out.png"))
    #expect((large.width, large.height, large.color, large.depth) == (768, 512, .rgb, 8))
    #expect(command.names == ["out.png"])
  }

  @Test func resultForMachines() throws {
    let command = try Command()
    defer { command.remove() }
    let result = try command.run(
      "upscale", Command.sample, "out.jpg", "--scale", "2", "--json", "--progress", "json")
    #expect(result.status == 0)
    let report = try #require(JSONSerialization.jsonObject(with: result.output) as? [String: Any])
    #expect(report["scale"] as? Int == 2)
    #expect(report["model"] as? String == "msrn-light")
    #expect(report["format"] as? String == "jpeg")
    #expect((report["to"] as? [String: Any])?["width"] as? Int == 384)
    #expect(report["bytes"] as? Int == (try command.data("out.jpg").count))
    let lines = result.error.split(separator: "\n")
    #expect(lines.count > 3)
    var last = 0.0
    for line in lines {
      let event = try #require(JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
      let share = try #require(event["progress"] as? Double)
      #expect(share >= last && share <= 1)
      last = share
    }
    #expect(last == 1)
  }

  @Test func otherSizes() throws {
    let command = try Command()
    defer { command.remove() }
    for (arguments, width, height, text) in [
      (["--scale", "2.5"], 480, 320, "msrn-light x3 and lanczos"),
      (["--size", "300x300"], 300, 200, "msrn-light x2 and lanczos"),
      (["--size", "300x300^"], 450, 300, "msrn-light x3 and lanczos"),
      (["--size", "300x300!"], 300, 300, "msrn-light x3 and lanczos"),
      (["--size", "192x128"], 192, 128, "copied"), (["--width", "96"], 96, 64, "lanczos"),
      (["--width", "900", "--height", "256"], 384, 256, "msrn-light x2"),
      (["--megapixels", "0.5"], 866, 577, "msrn-light x4 and lanczos"),
      (["--max-side", "576"], 576, 384, "msrn-light x3"),
      (["--scale", "1.5", "--method", "bicubic"], 288, 192, "bicubic"),
      (["--method", "lanczos"], 768, 512, "lanczos"),
      // Of photo there is x4 alone: it is reduced or enlarged from there.
      (["--model", "photo"], 768, 512, "msrn-photo x4"),
      (["--model", "photo", "--scale", "2"], 384, 256, "msrn-photo x4 and lanczos"),
      (["--model", "photo", "--scale", "3"], 576, 384, "msrn-photo x4 and lanczos"),
      (["--model", "photo", "--scale", "8"], 1536, 1024, "msrn-photo x4 and lanczos"),
    ] {
      let result = try command.start(["upscale", Command.sample, "o.png", "-f"] + arguments).end()
      #expect(result.text.hasPrefix("o.png: \(width)x\(height), \(text), "), "\(arguments): \(result.error)")
    }
    for (arguments, text) in [
      (["--scale", "2", "--width", "5"], "--scale and --width and --height exclude each other"),
      (["--size", "5"], "--size is WxH, then ! or ^, then < or >, such as 800x600^, not 5"),
      (["--max-side", "0"], "--max-side is 1 to 1000000 pixels, not 0"),
      (["--megapixels", "nan"], "--megapixels is a number above 0"),
      (["--method", "bicubic", "--ensemble"], "--ensemble is for networks"),
    ] {
      let result = try command.start(["upscale", Command.sample, "p.png"] + arguments).end()
      #expect(result.status == 2 && result.error.hasPrefix("msrn: \(text)"), "\(result.error)")
    }
    // A file of weights has one scale, whatever the size.
    let file = Command.root.appending(path: "weights/msrn-light-x2.safetensors").path
    let named = try command.run("upscale", Command.sample, "q.png", "--weights", file, "--scale", "3.5")
    #expect(named.text.hasPrefix("q.png: 672x448, msrn-light x2 and lanczos, "), "\(named.error)")
    #expect(command.names == ["o.png", "q.png"])
  }

  @Test func inputsOwnFormat() throws {
    let command = try Command()
    defer { command.remove() }
    _ = try command.run("upscale", Command.sample, "a.jpg", "-s", "2")
    for (input, codec) in [(Command.sample, Codec.png), ("a.jpg", .jpeg)] {
      let piped = try command.run("upscale", input, "-", "--format", "keep", "--max-side", "100")
      #expect(Codec.sniff([UInt8](piped.output)) == codec, "\(piped.error)")
    }
    #expect(try command.run("upscale", Command.sample, "b.jpg", "--format", "keep").status == 2)
  }

  @Test func progressOnLines() throws {
    let command = try Command()
    defer { command.remove() }
    let result = try command.run("upscale", Command.sample, "out.png", "--scale", "2", "--progress", "plain")
    #expect(result.error.contains("msrn: parrots.png: 100 %"))
    let bar = try command.run("upscale", Command.sample, "out.png", "-f", "--scale", "2", "--progress", "bar")
    #expect(bar.status == 0)
    // Every drawing fits 80 columns, and the last thing is to take the bar away.
    #expect(bar.error.split(separator: "\r").allSatisfy { $0.count < 80 })
    #expect(bar.error.hasSuffix("\r\u{1B}[K"))
  }

  @Test func streams() throws {
    let command = try Command()
    defer { command.remove() }
    let input = try Data(contentsOf: URL(filePath: Command.sample))
    let piped = try command.run("upscale", "-", "-", "--format", "png", "--scale", "2", input: input)
    #expect(piped.status == 0 && piped.error == "")
    _ = try command.run("upscale", Command.sample, "out.png", "--scale", "2")
    #expect(try command.data("out.png") == piped.output)
    #expect(try command.run("upscale", "-", "-", input: input).status == 2)
    #expect(try command.run("upscale", "-", "-", "--format", "png", "--json", input: input).status == 2)
  }

  @Test func depthColourAndAlphaStay() throws {
    let command = try Command()
    defer { command.remove() }
    for color in [Image.Color.grey, .rgb] {
      for depth in [8, 16] {
        for alpha in [false, true] {
          try command.put("in.png", try picture(color: color, depth: depth, alpha: alpha))
          let result = try command.run("upscale", "in.png", "out.png", "--scale", "2", "--force")
          #expect(result.status == 0, "\(result.error)")
          let large = try image(command.data("out.png"))
          #expect((large.width, large.height) == (48, 48))
          #expect((large.color, large.depth, large.hasAlpha) == (color, depth, alpha))
        }
      }
    }
  }

  @Test func contentDecidesOnInputAndNameOnOutput() throws {
    let command = try Command()
    defer { command.remove() }
    try command.put("in.jpg", try picture(color: .rgb))
    let result = try command.run(
      "upscale", "in.jpg", "out.JPEG", "--scale", "2", "--quality", "80", "--chroma", "4:2:0")
    #expect(result.status == 0, "\(result.error)")
    #expect(Codec.sniff([UInt8](try command.data("out.JPEG"))) == .jpeg)
  }

  @Test func transparencyToJPEGFailsBeforeTheWork() throws {
    let command = try Command()
    defer { command.remove() }
    // So many pixels that the network would be busy for minutes.
    try command.put("in.png", try picture(color: .rgb, alpha: true, width: 200_000))
    let clock = ContinuousClock()
    var result: Command.Result?
    let time = try clock.measure { result = try command.run("upscale", "in.png", "out.jpg", "--scale", "4") }
    #expect(result?.status == 3)
    #expect(result?.error.contains("in.png: cannot be written as JPEG: ") == true)
    #expect(result?.error.contains("--matte") == true)
    #expect(time < .seconds(20))
    #expect(command.names == ["in.png"])

    try command.put("in.png", try picture(color: .rgb, alpha: true))
    let laid = try command.run("upscale", "in.png", "out.jpg", "--scale", "2", "--matte", "white")
    #expect(laid.status == 0, "\(laid.error)")
    guard case .eight(let values) = try image(command.data("out.jpg")).samples else { return }
    #expect(values.suffix(3).allSatisfy { $0 > 245 })
  }

  @Test func nothingIsOverwrittenUnasked() throws {
    let command = try Command()
    defer { command.remove() }
    try command.put("out.png", Array("mine".utf8))
    let refused = try command.run("upscale", Command.sample, "out.png", "--scale", "2")
    #expect(refused.status == 3)
    #expect(refused.error == "msrn: out.png: exists already; --force replaces it\n")
    #expect(try command.data("out.png") == Data("mine".utf8))
    #expect(try command.run("upscale", Command.sample, "out.png", "--scale", "2", "--force").status == 0)
    // A picture may be replaced by its own enlargement: it is whole at any moment.
    #expect(try command.run("upscale", "out.png", "out.png", "--scale", "2", "--force").status == 0)
    #expect(try image(command.data("out.png")).width == 768)
    #expect(command.names == ["out.png"])
  }

  @Test func namesOfAllKinds() throws {
    let command = try Command()
    defer { command.remove() }
    try command.put("-dash.png", try picture(color: .rgb))
    #expect(try command.run("upscale", "--scale", "2", "--", "-dash.png", "-out.png").status == 0)
    #expect(try command.run("upscale", "--scale", "2", "./-dash.png", "a b %d ü'\".png").status == 0)
    #expect(command.names.count == 3)
  }

  /// Pixels turned upright, the tag reset: whoever looks at it sees the same picture, turned once.
  @Test(arguments: [1, 3, 6, 8]) func orientationIsApplied(orientation: Int) throws {
    let command = try Command()
    defer { command.remove() }
    let folder = "Tests/MSRNImagesTests/Fixtures/exif_orientation"
    let input = Command.root.appending(path: "\(folder)/Landscape_\(orientation).jpg").path
    let result = try command.run("upscale", input, "out.jpg", "--scale", "2", "--metadata", "all")
    #expect(result.status == 0, "\(result.error)")
    let large = try image(command.data("out.jpg"))
    #expect((large.width, large.height) == (120, 80))
    #expect(large.metadata.exif != nil && large.metadata.orientation == 1)

    _ = try command.run("upscale", input, "bare.jpg", "--scale", "2", "--metadata", "none")
    let bare = try image(command.data("bare.jpg"))
    #expect((bare.width, bare.height) == (120, 80))
    #expect(bare.metadata.exif == nil)
  }

  @Test func ensembleIsBetterNotTheSame() throws {
    let command = try Command()
    defer { command.remove() }
    try command.put("in.png", try picture(color: .rgb))
    _ = try command.run("upscale", "in.png", "a.png", "--scale", "2")
    let result = try command.run("upscale", "in.png", "b.png", "--scale", "2", "--ensemble")
    #expect(result.status == 0)
    #expect(try image(command.data("a.png")) != image(command.data("b.png")))
  }

  @Test func everyInstructionSetAndThreadCount() throws {
    let command = try Command()
    defer { command.remove() }
    try command.put("in.png", try picture(color: .rgb))
    for set in InstructionSet.available {
      for threads in ["1", "3"] {
        let name = "\(set.rawValue)-\(threads).png"
        let result = try command.run(
          "upscale", "in.png", name, "-s", "2", "--cpu", set.rawValue, "--threads", threads)
        #expect(result.status == 0, "\(result.error)")
      }
      #expect(try command.data("\(set.rawValue)-1.png") == command.data("\(set.rawValue)-3.png"))
    }
    let environment = try command.run(
      "upscale", "in.png", "e.png", "-s", "2", "-v", environment: ["MSRN_CPU": "generic"])
    #expect(environment.error.contains(" generic,"))
  }

  @Test(arguments: [("INT", 130), ("TERM", 143)] as [(String, Int32)])
  func interruption(signal: String, status: Int32) throws {
    let command = try Command()
    defer { command.remove() }
    try command.put("in.png", try picture(color: .rgb, width: 20_000))
    try command.put("out.png", Array("old".utf8))
    let running = try command.start(
      ["upscale", "in.png", "out.png", "--scale", "4", "--force", "--threads", "1", "--progress", "json"])
    // Once the network has done its first hundredth there is much left.
    while running.process.isRunning, !running.error.contains("progress") {
      Thread.sleep(forTimeInterval: 0.005)
    }
    #expect(running.process.isRunning)
    let kill = Process()
    kill.executableURL = URL(filePath: "/bin/sh")
    kill.arguments = ["-c", "kill -\(signal) \(running.process.processIdentifier)"]
    try kill.run()
    kill.waitUntilExit()
    #expect(try running.end().status == status)
    #expect(try command.data("out.png") == Data("old".utf8))
    #expect(command.names == ["in.png", "out.png"])
  }
}
