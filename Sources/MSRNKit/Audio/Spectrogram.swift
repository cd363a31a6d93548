public import MSRNTensors

#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// The logarithmic power spectrogram that Spec-ResNet reads.
///
/// As nesl/asvspoof2019 makes it with librosa before 0.10: four seconds at 16 kHz, the peak at 1, a Hann window of 2,048
/// samples every 512, centred and mirrored at both ends, decibels not more than 80 below the loudest.
public enum Spectrogram {
  private static let rate = 16_000, length = 64_000, window = 2_048, hop = 512

  /// The spectrogram of a recording.
  ///
  /// - Parameter sound: One channel at 16 kHz. A shorter one than four seconds is stretched as the authors' code does: each
  ///   sample is repeated, not the recording.
  /// - Returns: `[1, 1025, 126]`: frequencies from 0 to 8 kHz, times.
  /// - Throws: ``WAVError/unsuitable(reason:)``.
  public static func tensor(_ sound: WAV) throws(WAVError) -> Tensor {
    guard sound.rate == rate else {
      throw .unsuitable(reason: "it has \(sound.rate) samples a second, and the network reads \(rate)")
    }
    guard sound.channels.count == 1, let samples = sound.channels.first, !samples.isEmpty else {
      throw .unsuitable(
        reason: sound.channels.count == 1
          ? "it has no samples" : "it has \(sound.channels.count) channels, and the network reads one")
    }
    return decibels(power(normalised(stretched(samples, to: length))))
  }

  /// The first `length` samples, each repeated where there are fewer: `np.repeat(x, length / count + 1)[:length]`.
  package static func stretched(_ samples: [Float], to length: Int) -> [Double] {
    guard samples.count < length else { return samples.prefix(length).map(Double.init) }
    let times = length / samples.count + 1
    return (0..<length).map { Double(samples[$0 / times]) }
  }

  private static func normalised(_ samples: [Double]) -> [Double] {
    let peak = samples.reduce(0) { max($0, abs($1)) }
    return peak > Double(Float.leastNormalMagnitude) ? samples.map { $0 / peak } : samples
  }

  /// The squared magnitudes of the short-time Fourier transform, frame by frame.
  private static func power(_ samples: [Double]) -> [[Double]] {
    let half = window / 2
    func mirrored(_ index: Int) -> Double {
      let last = samples.count - 1
      let inside = index < 0 ? -index : index
      return samples[inside > last ? 2 * last - inside : inside]
    }
    let hann = (0..<window).map { 0.5 - 0.5 * cos(2 * .pi * Double($0) / Double(window)) }
    return stride(from: 0, through: samples.count, by: hop).map { centre in
      let frame = (0..<window).map { hann[$0] * mirrored(centre + $0 - half) }
      return transformed(frame).prefix(half + 1).map { $0.real * $0.real + $0.imaginary * $0.imaginary }
    }
  }

  /// 10 log10 of each power, at least 1e-10, not more than 80 below the largest.
  private static func decibels(_ frames: [[Double]]) -> Tensor {
    let levels = frames.map { $0.map { 10 * log10(max(1e-10, $0)) } }
    let floor = (levels.flatMap { $0 }.max() ?? 0) - 80
    let bins = levels.first?.count ?? 0
    let values = (0..<bins).flatMap { bin in levels.map { Float(max($0[bin], floor)) } }
    return Tensor(shape: [1, bins, levels.count], values: values)
  }

  private typealias Complex = (real: Double, imaginary: Double)

  /// The discrete Fourier transform of as many values as a power of two (Cooley and Tukey, 1965).
  private static func transformed(_ values: [Double]) -> [Complex] {
    let bits = values.count.trailingZeroBitCount
    var result = values.indices.map { index -> Complex in
      let reversed = (0..<bits).reduce(0) { $0 << 1 | index >> $1 & 1 }
      return (values[reversed], 0)
    }
    var size = 2
    while size <= values.count {
      let turn = -2 * Double.pi / Double(size)
      let roots = (0..<size / 2).map { (cos(turn * Double($0)), sin(turn * Double($0))) }
      for start in stride(from: 0, to: values.count, by: size) {
        for k in 0..<size / 2 {
          let (a, b, root) = (result[start + k], result[start + k + size / 2], roots[k])
          let turned = (
            real: b.real * root.0 - b.imaginary * root.1, imaginary: b.real * root.1 + b.imaginary * root.0
          )
          result[start + k] = (a.real + turned.real, a.imaginary + turned.imaginary)
          result[start + k + size / 2] = (a.real - turned.real, a.imaginary - turned.imaginary)
        }
      }
      size *= 2
    }
    return result
  }
}
