import MSRNKit

/// The least that a program does with the library: a picture in memory, enlarged with the weights named on its command line.
@main struct Consumer {
  static func main() throws {
    let model = try Model.read(CommandLine.arguments[1])
    let upscaler = try Upscaler(model: model)
    let small = Image(width: 8, height: 8, color: .rgb, samples: .eight([UInt8](repeating: 128, count: 192)))
    let large = try upscaler.upscale(small)
    let bytes = try large.encode(.png)
    precondition(large.width == 8 * model.scale && Codec.sniff(bytes) == .png)
    print(
      "MSRNKit from another package: \(small.width)x\(small.height) became \(large.width)x\(large.height)")
  }
}
