public import MSRNModels
import MSRNTensors
import Synchronization

/// How many pictures of a set a network tells right.
public struct Accuracy: Hashable, Sendable {
  /// Pictures that were classified.
  public private(set) var count = 0
  /// Those whose class is the likeliest of all.
  public private(set) var right = 0
  /// Those whose class is among the five likeliest.
  public private(set) var rightInFive = 0
  /// Pictures that could not be read.
  public private(set) var failed = 0

  /// The share of pictures that were told wrong, 0 to 1; nil without pictures.
  public var error: Double? { count > 0 ? Double(count - right) / Double(count) : nil }
  /// The share of pictures whose class is none of the five likeliest; nil without pictures.
  public var errorInFive: Double? { count > 0 ? Double(count - rightInFive) / Double(count) : nil }

  /// Nothing counted yet.
  public init() {}

  /// Counts a picture; of equal logits the lower class is the likelier.
  ///
  /// - Parameters:
  ///   - logits: One number a class.
  ///   - label: The picture's class.
  public mutating func add(_ logits: [Float], label: Int) {
    let best = Guess.best(logits, count: 5)
    count += 1
    right += best.first?.index == label ? 1 : 0
    rightInFive += best.contains { $0.index == label } ? 1 : 0
  }

  /// Classifies a set.
  ///
  /// Pictures are decoded and prepared on all threads, then classified together, some at a time.
  ///
  /// - Parameters:
  ///   - pictures: The set.
  ///   - classifier: The network.
  ///   - preprocessing: What is done to each picture.
  ///   - progress: Called with the share of the set that is done.
  ///   - failure: Called with what is wrong with a picture that cannot be read, which counts in no error.
  /// - Returns: The counts.
  /// - Throws: As ``Classifier/logits(for:)``.
  public static func measure(
    _ pictures: LabelledPictures, by classifier: Classifier, _ preprocessing: Preprocessing,
    progress: (Double) -> Void = { _ in }, failure: (FileError) -> Void = { _ in }
  ) throws -> Accuracy {
    let batch = ClassifierBatch(classifier, way: .sideBySide), size = 16 * classifier.threads
    var accuracy = Accuracy()
    for start in stride(from: 0, to: pictures.count, by: size) {
      let range = start..<min(start + size, pictures.count)
      let prepared = Mutex([Int: Result<Tensor, FileError>]())
      Lanes.run(Array(range), count: classifier.threads, stopped: { false }) { index, _ in
        let result = Result { () throws(FileError) in try pictures.image(index).prepared(preprocessing) }
        prepared.withLock { $0[index] = result }
      }
      var inputs: [(index: Int, tensor: Tensor)] = []
      for index in range {
        switch prepared.withLock({ $0[index] }) {
        case .success(let tensor): inputs.append((index, tensor))
        case .failure(let error):
          accuracy.failed += 1
          failure(error)
        case nil: preconditionFailure("a lane left a picture out")
        }
      }
      for (input, logits) in zip(inputs, try batch.logits(for: inputs.map(\.tensor))) {
        accuracy.add(logits, label: pictures.label(input.index))
      }
      progress(Double(range.upperBound) / Double(pictures.count))
    }
    return accuracy
  }
}
