import MSRNLayers
import MSRNTensors
import MSRNTestSupport

/// A small network of the kinds that classify, with weights and a picture, all from one seed: strides, groups, dilations, poolings,
/// normalisations, gates and matrices.
struct RandomClassifier {
  let layer: Layer
  let weights: Weights
  let input: Tensor

  init(seed: UInt64) {
    var maker = Maker(random: SplitMix(seed: seed))
    let channels = maker.pick([1, 3, 3, 16, 20])
    let shape = Shape(c: channels, h: maker.pick([9, 12, 21, 32]), w: maker.pick([9, 14, 23, 32]))
    var layers: [Layer] = []
    var map = shape
    for _ in 0..<maker.pick([2, 3, 5]) {
      let layer = maker.layer(map, depth: 2)
      // A network that its picture is too small for goes without that layer.
      guard let next = try? layer.shape(for: map) else { continue }
      layers.append(layer)
      map = next
    }
    if maker.chance(2) {
      if maker.chance(2) { layers.append(.adaptiveAverage(maker.pick([1, 2, Extent(3, 2)]))) }
      map = (try? Layer.sequence(layers).shape(for: shape)) ?? map
      if layers.last.map({ if case .adaptiveAverage = $0 { true } else { false } }) ?? false || map.h == map.w
      {
        layers.append(.linear(Linear(name: "fc", outputs: maker.pick([10, 33]), bias: !maker.chance(3))))
      }
    }
    layer = .scope("net", .sequence(layers))
    var weights = Weights()
    for parameter in (try? layer.weights(for: shape)) ?? [] {
      weights.tensors[parameter.name] = maker.values(for: parameter)
    }
    self.weights = weights
    input = Tensor(
      shape: [shape.c, shape.h, shape.w], values: (0..<shape.count).map { _ in maker.random.unit() })
  }

  private struct Maker: RandomMaker {
    var random: SplitMix
    var names = 0

    mutating func conv(_ map: Shape, outputs: Int? = nil) -> Layer {
      let kernel: Extent = pick([1, 3, 3, 5, 7, Extent(1, 7), Extent(7, 1), Extent(3, 2)])
      let dilation: Extent = chance(5) ? 2 : 1
      let span = Extent(dilation.h * (kernel.h - 1), dilation.w * (kernel.w - 1))
      let padding = chance(4) ? pick([0, 1, Extent(2, 0)]) : Extent(span.h / 2, span.w / 2)
      let window = Window(
        kernel, stride: pick([1, 1, 2, 2, 4, Extent(2, 1)]), padding: padding, dilation: dilation)
      let groups = chance(3) ? pick([2, 4, 8].filter { map.c % $0 == 0 } + [1]) : 1
      let wide = outputs ?? (groups > 1 && chance(2) ? map.c : pick([groups, 3 * groups, 16, 24, 32, 64]))
      return .conv(
        Conv(
          name: name("conv"), outputs: wide % groups == 0 ? wide : groups, window: window, groups: groups,
          bias: chance(2)))
    }

    mutating func same(_ channels: Int, kernel: Int = 3) -> Layer {
      .conv(Conv(name: name("same"), outputs: channels, kernel: kernel, bias: false))
    }

    mutating func norm() -> Layer { .batchNorm(BatchNorm(name: name("bn"))) }
    mutating func activation() -> Layer {
      .activation(pick([.relu, .relu, .relu, .leakyReLU(slope: 0.25), .sigmoid]))
    }

    mutating func pool() -> Layer {
      let kernel: Extent = pick([2, 3, 3, Extent(2, 3), 1])
      let padding: Extent = kernel.h == 3 && kernel.w == 3 && chance(2) ? 1 : 0
      let window = Window(kernel, stride: pick([1, 2, 2, 3]), padding: padding, ceil: chance(2))
      return .pool(
        Pool(pick([.max, .max, .average(countsPadding: true), .average(countsPadding: false)]), window))
    }

    mutating func layer(_ map: Shape, depth: Int) -> Layer {
      switch pick(Array(0..<(depth > 0 ? 13 : 6))) {
      case 0: return .sequence([conv(map), norm(), activation()])
      case 1: return conv(map)
      case 2: return pool()
      case 3: return .sequence([norm(), activation()])
      case 4: return activation()
      case 5: return chance(2) ? .affine(scale: 0.5, shift: 1) : .padChannels(before: 3, after: pick([0, 5]))
      case 6:  // a residual block, perhaps with a projection
        let stride: Extent = pick([1, 2])
        let outputs = stride == 1 && chance(2) ? map.c : pick([16, 24])
        let window = Window(3, stride: stride), one = Window(1, stride: stride)
        let body: Layer = .sequence([
          .conv(Conv(name: name("a"), outputs: outputs, window: window, bias: false)), norm(),
          .activation(.relu), same(outputs), norm(),
        ])
        let shortcut: Layer =
          outputs == map.c && stride == 1
          ? .sequence([])
          : .sequence([.conv(Conv(name: name("s"), outputs: outputs, window: one, bias: false)), norm()])
        return .sequence([.sum([body, shortcut]), .activation(.relu)])
      case 7:  // a dense block
        var layers: [Layer] = [], channels = map.c
        for _ in 0..<2 {
          let growth = pick([12, 16])
          layers.append(
            .concat([
              .sequence([]), .sequence([norm(), .activation(.relu), same(growth, kernel: pick([1, 3]))]),
            ]))
          channels += growth
        }
        return .sequence(layers)
      case 8:  // branches of several kernels
        return .concat([
          same(16, kernel: 1), .sequence([same(8, kernel: 1), .activation(.relu), same(16, kernel: 5)]),
          .sequence([.pool(Pool(.max, Window(3, padding: 1))), same(24, kernel: 1)]),
        ])
      case 9:  // a gate
        return .product([
          same(map.c),
          .sequence([same(map.c, kernel: 1), .activation(.sigmoid), .affine(scale: 1, shift: 1)]),
        ])
      case 10:  // an attention mask
        return .sequence([
          .hourglass(
            .sequence([.pool(Pool(.max, Window(3, stride: 2, padding: 1))), same(map.c), .activation(.relu)])),
          .activation(.sigmoid),
        ])
      case 11: return .localResponseNorm(LocalResponseNorm(size: pick([3, 5]), alpha: 0.5, k: 2))
      default: return .sequence([layer(map, depth: depth - 1)])
      }
    }

    mutating func values(for parameter: Parameter) -> Tensor {
      let isVariance = parameter.name.hasSuffix("running_var")
      let taps = max(1, parameter.count / max(1, parameter.shape[0]))
      let scale = parameter.shape.count > 1 ? 2 / Float(taps).squareRoot() : 1
      return Tensor(
        shape: parameter.shape,
        values: (0..<parameter.count).map { _ in
          isVariance ? 0.5 + abs(random.unit()) : random.unit() * scale
        })
    }
  }
}
