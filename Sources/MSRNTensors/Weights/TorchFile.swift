/// PyTorch's two file forms: a ZIP archive of a pickle and raw storages, and, before 1.6, pickles followed by the storages.
enum TorchFile {
  static let format = "PyTorch"

  /// The pickle that begins the older form: protocol 2 and the number 0x1950a86a20f9469cfc6c.
  private static let legacyStart: [UInt8] = [
    0x80, 2, 0x8A, 10, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19, UInt8(ascii: "."),
  ]

  static func matches(_ data: [UInt8]) -> Bool { Zip.matches(data) || data.starts(with: legacyStart) }

  static func read(_ data: [UInt8]) throws(WeightsError) -> Weights {
    Zip.matches(data) ? try readArchive(data) : try readLegacy(data)
  }

  private static func readArchive(_ data: [UInt8]) throws(WeightsError) -> Weights {
    let entries = try Zip(data).entries
    guard let pickle = entries.keys.filter({ $0.hasSuffix("/data.pkl") }).min() else {
      throw .unsupported(
        format: format,
        reason:
          "the archive has no data.pkl\(entries.keys.contains { $0.contains("constants.pkl") } ? ": it is TorchScript" : "")"
      )
    }
    let root = String(pickle.dropLast("data.pkl".count))
    guard !entries.keys.contains(root + "constants.pkl") else {
      throw .unsupported(format: format, reason: "it is TorchScript; save model.state_dict() instead")
    }
    if let order = entries[root + "byteorder"], String(decoding: data[order], as: UTF8.self) == "big" {
      throw .unsupported(
        format: format, reason: "its numbers are big-endian; save it on a little-endian machine")
    }
    guard let range = entries[pickle] else { return Weights() }
    var bytes = Bytes(Array(data[range]), format: format)
    return try Pickle.read(&bytes) { value, _ throws(WeightsError) in
      try weights(value, data) { entries[root + "data/" + $0.key] }
    }
  }

  private static func readLegacy(_ data: [UInt8]) throws(WeightsError) -> Weights {
    var bytes = Bytes(data, format: format, from: legacyStart.count)
    for _ in 0..<2 { try Pickle.read(&bytes) { _, _ throws(WeightsError) in } }  // version, system
    let start = bytes.offset
    // The storages come last: the pickle of tensors is passed over once to find them.
    let storages = try Pickle.read(&bytes) { _, storages throws(WeightsError) in storages }
    let listed = bytes.offset
    let keys = try Pickle.read(&bytes) { value, _ throws(WeightsError) -> [String] in
      guard case .list(let list) = value else {
        throw .malformed(format: format, reason: "no list of storages at byte \(listed)")
      }
      return list.items.compactMap { if case .string(let key) = $0 { key } else { nil } }
    }
    var ranges: [String: Range<Int>] = [:]
    for key in keys {
      let count = try bytes.number(8)
      guard let storage = storages[key] else {
        throw .malformed(format: format, reason: "storage \(key.prefix(40)) belongs to no tensor")
      }
      let (length, overflow) = count.multipliedReportingOverflow(by: storage.size)
      ranges[key] = try bytes.take(overflow ? -1 : length)
    }
    bytes.offset = start
    return try Pickle.read(&bytes) { value, _ throws(WeightsError) in
      try weights(value, data) { ranges[$0.key] }
    }
  }

  /// The tensors of a state dict, which may lie under a customary name in a checkpoint.
  private static func references(_ value: Pickle.Value) -> [(name: String, tensor: Pickle.TensorReference)] {
    guard case .dictionary(let root) = value else { return [] }
    func tensors(_ dictionary: Pickle.Dictionary) -> [(name: String, tensor: Pickle.TensorReference)] {
      dictionary.items.compactMap { if case .tensor(let tensor) = $0.value { ($0.key, tensor) } else { nil } }
    }
    var found = tensors(root)
    for name in ["params_ema", "params", "ema", "state_dict", "model_state_dict", "model", "net"]
    where found.isEmpty {
      if case .dictionary(let inner)? = root.items.last(where: { $0.key == name })?.value {
        found = tensors(inner)
      }
    }
    let prefix = "module."  // torch.nn.DataParallel's
    if !found.isEmpty, found.allSatisfy({ $0.name.hasPrefix(prefix) }) {
      found = found.map { (String($0.name.dropFirst(prefix.count)), $0.tensor) }
    }
    return found
  }

  private static func weights(
    _ value: Pickle.Value, _ data: [UInt8], _ place: (Pickle.StorageReference) -> Range<Int>?
  ) throws(WeightsError) -> Weights {
    var weights = Weights()
    for (name, tensor) in references(value) {
      guard let type = tensor.storage.type else { continue }  // counters of batch norm and the like
      guard let range = place(tensor.storage) else {
        throw .malformed(format: format, reason: "the numbers of tensor \(name) are missing")
      }
      let values = try gather(tensor, type, data, range, name)
      guard values.allSatisfy(\.isFinite) else { throw .notFinite(tensor: name) }
      weights.tensors[name] = Tensor(shape: tensor.shape, values: values)
    }
    guard !weights.tensors.isEmpty else {
      throw .unsupported(format: format, reason: "it holds no dictionary of tensors; save model.state_dict()")
    }
    return weights
  }

  /// The values of a view in the order of its shape.
  private static func gather(
    _ tensor: Pickle.TensorReference, _ type: ScalarType, _ data: [UInt8], _ range: Range<Int>, _ name: String
  ) throws(WeightsError) -> [Float] {
    let stored = range.count / type.size
    var count = 1, last = tensor.offset, fits = tensor.offset >= 0
    for (extent, stride) in zip(tensor.shape, tensor.strides) {
      fits =
        fits && (0...stored).contains(extent) && (0...stored).contains(stride) && count * extent <= stored
      guard fits else { break }
      count *= extent
      last += max(extent - 1, 0) * stride
    }
    guard fits, count == 0 || last < stored else {
      throw .malformed(
        format: format,
        reason: "tensor \(name) of shape \(tensor.shape) reaches past its \(stored) stored numbers")
    }
    if count == 0 { return [] }
    let all = type.read(
      data, at: range.lowerBound + tensor.offset * type.size, count: last - tensor.offset + 1)
    var contiguous = 1
    let isContiguous = zip(tensor.shape, tensor.strides).reversed().allSatisfy { extent, stride in
      defer { contiguous *= extent }
      return extent == 1 || stride == contiguous
    }
    if isContiguous { return all }
    var index = [Int](repeating: 0, count: tensor.shape.count)
    return (0..<count).map { _ in
      let value = all[zip(index, tensor.strides).reduce(0) { $0 + $1.0 * $1.1 }]
      for axis in index.indices.reversed() {
        index[axis] += 1
        if index[axis] < tensor.shape[axis] { break }
        index[axis] = 0
      }
      return value
    }
  }
}
