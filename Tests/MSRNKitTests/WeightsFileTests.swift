import Foundation
import MSRNKit
import MSRNModels
import MSRNTensors
import MSRNTestSupport
import Testing

@Suite struct WeightsFileTests {
  /// A folder that is gone with the object.
  private final class Folder {
    let url = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    init() throws { try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true) }
    deinit { try? FileManager.default.removeItem(at: url) }
    func path(_ name: String) -> String { url.appending(path: name).path }
    func put(_ name: String, _ bytes: [UInt8]) throws -> String {
      try Data(bytes).write(to: URL(filePath: path(name)))
      return path(name)
    }
  }

  private func weights(_ count: Int, _ value: Float) -> Weights {
    Weights(tensors: ["a": Tensor(shape: [count], repeating: value), "b": Tensor(shape: [1], repeating: 2)])
  }
  /// Tensors of a file that is large.
  private let many = 2 << 20

  @Test("a large file's tensors are handed over once, then read again from the file that was opened")
  func large() throws {
    let folder = try Folder(), weights = weights(many, 1)
    let path = try folder.put("w.safetensors", weights.safetensors())
    let file = try WeightsFile(path)
    #expect(try file.weights == weights && file.take() == weights)
    let again = try #require(file.again)
    // Another file comes to the name, as installing does.
    _ = try folder.put("new", self.weights(many, 3).safetensors())
    try SystemFile.rename(folder.path("new"), to: path, replacing: true)
    #expect(try file.weights == weights && file.take() == weights)
    #expect(try again() == weights)
    #expect(try WeightsFile(path).digest != file.digest)
  }

  @Test("a file that was written to is not read again")
  func changed() throws {
    let folder = try Folder()
    let path = try folder.put("w.safetensors", weights(many, 1).safetensors())
    let file = try WeightsFile(path)
    _ = try file.take()
    let handle = try FileHandle(forUpdating: URL(filePath: path))
    try handle.seek(toOffset: 8 << 20)
    try handle.write(contentsOf: Data([1]))
    try handle.close()
    let again = try #require(file.again)
    for read in [again, { try file.take() }] {
      do {
        _ = try read()
        Issue.record("other tensors were read")
      } catch let error as FileError {
        #expect(error.underlying as? AccessError == .changed && error.path == path)
      }
    }
  }

  @Test("tensors of small files and of bytes stay in memory")
  func small() throws {
    let folder = try Folder(), small = weights(100, 1), large = weights(many, 1)
    let path = try folder.put("w.safetensors", small.safetensors())
    for (file, weights) in [
      (try WeightsFile(path), small), (try WeightsFile(path: "bytes", bytes: large.safetensors()), large),
    ] {
      #expect(file.again == nil)
      SystemFile.remove(path)
      #expect(try file.take() == weights && file.take() == weights && file.weights == weights)
    }
  }

  @Test("what is wrong with a file is said with its name")
  func wrong() throws {
    let folder = try Folder()
    #expect { try WeightsFile(folder.path("none")) } throws: { "\($0)".hasPrefix(folder.path("none")) }
    #expect { try WeightsFile(folder.put("text", [1, 2, 3])) } throws: {
      ($0 as? FileError)?.underlying is WeightsError
    }
    #expect { try WeightsFile(folder.url.path) } throws: {
      ($0 as? FileError)?.underlying as? AccessError == .notAFile(kind: "a folder")
    }
  }

  @Test("a large model's upscaler reads its weights again where it has to: the same pictures")
  func upscaler() throws {
    let folder = try Folder(), network = MSRNModels.MSRN(scale: 2, features: 64, blocks: 3)
    var weights = Weights(metadata: ["rgb_range": "255", "mean_shift": "applied"])
    for parameter in network.network.weights(inputs: 3) {
      weights.tensors[parameter.name] = CounterWeights.tensor(parameter.name, parameter.shape, gain: 0.1)
    }
    let bytes = try weights.safetensors()
    let model = try Model.read(folder.put("w.safetensors", bytes))
    let options = Upscaler.Options(threads: 2, precision: .fast)
    let file = try Upscaler(model: model, options: options)
    let memory = try Upscaler(model: Model(path: "w", bytes: bytes), options: options)
    for (width, height) in [(40, 30), (5, 6), (40, 30)] {
      let values = CounterWeights.bytes("picture", width * height * 3)
      let picture = Image(width: width, height: height, color: .rgb, samples: .eight(values))
      #expect(try file.upscale(picture) == memory.upscale(picture), "\(width)x\(height)")
      #expect(file.peakBytes(for: picture) < memory.peakBytes(for: picture))
    }
    #expect(try model.weights == weights)
    // A second upscaler reads the file.
    let picture = Image(
      width: 9, height: 9, color: .rgb, samples: .eight(CounterWeights.bytes("picture", 243)))
    #expect(try Upscaler(model: model, options: options).upscale(picture) == memory.upscale(picture))
  }
}
