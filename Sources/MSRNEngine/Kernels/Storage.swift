#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// Memory of a fixed size on a 64-byte boundary, owned by this object.
@safe package final class Storage<Element: BitwiseCopyable & Sendable>: @unchecked Sendable {
  // Sendable: an object's memory is either never written after its initialiser, or belongs to one run, whose workers write
  // disjoint ranges of it.
  let base: UnsafeMutablePointer<Element>
  package let count: Int

  /// Uninitialised memory, or nil where the machine has none left.
  package init?(uninitialized count: Int) {
    guard let base = unsafe Self.allocate(count) else { return nil }
    unsafe self.base = base
    self.count = count
  }

  /// A copy of `elements`.
  package init(_ elements: [Element]) {
    guard let base = unsafe Self.allocate(elements.count) else {
      preconditionFailure("no memory for \(elements.count) values")
    }
    unsafe self.base = base
    count = elements.count
    unsafe elements.withUnsafeBufferPointer { source in
      if let from = source.baseAddress { unsafe base.initialize(from: from, count: source.count) }
    }
  }

  /// Uninitialised memory of a size that the program has found bearable.
  package init(count: Int) {
    guard let base = unsafe Self.allocate(count) else { preconditionFailure("no memory for \(count) values") }
    unsafe self.base = base
    self.count = count
  }

  deinit { unsafe free(base) }

  /// Pieces of at least this size are asked for in huge pages: a run touches each of its gigabytes for the first time, and
  /// every page is then a trap into the system.
  private static var huge: Int { 2 << 20 }

  private static func allocate(_ count: Int) -> UnsafeMutablePointer<Element>? {
    let capacity = max(count, 1)
    let bytes = capacity * MemoryLayout<Element>.stride
    var memory: UnsafeMutableRawPointer?
    guard unsafe posix_memalign(&memory, bytes >= 2 * huge ? huge : 64, bytes) == 0 else { return nil }
    #if os(Linux)
    if bytes >= 2 * huge { unsafe madvise(memory, bytes, MADV_HUGEPAGE) }
    #endif
    return unsafe memory?.bindMemory(to: Element.self, capacity: capacity)
  }
}

extension Storage {
  /// Copies `elements` to `offset`, which nobody else writes or reads meanwhile.
  package func write(_ elements: [Element], at offset: Int) {
    precondition(offset >= 0 && offset + elements.count <= count, "the elements fit")
    unsafe elements.withUnsafeBufferPointer { source in
      if let from = source.baseAddress { unsafe (base + offset).update(from: from, count: source.count) }
    }
  }

  /// A copy of what the memory holds.
  package var contents: [Element] { contents(0..<count) }

  /// A copy of some of its elements.
  package func contents(_ range: Range<Int>) -> [Element] {
    precondition(range.lowerBound >= 0 && range.upperBound <= count, "the elements are there")
    return unsafe Array(UnsafeBufferPointer(start: base + range.lowerBound, count: range.count))
  }
}

extension Storage where Element == UInt32 {
  /// Takes each element for the index of the next one, `steps` times from `start` on; every load waits for the one before it.
  ///
  /// - Returns: The last index.
  package func follow(from start: UInt32, steps: Int) -> UInt32 {
    var at = start
    for _ in 0..<steps {
      precondition(Int(at) < count, "an index is within the memory")
      at = unsafe base[Int(at)]
    }
    return at
  }
}
