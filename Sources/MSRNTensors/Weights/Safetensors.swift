import Foundation

/// The safetensors format: eight bytes of header length, a JSON header, then the tensors' bytes.
///
/// https://github.com/huggingface/safetensors
enum Safetensors {
  static let format = "safetensors"

  /// Whether the data may be of this format: a plausible header length, then a JSON object.
  static func matches(_ data: [UInt8]) -> Bool {
    guard data.count >= 10, let length = headerLength(data) else { return false }
    return length >= 2 && data[8] == UInt8(ascii: "{")
  }

  private static func headerLength(_ data: [UInt8]) -> Int? {
    let length = data.prefix(8).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    return length <= 100_000_000 ? Int(length) : nil
  }

  private struct Entry: Decodable {
    let dtype: String
    let shape: [Int]
    let data_offsets: [Int]
  }

  private enum Value: Decodable {
    case entry(Entry)
    case metadata([String: String])

    init(from decoder: any Decoder) throws {
      if let entry = try? Entry(from: decoder) {
        self = .entry(entry)
      } else {
        self = .metadata(try [String: String](from: decoder))
      }
    }
  }

  static func read(_ data: [UInt8]) throws(WeightsError) -> Weights {
    guard let length = headerLength(data), length <= data.count - 8 else {
      throw .malformed(
        format: format, reason: "the header is said to be longer than the file of \(data.count) bytes")
    }
    let header: [String: Value]
    do {
      header = try JSONDecoder().decode([String: Value].self, from: Data(data[8..<8 + length]))
    } catch {
      throw .malformed(format: format, reason: "its header is no JSON object of tensors")
    }
    var weights = Weights()
    var ranges: [(Range<Int>, String)] = []
    let base = 8 + length
    for (name, value) in header.sorted(by: { $0.key < $1.key }) {
      switch value {
      case .metadata(let pairs):
        guard name == "__metadata__" else {
          throw .malformed(format: format, reason: "the entry of tensor \(name) lacks type, shape or offsets")
        }
        weights.metadata = pairs
      case .entry(let entry):
        guard let type = ScalarType(rawValue: entry.dtype) else {
          throw .unsupported(
            format: format, reason: "tensor \(name) has type \(entry.dtype); F32, F16, BF16 and F64 are read")
        }
        var count = 1
        for extent in entry.shape {
          let (product, overflow) = count.multipliedReportingOverflow(by: extent)
          guard extent >= 0, !overflow, product <= data.count else {
            throw .malformed(
              format: format, reason: "tensor \(name) has shape \(entry.shape), more than the file holds")
          }
          count = product
        }
        guard entry.data_offsets.count == 2, let start = entry.data_offsets.first,
          let end = entry.data_offsets.last,
          start >= 0, end >= start, end <= data.count - base, end - start == count * type.size
        else {
          throw .malformed(
            format: format,
            reason: "tensor \(name) lies at bytes \(entry.data_offsets) of \(data.count - base)")
        }
        ranges.append((start..<end, name))
        let values = type.read(data, at: base + start, count: count)
        guard values.allSatisfy(\.isFinite) else { throw .notFinite(tensor: name) }
        weights.tensors[name] = Tensor(shape: entry.shape, values: values)
      }
    }
    ranges.sort { $0.0.lowerBound < $1.0.lowerBound }
    for (a, b) in zip(ranges, ranges.dropFirst()) where a.0.upperBound > b.0.lowerBound && !b.0.isEmpty {
      throw .malformed(format: format, reason: "tensors \(a.1) and \(b.1) overlap")
    }
    return weights
  }
}
