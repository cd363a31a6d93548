extension Pass {
  /// A 1x1 convolution whose matrix is diagonal scales and shifts each channel (MSRN's mean shift is one).
  ///
  /// It is folded into the convolution before it, or into the reading of the picture.
  ///
  /// Never into a convolution after it: that one pads with zeros after the shift.
  package static let foldAffine = Pass(name: "foldAffine") { graph in
    let uses = graph.uses
    return graph.rewriting { new, old, node in
      guard case .conv(let affine) = node.operation, let scale = affine.diagonal,
        let input = node.inputs.first,
        uses[graph.nodes[old].inputs[0]] == 1
      else { return new.add(node) }

      switch new.nodes[input].operation {
      case .input(let inner, let shift):
        new.nodes[input].operation = .input(
          scale: scale.indices.map { scale[$0] * inner[$0] },
          shift: scale.indices.map { scale[$0] * shift[$0] + affine.bias[$0] })
        new.note("affineIntoInput")
        return input
      case .conv(var conv):
        let taps = conv.inputs * conv.kernel * conv.kernel
        for o in 0..<conv.outputs {
          for i in o * taps..<(o + 1) * taps { conv.weights[i] *= scale[o] }
          conv.bias[o] = Float(Double(scale[o]) * Double(conv.bias[o]) + Double(affine.bias[o]))
        }
        new.nodes[input].operation = .conv(conv)
        new.note("affineIntoConv")
        return input
      default:
        return new.add(node)
      }
    }
  }
}

extension Convolution {
  /// The diagonal of a 1x1 convolution that mixes no channels; nil for any other.
  package var diagonal: [Float]? {
    guard kernel == 1, inputs == outputs else { return nil }
    for o in 0..<outputs { for i in 0..<inputs where i != o && weights[o * inputs + i] != 0 { return nil } }
    return (0..<outputs).map { weights[$0 * inputs + $0] }
  }
}
