import MSRNLayers
import MSRNTensors
import MSRNTestSupport

/// A small network with weights and a picture, all from one seed: every layer kind, in every neighbourhood that a pass looks for.
struct RandomNetwork {
  let layer: Layer
  let weights: Weights
  let input: Tensor

  init(seed: UInt64) {
    var maker = Maker(random: SplitMix(seed: seed))
    let channels = maker.pick([1, 3, 3, 16, 20, 33])
    var wire = Wire(channels: channels, factor: 1)
    var layers: [Layer] = maker.chance(2) ? [maker.affine(&wire)] : []
    for _ in 0..<maker.pick([1, 2, 3]) { layers.append(maker.layer(&wire, depth: 3)) }
    if maker.chance(2) { layers.append(maker.conv(&wire, outputs: maker.pick([1, 3, 16]))) }
    if maker.chance(3) { layers.append(maker.affine(&wire)) }
    layer = .scope("net", .sequence(layers))

    var weights = Weights()
    for parameter in layer.weights(inputs: channels) {
      weights.tensors[parameter.name] = maker.values(for: parameter)
    }
    self.weights = weights
    let shape = Shape(c: channels, h: maker.pick([1, 2, 5, 13, 17]), w: maker.pick([1, 3, 7, 19, 31]))
    input = Tensor(
      shape: [shape.c, shape.h, shape.w], values: (0..<shape.count).map { _ in maker.random.unit() })
  }

  private struct Wire { var channels: Int, factor: Int }

  private struct Maker: RandomMaker {
    var random: SplitMix
    var names = 0

    mutating func conv(_ wire: inout Wire, outputs: Int, kernel: Int? = nil) -> Layer {
      wire.channels = outputs
      return .conv(
        Conv(name: name("conv"), outputs: outputs, kernel: kernel ?? pick([1, 3, 5]), bias: !chance(4)))
    }

    /// A convolution that scales and shifts each channel.
    mutating func affine(_ wire: inout Wire) -> Layer {
      .conv(Conv(name: name("affine"), outputs: wire.channels, kernel: 1))
    }

    mutating func layer(_ wire: inout Wire, depth: Int, shuffles: Bool = true) -> Layer {
      let widths = [1, 3, 16, 17, 24, 32, 40, 64]
      switch pick(Array(0..<(depth > 0 ? 12 : 3))) {
      case 0: return conv(&wire, outputs: pick(widths))
      case 1: return .sequence([conv(&wire, outputs: pick(widths)), .relu])
      case 2: return chance(2) ? .relu : .sequence([])
      case 3:
        return .scope(
          name("scope"),
          .sequence((0..<pick([2, 3])).map { _ in layer(&wire, depth: depth - 1, shuffles: shuffles) }))
      case 4:
        return joined(&wire, depth: depth) { .concat($0) }
      case 5, 6: return sum(&wire, depth: depth)
      case 7:
        return .sequence([
          joined(&wire, depth: depth) { .concat($0) }, conv(&wire, outputs: pick(widths), kernel: 1),
        ])
      case 8, 9:
        var layers: [Layer] = []
        var total = wire.channels
        for _ in 0..<pick([1, 2, 3]) {
          layers.append(layer(&wire, depth: depth - 1, shuffles: false))
          total += wire.channels
        }
        wire.channels = total
        return chance(3)
          ? .cascade(layers) : .sequence([.cascade(layers), conv(&wire, outputs: pick(widths), kernel: 1)])
      case 10 where shuffles && wire.factor <= 2: return shuffle(&wire)
      default: return .sequence([conv(&wire, outputs: pick(widths)), affine(&wire)])
      }
    }

    mutating func joined(_ wire: inout Wire, depth: Int, _ join: ([Layer]) -> Layer) -> Layer {
      var total = 0
      let branches: [Layer] = (0..<pick([2, 2, 3])).map { _ in
        var branch = wire
        defer { total += branch.channels }
        return layer(&branch, depth: depth - 1, shuffles: false)
      }
      wire.channels = total
      return join(branches)
    }

    /// Branches made equal in channels by a convolution at their end, or a plain residual.
    mutating func sum(_ wire: inout Wire, depth: Int) -> Layer {
      let channels = wire.channels
      let body = layer(&wire, depth: depth - 1, shuffles: false)
      let close = conv(&wire, outputs: channels)
      let tail: [Layer] = chance(4) ? [.relu] : []
      let residual = Layer.sequence([body, close] + tail)
      var other = Wire(channels: channels, factor: wire.factor)
      let branches: [Layer]
      switch pick([0, 1, 2, 3, 4]) {
      case 0, 1: branches = [residual, .sequence([])]
      case 2: branches = [.sequence([]), residual, .relu]
      case 3: branches = [.relu, .sequence([])]
      default:
        branches = [.sequence([layer(&other, depth: 0), conv(&other, outputs: channels), .relu]), residual]
      }
      wire.channels = channels
      return chance(3) ? .sequence([.sum(branches), .relu]) : .sum(branches)
    }

    mutating func shuffle(_ wire: inout Wire) -> Layer {
      let r = wire.factor == 1 ? pick([1, 2, 3]) : 2
      wire.factor *= r
      if wire.channels % (r * r) == 0, chance(2) {
        wire.channels /= r * r
        return .sequence([.relu, .pixelShuffle(r)])
      }
      let channels = pick([1, 3, 8, 16, 20])
      let before = conv(&wire, outputs: channels * r * r)
      wire.channels = channels
      switch pick([0, 1, 2, 3]) {
      case 0: return .sequence([before, .pixelShuffle(r), .relu])
      case 1: return .sequence([before, .pixelShuffle(r)])
      default:
        // A tail to fold, perhaps of two shuffles.
        var layers = [before, .pixelShuffle(r)]
        if wire.factor <= 2, r == 2, chance(2) {
          wire.factor *= 2
          layers += [conv(&wire, outputs: channels * 4, kernel: 3), .pixelShuffle(2)]
          wire.channels = channels
        }
        return .sequence(layers + [conv(&wire, outputs: pick([1, 3]), kernel: 3)])
      }
    }

    mutating func values(for parameter: Parameter) -> Tensor {
      let fanIn = Float(max(parameter.shape.dropFirst().reduce(1, *), 1))
      var tensor = Tensor(
        shape: parameter.shape,
        values: (0..<parameter.count).map { _ in random.unit() * (3 / fanIn).squareRoot() })
      if parameter.name.contains("affine") && parameter.shape.count == 4 {
        let channels = parameter.shape[0]
        for o in 0..<channels { for i in 0..<channels where i != o { tensor.values[o * channels + i] = 0 } }
      }
      return tensor
    }
  }
}
