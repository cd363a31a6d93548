/// A convolution's weights in the order in which the kernels of one level read them.
package struct PackedConvolution: Sendable {
  /// Output blocks computed together, in order.
  package let groups: [Int32]
  package let inputBlocks: Int
  package let outputBlocks: Int
  /// For each group `[inputBlocks][kernel][kernel][16 inputs][group * 16 outputs]`; zero for padding channels.
  package let weights: Storage<Float>
  /// `[outputBlocks * 16]`.
  package let bias: Storage<Float>

  /// Packs for an input that lies as `input` says; `output` gives the run of the result's channels.
  ///
  /// With a pixel shuffle r, the outputs are ordered by their place in the r x r cell first, so that each 16-channel block of a
  /// cell's pixel is stored whole.
  package init(_ conv: Convolution, input: Placement.Place, outputSegments: [Int], kernels: KernelTable) {
    let inputSlots = input.slots
    let outputSlots = Self.outputSlots(conv, outputSegments)
    inputBlocks = input.blocks
    outputBlocks = outputSegments.reduce(0) { $0 + $1.blocks } * conv.shuffle * conv.shuffle
    groups = kernels.groups(of: outputBlocks, kernel: conv.kernel).map(Int32.init)

    var offset = [Int](repeating: 0, count: outputBlocks)  // of each output block's first weight
    var width = [Int](repeating: 0, count: outputBlocks)  // outputs side by side in its group
    var block = 0, base = 0
    let area = conv.kernel * conv.kernel
    for group in groups.map(Int.init) {
      for i in 0..<group { (offset[block + i], width[block + i]) = (base + i * 16, group * 16) }
      base += inputBlocks * area * 16 * group * 16
      block += group
    }

    var packed = [Float](repeating: 0, count: base)
    var bias = [Float](repeating: 0, count: outputBlocks * 16)
    for o in 0..<conv.outputs {
      let slot = outputSlots[o]
      bias[slot] = conv.bias[o]
      let start = offset[slot / 16] + slot % 16, stride = width[slot / 16]
      for i in 0..<conv.inputs {
        let from = (o * conv.inputs + i) * area
        let to = start + (inputSlots[i] / 16 * area * 16 + inputSlots[i] % 16) * stride
        for tap in 0..<area { packed[to + tap * 16 * stride] = conv.weights[from + tap] }
      }
    }
    weights = Storage(packed)
    self.bias = Storage(bias)
  }

  /// The padded output channel that each output of the layer becomes.
  private static func outputSlots(_ conv: Convolution, _ segments: [Int]) -> [Int] {
    let cell = conv.shuffle * conv.shuffle
    let slots = Placement.Place(buffer: 0, block: 0, segments: segments).slots
    let blocks = segments.reduce(0) { $0 + $1.blocks }
    return (0..<conv.outputs).map { $0 % cell * blocks * 16 + slots[$0 / cell] }
  }
}
