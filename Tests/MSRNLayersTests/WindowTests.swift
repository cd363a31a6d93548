import MSRNLayers
import MSRNTensors
import Testing

/// How many windows fit, beside the windows that are counted one by one.
@Suite struct WindowTests {
  /// Windows that begin before the end of the padded map and, without `ceil`, end before it.
  static func counted(_ size: Int, kernel: Int, stride: Int, padding: Int, dilation: Int, ceil: Bool) -> Int {
    let span = dilation * (kernel - 1) + 1
    var count = 0
    for begin in Swift.stride(from: -padding, to: size + padding, by: stride) {
      // With `ceil`, a window that is cut off counts where it begins on the map or the padding before it.
      let isWhole = begin + span <= size + padding
      if isWhole || ceil && begin < size && begin - stride + span < size + padding {
        count += 1
      } else {
        break
      }
    }
    return count
  }

  @Test("windows are as many as can be counted one by one")
  func count() {
    for size in 1...9 {
      for kernel in 1...4 {
        for stride in 1...3 {
          for dilation in 1...2 {
            for padding in 0...(kernel / 2) {
              let window = Window(
                Extent(kernel, 1), stride: Extent(stride, 1), padding: Extent(padding, 0),
                dilation: Extent(dilation, 1))
              let expected = Self.counted(
                size, kernel: kernel, stride: stride, padding: padding, dilation: dilation, ceil: false)
              let count = window.count(over: Extent(size, 5))
              #expect(count == (expected == 0 ? nil : Extent(expected, 5)), "\(size), \(window)")
            }
          }
        }
      }
    }
  }

  @Test("with ceil a last window is cut off, unless it begins in the padding behind the map")
  func ceil() {
    func count(_ size: Int, _ kernel: Extent, _ stride: Extent, _ padding: Extent) -> Int? {
      Window(kernel, stride: stride, padding: padding, ceil: true).count(over: Extent(size, size))?.h
    }
    #expect(count(112, 3, 2, 0) == 56)
    #expect(count(7, 3, 2, 0) == 3)
    #expect(count(8, 3, 2, 0) == 4)
    #expect(count(4, 2, 2, 1) == 3)  // would begin at 5 of 4 rows, in the padding, were it one more
    #expect(count(5, 2, 2, 1) == 3)
    #expect(count(2, 3, 2, 0) == 1)
    #expect(count(1, 3, 1, 0) == nil)
  }

  @Test("the padding left out keeps a map's size at stride 1")
  func same() {
    for kernel in [Extent(1, 7), 3, 5, Extent(3, 1)] {
      for dilation in [Extent(1, 1), 2, 3] {
        #expect(Window(kernel, dilation: dilation).count(over: Extent(6, 9)) == Extent(6, 9))
      }
    }
  }

  @Test("a window without a middle, sizes and strides of none trap")
  func traps() async {
    await #expect(processExitsWith: .failure) { _ = Window(2) }
    await #expect(processExitsWith: .failure) { _ = Window(3, stride: 0) }
    await #expect(processExitsWith: .failure) { _ = Window(0, padding: 0) }
    await #expect(processExitsWith: .failure) { _ = Layer.maxPool(3, stride: 2, padding: 2) }
    await #expect(processExitsWith: .failure) { _ = Layer.conv("a", 4, 3, groups: 3) }
  }
}
