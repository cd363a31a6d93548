/// Which input blocks each output block of a convolution reads.
///
/// Runs of channels that are convolved each on its own read their own blocks alone where they fill blocks, or where as many
/// inputs as outputs share one, of which runs of 4 and 8 multiply their own inputs alone; else they are convolved as a whole, by weights most of which are zero.
package struct Packing: Sendable {
  /// Runs of output blocks that read the same inputs: how many blocks, and the first input block.
  package let runs: [(blocks: Int, first: Int)]
  /// Input blocks that each run reads.
  package let inputBlocks: Int
  /// Inputs of the last of them that each output reads, 1 to 16.
  package let inputLast: Int
  /// Channels of each run where several share a block, 4 or 8, each output of which reads the inputs of its run alone; nil where outputs read
  /// whole blocks.
  package let sharing: Int?

  /// Inputs that each output reads, with the padding between them.
  package var inputsEach: Int { (inputBlocks - 1) * 16 + inputLast }

  /// The packing for an input and a result that lie as `input` and `output` say.
  package init(_ conv: Convolution, input: Placement.Place, output: Placement.Place) {
    let each = (inputs: conv.inputs / conv.groups, outputs: conv.outputs / conv.groups)
    let inOrder = input.segments.count == 1 && output.segments.count == 1 && conv.shuffle == 1
    let blocks = PackedConvolution.outputBlocks(conv, output)
    let shares = conv.groups > 1 && inOrder && each.inputs == each.outputs && 16 % each.inputs == 0
    sharing = shares && [4, 8].contains(each.inputs) ? each.inputs : nil
    if conv.groups > 1, inOrder, each.inputs % 16 == 0, each.outputs % 16 == 0 {
      runs = (0..<conv.groups).map { (each.outputs / 16, $0 * each.inputs / 16) }
      (inputBlocks, inputLast) = (each.inputs / 16, 16)
    } else if shares {
      runs = (0..<blocks).map { (1, $0) }
      (inputBlocks, inputLast) = (1, sharing ?? 16)
    } else {
      runs = [(blocks, 0)]
      inputBlocks = input.blocks
      let last = (input.slots.max() ?? 0) + 1 - (inputBlocks - 1) * 16
      inputLast = last > 0 ? last : 16
    }
  }
}
