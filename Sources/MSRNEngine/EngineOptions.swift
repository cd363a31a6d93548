/// How a program may use the machine.
///
/// Only the instruction set and the precision change a result's bits.
public struct EngineOptions: Sendable {
  /// Threads that work on one layer.
  public var threads: Int
  /// Which kernels are used.
  public var instructionSet: InstructionSet
  /// How accurately is computed.
  public var precision: Precision
  /// The size of the pieces that threads are given; nil lets the engine choose.
  package var block: Block?
  /// Stands in for the instruction set's kernels in tests.
  package var kernels: KernelTable?
  /// Stands in for the instruction set's matrix tiles in tests.
  package var tiles: TileTables?

  /// A rectangle of a map.
  package struct Block: Hashable, Sendable {
    package var rows: Int
    package var columns: Int
    package init(rows: Int, columns: Int) {
      precondition(rows > 0 && columns > 0, "a block has pixels")
      (self.rows, self.columns) = (rows, columns)
    }
  }

  /// Options for so many threads, by default with the fastest kernels that the machine has.
  public init(threads: Int, instructionSet: InstructionSet = .best, precision: Precision = .auto) {
    precondition(threads > 0, "the engine needs at least one thread, not \(threads)")
    (self.threads, self.instructionSet, self.precision) = (threads, instructionSet, precision)
  }
}
