/// A reader of Python pickles that executes nothing: it knows the operations and the few names that a dictionary of tensors
/// needs, and refuses every other by name.
struct Pickle {
  /// What a pickle can hold here.
  enum Value {
    case none
    case bool(Bool)
    case int(Int)
    case float(Double)
    case string(String)
    /// With how deep tuples nest in it.
    case tuple([Value], depth: Int)
    case list(List)
    case dictionary(Dictionary)
    /// A name that is allowed, `module.name`.
    case global(String)
    case storage(StorageReference)
    case tensor(TensorReference)
    case mark
  }

  /// A list; shared, because a pickle fills it after it has been referred to.
  final class List { var items: [Value] = [] }

  /// A dictionary in its order; values under keys that are no text are dropped.
  final class Dictionary { var items: [(key: String, value: Value)] = [] }

  /// A run of numbers that lies elsewhere in the file.
  struct StorageReference {
    let key: String
    /// Nil for integers.
    let type: ScalarType?
    /// Bytes of one number.
    let size: Int
    let count: Int
  }

  /// A view of a storage.
  struct TensorReference {
    let storage: StorageReference
    let offset: Int
    let shape: [Int]
    let strides: [Int]
  }

  private static let format = TorchFile.format
  /// The kinds of storage: how their numbers are read (nil for integers, which no network here has), and their bytes.
  private static let storages: [String: (type: ScalarType?, size: Int)] = [
    "torch.FloatStorage": (.float32, 4), "torch.HalfStorage": (.float16, 2),
    "torch.BFloat16Storage": (.bfloat16, 2),
    "torch.DoubleStorage": (.float64, 8), "torch.LongStorage": (nil, 8), "torch.IntStorage": (nil, 4),
    "torch.ShortStorage": (nil, 2), "torch.CharStorage": (nil, 1), "torch.ByteStorage": (nil, 1),
    "torch.BoolStorage": (nil, 1),
  ]
  private static let functions: Set<String> = [
    "collections.OrderedDict", "torch._utils._rebuild_tensor_v2", "torch._utils._rebuild_tensor",
    "torch._utils._rebuild_parameter", "torch.Size",
  ]
  private static let deepest = 64

  private var at: Bytes
  private var stack: [Value] = []
  private var memo: [Int: Value] = [:]
  // Containers may hold each other; emptied one by one at the end, so that no chain of them is freed recursively.
  private var lists: [List] = []
  private var dictionaries: [Dictionary] = []
  private var named: [String: StorageReference] = [:]

  private init(_ at: Bytes) { self.at = at }

  /// Reads one pickle, gives its value to `body`, and leaves `bytes` behind it.
  static func read<R>(
    _ bytes: inout Bytes, _ body: (Value, _ storages: [String: StorageReference]) throws(WeightsError) -> R
  ) throws(WeightsError) -> R {
    var pickle = Pickle(bytes)
    defer {
      for list in pickle.lists { list.items = [] }
      for dictionary in pickle.dictionaries { dictionary.items = [] }
    }
    let value = try pickle.run()
    bytes.offset = pickle.at.offset
    return try body(value, pickle.named)
  }

