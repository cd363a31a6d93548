/// How large a result is to be: a rule that gives every picture its size.
///
/// Sides are those of the upright picture. A side that follows from another one, or from a factor, is rounded to the nearest
/// whole number of pixels, half up, and is at least 1.
public enum TargetSize: Hashable, Sendable {
  /// So many times as wide and high; need not be whole.
  case scale(Double)
  /// A box to bring the picture into; a side that is `nil` may be anything. At least one is given.
  case box(width: Int?, height: Int?, fit: Fit = .inside, when: Condition = .always)
  /// So many million pixels in all.
  case megapixels(Double)
  /// So many pixels along the longer side.
  case maxSide(Int)

  /// How a picture meets a box of another shape.
  public enum Fit: String, Hashable, Sendable {
    /// As large as goes into the box; the shape is kept.
    case inside = ""
    /// As small as covers the box; the shape is kept.
    case covering = "^"
    /// The box's own sides; the picture is distorted.
    case exactly = "!"
  }

  /// Which pictures a box is for; the others keep their size.
  public enum Condition: String, Hashable, Sendable {
    /// All.
    case always = ""
    /// Those that are larger in some direction.
    case ifLarger = ">"
    /// Those that are smaller in each direction.
    case ifSmaller = "<"
  }

  /// Reads `WxH` and what may follow it: `!` or `^`, and `<` or `>`.
  ///
  /// - Parameter geometry: the text, as ImageMagick has it; `nil` comes back where it is another one.
  public init?(geometry: String) {
    var text = Substring(geometry)
    var (fit, when) = (Fit.inside, Condition.always)
    while let last = text.last, let sign = Self.sign(last) {
      switch sign {
      case .fit(let found) where fit == .inside: fit = found
      case .condition(let found) where when == .always: when = found
      default: return nil
      }
      text.removeLast()
    }
    let sides = text.split(separator: "x", omittingEmptySubsequences: false)
    guard sides.count == 2, sides.allSatisfy({ $0.utf8.allSatisfy { (48...57).contains($0) } }),
      let width = Int(sides[0]), let height = Int(sides[1]), Self.sides.contains(width),
      Self.sides.contains(height)
    else { return nil }
    self = .box(width: width, height: height, fit: fit, when: when)
  }

  /// The sides that may be asked for.
  public static let sides = 1...1_000_000

  private enum Sign {
    case fit(Fit)
    case condition(Condition)
  }

  private static func sign(_ character: Character) -> Sign? {
    Fit(rawValue: String(character)).map { .fit($0) }
      ?? Condition(rawValue: String(character)).map { .condition($0) }
  }

  /// The scale, where it is a whole number.
  public var wholeScale: Int? {
    if case .scale(let scale) = self, scale == scale.rounded(), scale < 1e9 { Int(scale) } else { nil }
  }

  /// Whether a picture and the same one turned by a quarter come to different sizes.
  public var dependsOnTurn: Bool { if case .box = self { true } else { false } }

  /// The size that a picture comes to.
  ///
  /// - Parameters:
  ///   - width: columns of the upright picture.
  ///   - height: rows of it.
  /// - Returns: columns and rows of the result, each at least 1.
  public func size(width: Int, height: Int) -> (width: Int, height: Int) {
    let (w, h) = (Double(width), Double(height))
    func scaled(_ factor: Double) -> (width: Int, height: Int) {
      (Self.rounded(w * factor), Self.rounded(h * factor))
    }
    switch self {
    case .scale(let scale): return scaled(scale)
    case .megapixels(let count): return scaled((count * 1e6 / (w * h)).squareRoot())
    case .maxSide(let side):
      return width >= height
        ? (side, Self.rounded(h * Double(side) / w)) : (Self.rounded(w * Double(side) / h), side)
    case .box(let boxWidth, let boxHeight, let fit, let when):
      let isLarger = width > boxWidth ?? .max || height > boxHeight ?? .max
      let isSmaller = width < boxWidth ?? .max && height < boxHeight ?? .max
      if when == .ifLarger && !isLarger || when == .ifSmaller && !isSmaller { return (width, height) }
      guard let boxWidth else { return fitted(width, height, toHeight: boxHeight ?? height) }
      guard let boxHeight else { return fitted(width, height, toWidth: boxWidth) }
      if fit == .exactly { return (boxWidth, boxHeight) }
      // Products, so that a picture of the box's shape meets it exactly.
      let widthDecides = (boxWidth * height <= boxHeight * width) == (fit == .inside)
      return widthDecides
        ? fitted(width, height, toWidth: boxWidth) : fitted(width, height, toHeight: boxHeight)
    }
  }

  private func fitted(_ width: Int, _ height: Int, toWidth side: Int) -> (width: Int, height: Int) {
    (side, Self.rounded(Double(height) * Double(side) / Double(width)))
  }

  private func fitted(_ width: Int, _ height: Int, toHeight side: Int) -> (width: Int, height: Int) {
    (Self.rounded(Double(width) * Double(side) / Double(height)), side)
  }

  private static func rounded(_ side: Double) -> Int { Int(min(max((side + 0.5).rounded(.down), 1), 1e12)) }
}

extension TargetSize: CustomStringConvertible {
  /// What is asked for, for a log: `scale=4`, `size=800x600^`, `width=800`.
  public var description: String {
    switch self {
    case .scale(let scale): "scale=\(Self.text(scale))"
    case .megapixels(let count): "megapixels=\(Self.text(count))"
    case .maxSide(let side): "max-side=\(side)"
    case .box(let width?, let height?, let fit, let when):
      "size=\(width)x\(height)\(fit.rawValue)\(when.rawValue)"
    case .box(let width, let height, _, _):
      width.map { "width=\($0)" } ?? "height=\(height ?? 0)"
    }
  }

  /// The same in a file's name: `x4`, `800x600`, `w800`, `h600`, `2.5mp`, `max4000`.
  public var nameText: String {
    switch self {
    case .scale(let scale): "x\(Self.text(scale))"
    case .megapixels(let count): "\(Self.text(count))mp"
    case .maxSide(let side): "max\(side)"
    case .box(let width?, let height?, _, _): "\(width)x\(height)"
    case .box(let width, let height, _, _): width.map { "w\($0)" } ?? "h\(height ?? 0)"
    }
  }

  /// A number without a fraction that says nothing.
  private static func text(_ number: Double) -> String {
    number == number.rounded() && abs(number) < 1e15 ? String(Int(number)) : String(number)
  }
}
