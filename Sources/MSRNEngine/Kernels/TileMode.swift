package import CMSRNKernels

/// What the factors of a convolution on a processor's matrix tiles (Intel AMX) are; sums are fp32.
package enum TileMode: String, CaseIterable, Hashable, Sendable {
  /// Rounded to 11 bits, magnitudes up to 65504.
  case fp16
  /// Rounded to 8 bits, every magnitude that fp32 has.
  case bf16
  /// Each a sum of two fp16, 22 bits: three products instead of one.
  case fp16x3

  /// The format that its convolutions write.
  package var format: Format { self == .fp16x3 ? .halfPair : .half }

  package var mode: msrn_tile_mode {
    switch self {
    case .fp16: MSRN_TILE_FP16
    case .bf16: MSRN_TILE_BF16
    case .fp16x3: MSRN_TILE_FP16X3
    }
  }
}

/// The kernels of the matrix tiles that a machine has, by mode.
@safe package struct TileTables: @unchecked Sendable {
  // Sendable: function pointers and constants.
  private let tables: [TileMode: msrn_tile_table]

  /// Wraps what `table` gives; the caller answers for what is in it.
  package init(_ table: (msrn_tile_mode) -> UnsafePointer<msrn_tile_table>?) {
    var tables = unsafe [TileMode: msrn_tile_table]()
    for mode in TileMode.allCases {
      if let table = unsafe table(mode.mode) { unsafe tables[mode] = unsafe table.pointee }
    }
    unsafe self.tables = unsafe tables
  }

  /// None.
  package static let none = unsafe TileTables { _ in nil }
  /// Those of this machine; the first call asks the operating system for them.
  package static var machine: TileTables { unsafe TileTables { unsafe msrn_tiles($0) } }

  /// The modes that are there.
  package var modes: Set<TileMode> { unsafe Set(tables.keys) }

  subscript(_ mode: TileMode) -> msrn_tile_table {
    guard let table = unsafe tables[mode] else { preconditionFailure("this machine has no \(mode) tiles") }
    return unsafe table
  }
}
