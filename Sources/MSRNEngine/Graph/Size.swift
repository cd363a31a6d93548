package import MSRNLayers

/// Rows and columns of a map, as they follow from the picture's.
package indirect enum Size: Hashable, Sendable {
  /// As many as the picture has.
  case picture
  /// So many times as many.
  case times(Int, Size)
  /// One for each window over a map, whose padding has been taken from its kernel: windows of which there are always equally many are
  /// equal.
  case windows(Window, Size)
  /// Whatever the picture's are.
  case fixed(Extent)

  /// The size of a map of the windows over this one.
  package func windows(_ window: Window) -> Size {
    if window.ceil { return .windows(window, self) }
    let rest = Extent(window.span.h - 2 * window.padding.h, window.span.w - 2 * window.padding.w)
    if rest == 1 && window.stride == 1 { return self }
    guard rest.h > 0, rest.w > 0 else { return .windows(window, self) }
    return .windows(Window(rest, stride: window.stride, padding: 0), self)
  }

  /// The size of a map that has so many times as many rows and columns.
  package func times(_ factor: Int) -> Size {
    switch self {
    case _ where factor == 1: self
    case .times(let inner, let size): .times(inner * factor, size)
    default: .times(factor, self)
    }
  }

  /// Rows and columns per row and column of the picture; nil where they are no multiple of the picture's.
  package var factor: Int? {
    switch self {
    case .picture: 1
    case .times(let factor, .picture): factor
    case .times, .windows, .fixed: nil
    }
  }

  /// Rows and columns for a picture of so many; traps where the picture is too small for a window.
  package func extent(_ picture: Extent) -> Extent {
    switch self {
    case .picture: return picture
    case .times(let factor, let size):
      let inner = size.extent(picture)
      return Extent(inner.h * factor, inner.w * factor)
    case .windows(let window, let size):
      let inner = size.extent(picture)
      guard let count = window.count(over: inner) else {
        preconditionFailure("a map of \(inner) is too small for a window of \(window.span)")
      }
      return count
    case .fixed(let extent): return extent
    }
  }
}
