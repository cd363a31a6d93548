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
    let zip = try Zip(data)
    let entries = zip.entries
    guard !entries.keys.contains(where: { $0.hasSuffix("/constants.pkl") }) else {
      throw .unsupported(format: format, reason: "it is TorchScript; save model.state_dict() instead")
    }
    if let name = zip.compressed.min() {
      throw .unsupported(
        format: format, reason: "\(name) is compressed; PyTorch stores its tensors uncompressed")
    }
    guard let pickle = entries.keys.filter({ $0.hasSuffix("/data.pkl") }).min() else {
      throw .unsupported(format: format, reason: "the archive has no data.pkl")
    }
    let root = String(pickle.dropLast("data.pkl".count))
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
    // Names can share storages, but only a file made to fill the memory does so over and over.
    var allowance = 4 * data.count
    for (name, tensor) in references(value) {
      guard let type = tensor.storage.type else { continue }  // counters of batch norm and the like
      guard let range = place(tensor.storage) else {
        throw .malformed(format: format, reason: "the numbers of tensor \(name) are missing")
      }
      let view = try View(tensor, stored: range.count / type.size, name)
      allowance -= view.count * type.size + tensor.shape.count
      guard allowance >= 0 else {
        throw .unsupported(format: format, reason: "its tensors are many times larger than the file")
      }
      let (values, areFinite) = view.read(type, data, at: range.lowerBound)
      guard areFinite else { throw .notFinite(tensor: name) }
      weights.tensors[name] = Tensor(shape: tensor.shape, values: values)
    }
    guard !weights.tensors.isEmpty else {
      throw .unsupported(format: format, reason: "it holds no dictionary of tensors; save model.state_dict()")
    }
    return weights
  }

  /// Values of a storage in the order of a shape, each extent with its own stride.
  private struct View {
    let shape: [Int]
    let strides: [Int]
    let offset: Int
    /// Values of the view.
    let count: Int
    /// Values from the first to the last in the storage.
    let span: Int

    /// Checks that a view lies within `stored` numbers and has no more values than there are.
    init(_ tensor: Pickle.TensorReference, stored: Int, _ name: String) throws(WeightsError) {
      (shape, offset) = (tensor.shape, tensor.offset)
      // The stride of a single value is never taken, and may be anything.
      strides = zip(shape, tensor.strides).map { extent, stride in extent > 1 ? stride : 0 }
      let failure = WeightsError.malformed(
        format: format,
        reason: "tensor \(name) of shape \(shape.prefix(8)) reaches past its \(stored) stored numbers")
      guard let count = Tensor.count(shape), count <= stored, offset >= 0, offset <= stored else {
        throw failure
      }
      var span = count == 0 ? 0 : 1
      for (extent, stride) in zip(shape, strides) where count > 0 && extent > 1 {
        guard stride >= 0, case (let step, false) = stride.multipliedReportingOverflow(by: extent - 1),
          step <= stored - span
        else { throw failure }
        span += step
      }
      guard span <= stored - offset else { throw failure }
      (self.count, self.span) = (count, span)
    }

    func read(_ type: ScalarType, _ data: [UInt8], at start: Int) -> (values: [Float], areFinite: Bool) {
      let (stored, areFinite) = type.read(data, at: start + offset * type.size, count: span)
      if count == 0 { return ([], true) }
      var contiguous = 1
      let isContiguous = zip(shape, strides).reversed().allSatisfy { extent, stride in
        defer { contiguous *= extent }
        return extent == 1 || stride == contiguous
      }
      if isContiguous { return (stored, areFinite) }
      // The last extent in a loop of its own, the others counted like the digits of a number.
      var values: [Float] = []
      values.reserveCapacity(count)
      let row = shape[shape.count - 1], step = strides[strides.count - 1]
      var index = [Int](repeating: 0, count: shape.count - 1)
      var first = 0
      while values.count < count {
        for i in 0..<row { values.append(stored[first + i * step]) }
        for axis in index.indices.reversed() {
          index[axis] += 1
          first += strides[axis]
          if index[axis] < shape[axis] { break }
          first -= strides[axis] * shape[axis]
          index[axis] = 0
        }
      }
      return (values, values.allSatisfy(\.isFinite))
    }
  }
}