  private mutating func run() throws(WeightsError) -> Value {
    while true {
      let place = at.offset
      let code = try at.byte()
      switch code {
      case 0x80: _ = try at.byte()  // PROTO
      case 0x95: _ = try at.take(8)  // FRAME
      case UInt8(ascii: "."): return try pop()
      case UInt8(ascii: "("): stack.append(.mark)
      case UInt8(ascii: "0"): _ = try pop()
      case UInt8(ascii: "N"): stack.append(.none)
      case 0x88: stack.append(.bool(true))
      case 0x89: stack.append(.bool(false))
      case UInt8(ascii: "K"): stack.append(.int(try at.number(1)))
      case UInt8(ascii: "M"): stack.append(.int(try at.number(2)))
      case UInt8(ascii: "J"): stack.append(.int(Int(Int32(truncatingIfNeeded: try at.number(4)))))
      case 0x8A: stack.append(.int(try long(at.number(1))))
      case UInt8(ascii: "G"): stack.append(.float(try double()))
      case UInt8(ascii: "X"): stack.append(.string(try at.text(at.number(4))))
      case UInt8(ascii: "T"): stack.append(.string(try at.text(at.number(4))))
      case 0x8C, UInt8(ascii: "U"): stack.append(.string(try at.text(at.number(1))))
      case 0x8D: stack.append(.string(try at.text(at.number(8))))
      case UInt8(ascii: ")"): stack.append(.tuple([], depth: 1))
      case UInt8(ascii: "t"): try pushTuple(popToMark())
      case 0x85, 0x86, 0x87:
        let count = Int(code) - 0x84
        guard stack.count >= count else { throw underflow() }
        let items = Array(stack.suffix(count))
        stack.removeLast(count)
        try pushTuple(items)
      case UInt8(ascii: "]"): stack.append(.list(newList()))
      case UInt8(ascii: "l"):
        let list = newList()
        list.items = try popToMark()
        stack.append(.list(list))
      case UInt8(ascii: "}"): stack.append(.dictionary(newDictionary()))
      case UInt8(ascii: "a"): try append([pop()])
      case UInt8(ascii: "e"): try append(popToMark())
      case UInt8(ascii: "s"):
        let value = try pop(), key = try pop()
        try set([key, value])
      case UInt8(ascii: "u"): try set(popToMark())
      case UInt8(ascii: "q"): memo[try at.number(1)] = try top()
      case UInt8(ascii: "r"): memo[try at.number(4)] = try top()
      case 0x94: memo[memo.count] = try top()
      case UInt8(ascii: "h"): stack.append(try recall(at.number(1)))
      case UInt8(ascii: "j"): stack.append(try recall(at.number(4)))
      case UInt8(ascii: "c"):
        let module = try at.line(), name = try at.line()
        try pushGlobal(module + "." + name)
      case 0x93:
        guard case .string(let name) = try pop(), case .string(let module) = try pop() else {
          throw .malformed(format: Self.format, reason: "a name that is no text at byte \(place)")
        }
        try pushGlobal(module + "." + name)
      case UInt8(ascii: "R"), 0x81: try reduce(place)
      case UInt8(ascii: "b"): _ = try pop()  // attributes of an OrderedDict
      case UInt8(ascii: "Q"): try pushStorage(pop(), place)
      default:
        throw .unsupported(
          format: Self.format,
          reason:
            "operation 0x\(String(code, radix: 16)) at byte \(place) is more than a dictionary of tensors needs"
        )
      }
    }
  }

  private func underflow() -> WeightsError {
    .malformed(format: Self.format, reason: "the pickle takes more than it has put, at byte \(at.offset)")
  }

  private mutating func pop() throws(WeightsError) -> Value {
    guard let value = stack.popLast() else { throw underflow() }
    return value
  }

  private func top() throws(WeightsError) -> Value {
    guard let value = stack.last else { throw underflow() }
    return value
  }

  private mutating func popToMark() throws(WeightsError) -> [Value] {
    guard let mark = stack.lastIndex(where: { if case .mark = $0 { true } else { false } }) else {
      throw underflow()
    }
    let items = Array(stack[(mark + 1)...])
    stack.removeSubrange(mark...)
    return items
  }

  private func recall(_ number: Int) throws(WeightsError) -> Value {
    guard let value = memo[number] else {
      throw .malformed(format: Self.format, reason: "memo \(number) is empty, at byte \(at.offset)")
    }
    return value
  }

  private mutating func newList() -> List {
    lists.append(List())
    return lists[lists.count - 1]
  }

  private mutating func newDictionary() -> Dictionary {
    dictionaries.append(Dictionary())
    return dictionaries[dictionaries.count - 1]
  }

  private mutating func pushTuple(_ items: [Value]) throws(WeightsError) {
    let depth = items.reduce(1) { depth, item in
      if case .tuple(_, let inner) = item { max(depth, inner + 1) } else { depth }
    }
    guard depth <= Self.deepest else {
      throw .unsupported(format: Self.format, reason: "tuples nest more than \(Self.deepest) deep")
    }
    stack.append(.tuple(items, depth: depth))
  }

