import MSRNLayers
import MSRNModels
import MSRNTensors

extension NamedNetwork {
  /// What the network reads where pictures have that size.
  ///
  /// - Parameter size: The pictures' size; nil: what the network was made for.
  /// - Returns: Its input.
  /// - Throws: ``UsageError`` where the network takes no such pictures.
  func input(of size: PixelSize?) throws -> Shape {
    guard let size else { return input }
    let shape = Shape(c: input.c, h: size.height, w: size.width)
    let needed: [Parameter]
    do throws(LayerError) { needed = try layer().weights(for: shape) } catch {
      throw UsageError("\(name), --size \(size): \(error)")
    }
    // A matrix over the whole map has another shape for every size.
    guard needed == weights() else {
      throw UsageError("\(name) takes pictures of \(input.w)x\(input.h) alone, not \(size)")
    }
    return shape
  }
}
