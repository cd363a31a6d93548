import Foundation
import MSRNKit
import MSRNTensors
import MSRNTestSupport
import Testing

/// Spec-ResNet's input beside SciPy's, which `Tests/Golden/classification.py` made.
@Suite struct SpectrogramTests {
  @Test("a recording that is too short, stretched, normalised, transformed, in decibels: SciPy's")
  func scipy() throws {
    let uniform = CounterWeights.uniform("sound", 30_000)
    let samples = uniform.indices.map { Float(uniform[$0] - 0.5 + 0.4 * sin(Double($0) * 0.1)) }
    let result = try Spectrogram.tensor(WAV(rate: 16_000, channels: [samples]))
    #expect(result.shape == [1, 1025, 126])
    let file = try Weights.read(Golden.bytes("classification.safetensors")).tensors
    let expected = try #require(file["spectrogram"])
    for bin in 0..<1025 {
      for (column, frame) in [0, 1, 60, 125].enumerated() {
        let difference = result.values[bin * 126 + frame] - expected.values[bin * 4 + column]
        #expect(abs(difference) < 1e-4, "bin \(bin), frame \(frame)")
      }
    }
  }

  @Test("each sample is repeated, not the recording; a longer one is cut")
  func stretched() {
    #expect(Spectrogram.stretched([1, 2, 3], to: 7) == [1, 1, 1, 2, 2, 2, 3])
    #expect(Spectrogram.stretched([1, 2], to: 4) == [1, 1, 1, 2])
    #expect(Spectrogram.stretched([1, 2, 3], to: 3) == [1, 2, 3])
    #expect(Spectrogram.stretched([1, 2, 3], to: 2) == [1, 2])
  }

  @Test("a tone stands in its own bin; silence is 0 dB below nothing")
  func tone() throws {
    let tone = (0..<64_000).map { Float(0.25 * sin(2 * .pi * 1000 * Double($0) / 16_000)) }
    let result = try Spectrogram.tensor(WAV(rate: 16_000, channels: [tone]))
    // 1 kHz is bin 128 of 7.8125 Hz each; its power is (2048 / 4)^2, the peak being 1.
    let column = (0..<1025).map { result.values[$0 * 126 + 60] }
    #expect(column.firstIndex(of: column.max() ?? 0) == 128)
    #expect(abs(column[128] - 20 * log10(Float(512))) < 0.01)
    let silence = try Spectrogram.tensor(WAV(rate: 16_000, channels: [[Float](repeating: 0, count: 100)]))
    #expect(silence.values.allSatisfy { $0 == -100 })
  }

  @Test("another rate, more channels, none of anything")
  func unsuitable() {
    for sound in [
      WAV(rate: 44_100, channels: [[0]]), WAV(rate: 16_000, channels: [[0], [0]]),
      WAV(rate: 16_000, channels: [[]]), WAV(rate: 16_000, channels: []),
    ] {
      #expect(throws: WAVError.self) { try Spectrogram.tensor(sound) }
    }
  }
}
