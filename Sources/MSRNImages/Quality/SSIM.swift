#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

extension Luma {
  /// The structural similarity, 1 for equal pictures.
  ///
  /// 11x11 Gaussian window of sigma 1.5, only where it lies wholly inside, K = (0.01, 0.03), L = 255, mean over the
  /// picture without `shave` pixels at each border. Throws when sizes differ or fewer than 11 pixels per side are left.
  /// Source: Wang et al., IEEE Trans. Image Processing 13 (2004), `ssim_index.m`. Double precision throughout, in one
  /// fixed order of operations. Cost: one separable filter over four numbers a pixel; memory: twelve rows of them.
  public func ssim(to reference: Luma, shave: Int) throws(QualityError) -> Double {
    let inside = try compared(with: reference, shave, needed: Window.side)
    var window = Window(columns: inside.columns.count)
    var sum = 0.0
    for y in inside.rows {
      let row = y * width
      window.add(
        width: row + inside.columns.lowerBound..<row + inside.columns.upperBound, values, reference.values)
      if y - inside.rows.lowerBound >= Window.side - 1 { sum += window.similarities() }
    }
    return sum / Double((inside.columns.count - Window.side + 1) * (inside.rows.count - Window.side + 1))
  }
}

/// The Gaussian window on its way down two pictures.
///
/// Of each pixel four numbers are filtered together: a, b, a² + b² and a b. The window is symmetric, so that what is
/// equally far from its middle is added before it is weighted.
private struct Window {
  typealias Moments = SIMD4<Double>

  static let side = 11
  private static let middle = side / 2
  /// The weights by distance from the middle; with the far side counted they sum up to 1.
  private static let weights: SIMD8<Double> = {
    var values = SIMD8<Double>.zero
    for distance in 0...middle { values[distance] = exp(-Double(distance * distance) / (2 * 1.5 * 1.5)) }
    return values / (2 * values.sum() - values[0])
  }()

  /// The weighted sum of eleven neighbours.
  @inline(__always) private static func filtered(
    _ m0: Moments, _ m1: Moments, _ m2: Moments, _ m3: Moments, _ m4: Moments, _ m5: Moments, _ m6: Moments,
    _ m7: Moments, _ m8: Moments, _ m9: Moments, _ m10: Moments
  ) -> Moments {
    let weights = Self.weights
    var sum: Moments = m5 * weights[0]
    sum += (m4 + m6) * weights[1]
    sum += (m3 + m7) * weights[2]
    sum += (m2 + m8) * weights[3]
    sum += (m1 + m9) * weights[4]
    sum += (m0 + m10) * weights[5]
    return sum
  }

  /// How many places it has across.
  private let places: Int
  /// The moments of the last row that came in.
  private var row: [Moments]
  /// Rows filtered across, as many as the window is high; the next one takes the oldest one's place.
  private var rows: [Moments]
  private var next = 0

  init(columns: Int) {
    places = columns - Self.side + 1
    row = [Moments](repeating: .zero, count: columns)
    rows = [Moments](repeating: .zero, count: Self.side * places)
  }

  /// Takes one more row of both pictures.
  mutating func add(width range: Range<Int>, _ a: [Double], _ b: [Double]) {
    for (column, index) in zip(row.indices, range) {
      let (x, y) = (a[index], b[index])
      row[column] = Moments(x, y, x * x + y * y, x * y)
    }
    let start = next * places
    for x in 0..<places {
      rows[start + x] = Self.filtered(
        row[x], row[x + 1], row[x + 2], row[x + 3], row[x + 4], row[x + 5], row[x + 6], row[x + 7],
        row[x + 8], row[x + 9], row[x + 10])
    }
    next = (next + 1) % Self.side
  }

  /// The sum of the similarities at all places across the last eleven rows.
  func similarities() -> Double {
    /// Where the row begins that is so far from the oldest one.
    func start(_ offset: Int) -> Int { (next + offset) % Self.side * places }
    let (s0, s1, s2, s3, s4, s5) = (start(0), start(1), start(2), start(3), start(4), start(5))
    let (s6, s7, s8, s9, s10) = (start(6), start(7), start(8), start(9), start(10))
    let (c1, c2) = (0.01 * 255 * (0.01 * 255), 0.03 * 255 * (0.03 * 255))
    var sum = 0.0
    for x in 0..<places {
      let moments = Self.filtered(
        rows[s0 + x], rows[s1 + x], rows[s2 + x], rows[s3 + x], rows[s4 + x], rows[s5 + x], rows[s6 + x],
        rows[s7 + x], rows[s8 + x], rows[s9 + x], rows[s10 + x])
      let squares = moments.x * moments.x + moments.y * moments.y
      let product = moments.x * moments.y
      let above = (2 * product + c1) * (2 * (moments.w - product) + c2)
      let below = (squares + c1) * (moments.z - squares + c2)
      sum += above / below
    }
    return sum
  }
}
