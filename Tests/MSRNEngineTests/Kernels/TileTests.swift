import CMSRNEmulatedTiles
import CMSRNKernels
import Foundation
import MSRNTestSupport
import Testing

/// The matrix tiles as Swift sees them; `Tests/Sanitize/tiles.c` goes through all shapes.
@Suite struct TileTests {
  static let modes = [MSRN_TILE_FP16, MSRN_TILE_BF16, MSRN_TILE_FP16X3]

  @Test("many threads that ask at once get the same answer, and tiles only where the processor has them")
  func detection() async throws {
    let answers = await withTaskGroup(of: [Bool].self) { group in
      for _ in 0..<64 {
        group.addTask {
          Self.modes.map { mode in
            guard let table = unsafe msrn_tiles(mode) else { return false }
            return unsafe table.pointee.mode == mode
          }
        }
      }
      return await group.reduce(into: []) { $0.append($1) }
    }
    #expect(Set(answers).count == 1)
    let available = try #require(answers.first)
    #if arch(x86_64) && os(Linux)
    let flags = try String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8).split { $0.isWhitespace }
    #expect(!available.contains(true) || flags.contains("amx_tile"))
    #expect(available[1] == (flags.contains("amx_bf16") && flags.contains("avx512_bf16")))
    #expect(available[0] == available[2], "three products need what one product needs")
    #else
    #expect(!available.contains(true))
    #endif
  }

  @Test("three products are as accurate as fp32, fp16 is more so than bf16")
  func accuracy() {
    var random = SplitMix(seed: 1)
    let (channels, pixels) = (256, 64)
    // Sums of uniform numbers, as good as normal ones here.
    func normal() -> Float { (0..<12).reduce(-6) { sum, _ in sum + .random(in: 0..<1, using: &random) } }
    let x = (0..<pixels * channels).map { _ in normal() }, w = (0..<16 * channels).map { _ in normal() / 16 }

    /// The root mean square of what `sum` is off, which gets the pixel and the output.
    func error(_ sum: (Int, Int) -> Float) -> Double {
      var squares = 0.0
      for p in 0..<pixels {
        for o in 0..<16 {
          let exact = (0..<channels).reduce(0.0) {
            $0 + Double(x[p * channels + $1]) * Double(w[o * channels + $1])
          }
          squares += (Double(sum(p, o)) - exact) * (Double(sum(p, o)) - exact)
        }
      }
      return (squares / Double(pixels * 16)).squareRoot()
    }
    let single = error { p, o in
      (0..<channels).reduce(0) { ($0).addingProduct(x[p * channels + $1], w[o * channels + $1]) }
    }
    let errors = Self.modes.map { mode in
      let y = product(mode, x: x, w: w, channels: channels, pixels: pixels)
      return error { p, o in y[p * 16 + o] }
    }
    #expect(errors[0] < errors[1] / 4 && errors[0] > 100 * single, "fp16 \(errors[0]), bf16 \(errors[1])")
    #expect(errors[2] < 2 * single && single < 2e-6, "three products \(errors[2]), fp32 \(single)")
  }

  /// `[pixels][16]` of a 1x1 convolution of `x`, `[pixels][channels]`, with `w`, `[16][channels]`, in the emulation.
  private func product(_ mode: msrn_tile_mode, x: [Float], w: [Float], channels: Int, pixels: Int) -> [Float]
  {
    func memory<T>(_ count: Int, of zero: T) -> UnsafeMutablePointer<T> {
      let raw = UnsafeMutableRawPointer.allocate(byteCount: count * MemoryLayout<T>.stride, alignment: 64)
      return unsafe raw.initializeMemory(as: T.self, repeating: zero, count: count)
    }
    guard let table = unsafe emulated_tiles(mode) else { preconditionFailure("every mode is emulated") }
    let blocks = channels / 32, scale: Float = mode == MSRN_TILE_FP16X3 ? 1024 : 1
    let wide = unsafe memory(pixels * channels, of: Float(0)), bias = unsafe memory(16, of: Float(0))
    let high = unsafe memory(pixels * channels, of: UInt16(0)),
      low = unsafe memory(pixels * channels, of: UInt16(0))
    let y = unsafe memory(pixels * 16, of: Float(0))
    let packed = unsafe memory(
      msrn_tile_weights(mode, 1, Int32(blocks), 1), of: UInt16(0))
    defer {
      unsafe wide.deallocate()
      unsafe bias.deallocate()
      unsafe high.deallocate()
      unsafe low.deallocate()
      unsafe y.deallocate()
      unsafe packed.deallocate()
    }
    for p in 0..<pixels {
      for c in 0..<channels { unsafe wide[c / 16 * pixels * 16 + p * 16 + c % 16] = x[p * channels + c] }
    }
    let slots = (0..<channels).map(Int32.init)
    let wideBlocks = (0..<channels / 16).map { $0 * pixels * 16 }
    let halves = (0..<channels / 16).map { $0 / 2 * pixels * 32 + $0 % 2 * 16 }
    let narrowBlocks = (0..<blocks).map { $0 * pixels * 32 }
    unsafe w.withUnsafeBufferPointer { w in
      unsafe slots.withUnsafeBufferPointer { slots in
        var pack = unsafe msrn_tile_pack()
        unsafe (pack.weights, pack.packed) = unsafe (w.baseAddress, packed)
        unsafe pack.input_slot = slots.baseAddress
        unsafe pack.output_slot = slots.baseAddress
        unsafe (pack.scale, pack.inputs, pack.outputs) = (scale, Int32(channels), 16)
        unsafe (pack.in_blocks, pack.out_blocks, pack.kernel, pack.mode) = (Int32(blocks), 1, 1, mode)
        #expect(unsafe msrn_tile_pack_weights(&pack) < table.pointee.limit)
      }
    }
    unsafe wideBlocks.withUnsafeBufferPointer { wideBlocks in
      unsafe halves.withUnsafeBufferPointer { halves in
        var copy = unsafe msrn_tile_copy()
        unsafe (copy.wide, copy.wide_block) = unsafe (wide, wideBlocks.baseAddress)
        unsafe (copy.narrow, copy.narrow_low, copy.narrow_block) = unsafe (high, low, halves.baseAddress)
        unsafe copy.blocks = Int32(channels / 16)
        #expect(unsafe table.pointee.narrow(&copy, 0, 1, 0, Int32(pixels)) == x.map(abs).max())
      }
    }
    unsafe narrowBlocks.withUnsafeBufferPointer { narrowBlocks in
      var conv = unsafe msrn_tile_conv()
      unsafe (conv.x, conv.x_low, conv.x_block) = unsafe (
        UnsafePointer(high), UnsafePointer(low), narrowBlocks.baseAddress
      )
      unsafe (conv.weights, conv.bias, conv.scale) = unsafe (
        UnsafePointer(packed), UnsafePointer(bias), 1 / scale
      )
      unsafe (conv.y, conv.y_pixel, conv.y_block) = unsafe (y, 16, narrowBlocks.baseAddress)
      unsafe (conv.in_blocks, conv.out_blocks, conv.kernel) = (Int32(blocks), 1, 1)
      _ = unsafe table.pointee.conv(&conv, 0, 1, 0, Int32(pixels))
    }
    return unsafe Array(UnsafeBufferPointer(start: y, count: pixels * 16))
  }
}
