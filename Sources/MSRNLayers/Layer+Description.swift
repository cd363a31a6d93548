extension Layer: CustomStringConvertible {
  /// The network as indented text, one line a layer, for `msrn inspect` and for comparison by eye.
  public var description: String { lines(indent: "").joined(separator: "\n") }

  /// What the layer does, in a word or two.
  ///
  /// Of windows, what is not 1 and not the padding that keeps a map's size: `conv 3x3 /2 pad 0`.
  public var kind: String {
    switch self {
    case .conv(let conv):
      "conv \(conv.window.text(samePadding: true))" + (conv.groups > 1 ? ", \(conv.groups) groups" : "")
    case .linear: "linear"
    case .batchNorm: "batch norm"
    case .activation(.relu): "relu"
    case .activation(.leakyReLU(let slope)): "leaky relu \(slope)"
    case .activation(.sigmoid): "sigmoid"
    case .pool(let pool):
      switch pool.kind {
      case .max: "max pool \(pool.window.text(samePadding: false))"
      case .average(let counts):
        "average pool \(pool.window.text(samePadding: false))"
          + (pool.window.padding == 0 || counts ? "" : " not counted")
      }
    case .adaptiveAverage(let extent): extent == 1 ? "global average" : "average to \(extent)"
    case .localResponseNorm(let norm): "lrn \(norm.size)"
    case .affine(let scale, let shift): "x \(scale) + \(shift)"
    case .padChannels(let before, let after): "zero channels \(before)+\(after)"
    case .pixelShuffle(let r): "shuffle x\(r)"
    case .sequence(let layers): layers.isEmpty ? "identity" : "sequence of \(layers.count)"
    case .concat(let branches): "concat of \(branches.count)"
    case .sum(let branches): "sum of \(branches.count)"
    case .product(let branches): "product of \(branches.count)"
    case .cascade(let layers): "cascade of \(layers.count)"
    case .hourglass: "hourglass"
    case .scope(let name, _): "scope \(name)"
    }
  }

  private func lines(indent: String) -> [String] {
    let inner = indent + "  "
    switch self {
    case .conv(let conv):
      return [indent + "\(kind) \(conv.name) -> \(conv.outputs)" + (conv.bias ? "" : ", no bias")]
    case .linear(let linear):
      return [indent + "\(kind) \(linear.name) -> \(linear.outputs)" + (linear.bias ? "" : ", no bias")]
    case .batchNorm(let norm):
      return [indent + "\(kind) \(norm.name)"]
    case .activation, .pool, .adaptiveAverage, .localResponseNorm, .affine, .padChannels, .pixelShuffle:
      return [indent + kind]
    case .sequence(let layers), .concat(let layers), .sum(let layers), .product(let layers),
      .cascade(let layers):
      return [indent + kind] + layers.flatMap { $0.lines(indent: inner) }
    case .hourglass(let layer), .scope(_, let layer):
      return [indent + kind] + layer.lines(indent: inner)
    }
  }
}

extension Window {
  /// Kernel, stride and dilation unless 1, padding unless the usual one of its kind.
  fileprivate func text(samePadding: Bool) -> String {
    func text(_ extent: Extent) -> String { extent.h == extent.w ? "\(extent.h)" : "\(extent)" }
    let usual = samePadding ? Extent((span.h - 1) / 2, (span.w - 1) / 2) : 0
    return "\(kernel)" + (stride == 1 ? "" : " /\(text(stride))")
      + (dilation == 1 ? "" : " dilated \(text(dilation))")
      + (padding == usual ? "" : " pad \(text(padding))") + (ceil ? " ceil" : "")
  }
}
