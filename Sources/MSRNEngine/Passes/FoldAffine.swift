extension Pass {
  /// A batch normalisation scales and shifts each channel, and so does a 1x1 convolution whose matrix is diagonal (MSRN's mean
  /// shift is one).
  ///
  /// It is folded into the convolution before it, or into the reading of the picture.
  ///
  /// Never into a convolution after it: that one pads with zeros after the shift.
  package static let foldAffine = Pass(name: "foldAffine") { graph in
    let uses = graph.uses
    return graph.rewriting { new, old, node in
      guard let (scale, bias) = node.operation.affine, let input = node.inputs.first,
        uses[graph.nodes[old].inputs[0]] == 1
      else { return new.add(node) }

      switch new.nodes[input].operation {
      case .input(let inner, let shift):
        new.nodes[input].operation = .input(
          scale: scale.indices.map { scale[$0] * inner[$0] },
          shift: scale.indices.map { scale[$0] * shift[$0] + bias[$0] })
        new.note("affineIntoInput")
        return input
      case .conv(var conv):
        let taps = conv.taps
        for o in 0..<conv.outputs {
          for i in o * taps..<(o + 1) * taps { conv.weights[i] *= scale[o] }
          conv.bias[o] = Float(Double(scale[o]) * Double(conv.bias[o]) + Double(bias[o]))
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

extension Graph.Operation {
  /// A factor and a summand for each channel, where that is all that is done.
  fileprivate var affine: (scale: [Float], shift: [Float])? {
    switch self {
    case .affine(let scale, let shift): (scale, shift)
    case .conv(let conv): conv.diagonal.map { ($0, conv.bias) }
    default: nil
    }
  }
}

extension Convolution {
  /// The diagonal of a 1x1 convolution that mixes no channels; nil for any other.
  package var diagonal: [Float]? {
    guard isPointwise, inputs == outputs else { return nil }
    for o in 0..<outputs { for i in 0..<inputs where i != o && weights[o * inputs + i] != 0 { return nil } }
    return (0..<outputs).map { weights[$0 * inputs + $0] }
  }
}