  private mutating func append(_ items: [Value]) throws(WeightsError) {
    guard case .list(let list) = try top() else { throw underflow() }
    list.items += items
  }

  private mutating func set(_ items: [Value]) throws(WeightsError) {
    guard case .dictionary(let dictionary) = try top(), items.count % 2 == 0 else { throw underflow() }
    for i in stride(from: 0, to: items.count, by: 2) {
      if case .string(let key) = items[i] { dictionary.items.append((key, items[i + 1])) }
    }
  }

  /// A little-endian two's complement number of so many bytes; what does not fit an `Int` counts modulo 2⁶⁴.
  private mutating func long(_ count: Int) throws(WeightsError) -> Int {
    let bytes = at.data[try at.take(count)]
    let negative = bytes.last.map { $0 >= 0x80 } ?? false
    var value: UInt64 = negative ? .max : 0
    for byte in bytes.prefix(8).reversed() { value = value << 8 | UInt64(byte) }
    return Int(truncatingIfNeeded: value)
  }

  private mutating func double() throws(WeightsError) -> Double {
    Double(bitPattern: at.data[try at.take(8)].reduce(UInt64(0)) { $0 << 8 | UInt64($1) })
  }

  private mutating func pushGlobal(_ name: String) throws(WeightsError) {
    guard Self.functions.contains(name) || Self.storages[name] != nil else {
      throw .unsupported(
        format: Self.format,
        reason:
          "it refers to \(name.prefix(100)), which is more than a dictionary of tensors; save model.state_dict() alone"
      )
    }
    stack.append(.global(name))
  }

  private mutating func reduce(_ place: Int) throws(WeightsError) {
    guard case .tuple(let arguments, _) = try pop(), case .global(let name) = try pop() else {
      throw .malformed(format: Self.format, reason: "a call of nothing at byte \(place)")
    }
    switch name {
    case "collections.OrderedDict":
      let dictionary = newDictionary()
      if case .list(let list)? = arguments.first {
        for case .list(let pair) in list.items where pair.items.count == 2 {
          if case .string(let key) = pair.items[0] { dictionary.items.append((key, pair.items[1])) }
        }
      }
      stack.append(.dictionary(dictionary))
    case "torch.Size":
      guard case .tuple? = arguments.first else { throw underflow() }
      stack.append(arguments[0])
    case "torch._utils._rebuild_parameter":
      guard case .tensor? = arguments.first else { throw underflow() }
      stack.append(arguments[0])
    case "torch._utils._rebuild_tensor", "torch._utils._rebuild_tensor_v2":
      guard arguments.count >= 4, case .storage(let storage) = arguments[0],
        case .int(let offset) = arguments[1],
        let shape = Self.integers(arguments[2]), let strides = Self.integers(arguments[3]),
        shape.count == strides.count
      else {
        throw .malformed(
          format: Self.format, reason: "a tensor without storage, shape or strides at byte \(place)")
      }
      stack.append(.tensor(TensorReference(storage: storage, offset: offset, shape: shape, strides: strides)))
    default:
      throw .malformed(format: Self.format, reason: "a call of \(name) at byte \(place)")
    }
  }

  private static func integers(_ value: Value) -> [Int]? {
    guard case .tuple(let items, _) = value else { return nil }
    var result: [Int] = []
    for item in items {
      guard case .int(let number) = item else { return nil }
      result.append(number)
    }
    return result
  }

  private mutating func pushStorage(_ id: Value, _ place: Int) throws(WeightsError) {
    guard case .tuple(let items, _) = id, items.count >= 5, case .string("storage") = items[0],
      case .global(let name) = items[1], let kind = Self.storages[name], case .string(let key) = items[2],
      case .int(let count) = items[4], count >= 0
    else { throw .malformed(format: Self.format, reason: "a storage that is none at byte \(place)") }
    let storage = StorageReference(key: key, type: kind.type, size: kind.size, count: count)
    named[key] = storage
    stack.append(.storage(storage))
  }
}
