import CMSRNKernels

/// What the kernels may use of a processor.
///
/// Each level has all kernels; the names are those of `--cpu` and `MSRN_CPU`.
public enum InstructionSet: String, CaseIterable, Sendable {
  /// What every machine has: SSE2 on x86-64, plain NEON without fused operations on arm64.
  case generic
  /// NEON with fused multiply-add: every arm64 processor.
  case neon
  /// AVX2 with FMA.
  case avx2
  /// AVX-512 F, BW, DQ and VL.
  case avx512

  /// Those that this machine has, slowest first.
  public static var available: [InstructionSet] { allCases.filter { KernelTable($0) != nil } }

  /// The fastest that this machine has.
  public static var best: InstructionSet { available.last ?? .generic }

  /// The set of that name, which this machine must have.
  public static func named(_ name: String) throws(EngineError) -> InstructionSet {
    guard let set = InstructionSet(rawValue: name), available.contains(set) else {
      throw .unknownInstructionSet(name: name, known: available.map(\.rawValue))
    }
    return set
  }

  /// The matrix tiles that work beside this set, as far as a precision may use them.
  ///
  /// The operating system is asked for tiles only where they may be used.
  func tiles(for precision: Precision) -> TileTables {
    switch precision {
    case .precise, .half, .auto: self == .avx512 ? .machine : .none
    case .exact, .fast: .none
    }
  }

  var level: msrn_level {
    switch self {
    case .generic: MSRN_GENERIC
    case .neon: MSRN_NEON
    case .avx2: MSRN_AVX2
    case .avx512: MSRN_AVX512
    }
  }
}
