import Foundation
import MSRNImages
import MSRNKit
import MSRNModels
import MSRNTensors
import MSRNTestSupport
import Testing

@Suite struct ClassifierTests {
  @Test("the likeliest classes, their probabilities softmax's, equal ones in order")
  func best() {
    let guesses = Guess.best([1, 3, 1, 2], count: 3)
    #expect(guesses.map(\.index) == [1, 3, 0])
    let sum = exp(1.0) * 2 + exp(2.0) + exp(3.0)
    #expect(zip(guesses, [exp(3), exp(2), exp(1)]).allSatisfy { abs($0.probability - $1 / sum) < 1e-12 })
    #expect(Guess.best([1000, 0], count: 5).map(\.probability) == [1, 0])
    #expect(Guess.best([2, 2], count: 1).map(\.probability) == [0.5])
  }

  @Test("a picture becomes the middle of itself, normalised, channel by channel")
  func prepared() {
    var samples: [UInt8] = []
    for pixel in 0..<8 as Range<UInt8> { samples += [pixel * 10, 255, 0] }
    let image = Image(width: 4, height: 2, color: .rgb, samples: .eight(samples))
    let recipe = Preprocessing(
      resize: 2, crop: 2, mean: [0, 0.5, 0.25], deviation: [1, 0.5, 0.5], source: "a test")
    let tensor = image.prepared(recipe)
    #expect(tensor.shape == [3, 2, 2])
    let red: [Float] = [10, 20, 50, 60]
    #expect(Array(tensor.values[0..<4]) == red.map { $0 / 255 })
    #expect(tensor.values[4..<8].allSatisfy { $0 == 1 } && tensor.values[8..<12].allSatisfy { $0 == -0.5 })
    let clear = Image(
      width: 2, height: 2, color: .grey, hasAlpha: true, samples: .eight([9, 0, 9, 0, 9, 0, 9, 0]))
    #expect(clear.prepared(recipe).values.prefix(4).allSatisfy { $0 == 9 / 255 })
  }

  @Test("where one channel is read it is Pillow's luma")
  func luma() throws {
    let file = try Weights.read(Golden.bytes("classification.safetensors")).tensors
    let expected = try #require(file["luma"])
    let noise = Image(
      width: 45, height: 37, color: .rgb, samples: .eight(CounterWeights.bytes("picture", 45 * 37 * 3)))
    let recipe = Preprocessing(resize: 37, crop: 37, mean: [0], deviation: [1 / 255], source: "a test")
    let result = noise.prepared(recipe)
    for row in 0..<37 {
      for column in 0..<37 {
        #expect(abs(result.values[row * 37 + column] - expected.values[row * 45 + column + 4]) < 1e-3)
      }
    }
  }

  @Test("recipes: torchvision's, its second weights', timm's, Google's, CIFAR's")
  func recipes() throws {
    func recipe(_ name: String, _ file: String = "") throws -> (Int, Int, Preprocessing.Interpolation, Float)
    {
      let found = try Zoo.network(named: name).preprocessing(for: name, file)
      return (found.resize, found.crop, found.interpolation, found.mean[0])
    }
    #expect(try recipe("resnet50") == (256, 224, .bilinear, 0.485))
    #expect(try recipe("resnet50", "w/resnet50-11ad3fa6.pth") == (232, 224, .bilinear, 0.485))
    #expect(try recipe("resnet50.a1_in1k") == (235, 224, .bicubic, 0.485))
    #expect(try recipe("resnet50", "resnet50_a2_0-a2746f79.pth") == (235, 224, .bicubic, 0.485))
    #expect(try recipe("inception_v3") == (342, 299, .bilinear, 0.5))
    #expect(try recipe("googlenet") == (256, 224, .bilinear, 0.5))
    #expect(try recipe("resnet20") == (32, 32, .bilinear, 0.485))
  }

  @Test("labels: lines or a JSON array, as many as classes")
  func labels() throws {
    #expect(try Labels("a\r\nb, c\n\n", classes: 2).names == ["a", "b, c"])
    #expect(try Labels(" [\"a\", \"b\"]", classes: 2).names == ["a", "b"])
    #expect(throws: LabelsError.count(1, classes: 2)) { try Labels("a", classes: 2) }
    #expect(throws: LabelsError.malformed) { try Labels("[1, 2]", classes: 2) }
  }
}
