/// Which input blocks each output block of a convolution reads.
///
/// Runs of channels that are convolved each on its own read their own blocks alone where they fill blocks, or where as many
/// inputs as outputs share one; else they are convolved as a whole, by weights most of which are zero.
package struct Packing: Sendable {
  /// Runs of output blocks that read the same inputs: how many blocks, and the first input block.
  package let runs: [(blocks: Int, first: Int)]
  /// Input blocks that each run reads.
  package let inputBlocks: Int
  /// Inputs of the last of them, 1 to 16.
  package let inputLast: Int

  /// Inputs that each output reads, with the padding between them.
  package var inputsEach: Int { (inputBlocks - 1) * 16 + inputLast }

  /// The packing for an input and a result that lie as `input` and `output` say.
  package init(_ conv: Convolution, input: Placement.Place, output: Placement.Place) {
    let each = (inputs: conv.inputs / conv.groups, outputs: conv.outputs / conv.groups)
    let inOrder = input.segments.count == 1 && output.segments.count == 1 && conv.shuffle == 1
    let blocks = PackedConvolution.outputBlocks(conv, output)
    if conv.groups > 1, inOrder, each.inputs % 16 == 0, each.outputs % 16 == 0 {
      runs = (0..<conv.groups).map { (each.outputs / 16, $0 * each.inputs / 16) }
      (inputBlocks, inputLast) = (each.inputs / 16, 16)
    } else if conv.groups > 1, inOrder, each.inputs == each.outputs, 16 % each.inputs == 0 {
      runs = (0..<blocks).map { (1, $0) }
      (inputBlocks, inputLast) = (1, 16)
    } else {
      runs = [(blocks, 0)]
      inputBlocks = input.blocks
      let last = (input.slots.max() ?? 0) + 1 - (inputBlocks - 1) * 16
      inputLast = last > 0 ? last : 16
    }
  }
}
