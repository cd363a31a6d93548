import ArgumentParser
import Synchronization

/// How the command tells how far it is, always on standard error.
enum ProgressStyle: String, CaseIterable, ExpressibleByArgument {
  /// One line that is drawn again and again.
  case bar
  /// A line for each tenth.
  case plain
  /// A JSON object on a line of its own, for each hundredth.
  case json
  case none

  /// What is used where nothing is asked for: a bar where a person sees it.
  static var automatic: ProgressStyle { StandardError.isTerminal ? .bar : .none }
}

/// Shows how far one piece of work is and how long it will still take.
final class ProgressDisplay {
  /// Whether a bar is on the terminal, which the thread that ends the program has to know.
  private static let barIsShown = Atomic<Bool>(false)

  private let style: ProgressStyle
  /// What is being worked on.
  var label: String
  private let start = ContinuousClock.now
  private var lastDrawn: ContinuousClock.Instant?
  private var lastStep = 0

  init(_ style: ProgressStyle, label: String) { (self.style, self.label) = (style, label) }

  /// Shows a share of the work, 0...1.
  func show(_ share: Double) {
    let now = ContinuousClock.now
    let elapsed = (now - start).seconds
    let left = share > 0.005 ? elapsed * (1 - share) / share : nil
    switch style {
    case .none: break
    case .bar:
      if let lastDrawn, now - lastDrawn < .milliseconds(100), share < 1 { return }
      lastDrawn = now
      Self.barIsShown.store(true, ordering: .relaxed)
      StandardError.write(
        "\r" + Self.bar(label: label, share: share, left: left, columns: StandardError.columns))
    case .plain:
      let step = Int(share * 10)
      guard step > lastStep else { return }
      lastStep = step
      StandardError.write("msrn: \(label): \(step * 10) %\(left.map { ", \(Self.time($0)) left" } ?? "")\n")
    case .json:
      let step = Int(share * 100)
      guard step > lastStep else { return }
      lastStep = step
      let event = Event(
        picture: label, progress: Self.rounded(share), seconds: Self.rounded(elapsed),
        secondsLeft: left.map(Self.rounded))
      if let line = try? JSONLine.text(event) { StandardError.write(line + "\n") }
    }
  }

  /// A line of `--progress json`.
  private struct Event: Encodable {
    /// What is being worked on; of many, `3/100 name`.
    let picture: String
    /// The share of the work done, 0...1.
    let progress: Double
    let seconds: Double
    /// Left out while nobody knows.
    let secondsLeft: Double?
  }

  private static func rounded(_ number: Double) -> Double { (number * 1000).rounded() / 1000 }

  /// Takes the bar away.
  func end() { Self.clearLine() }

  /// Takes the bar away if there is one; from any thread.
  static func clearLine() {
    if barIsShown.exchange(false, ordering: .relaxed) { StandardError.write("\r\u{1B}[K") }
  }

  /// One line of at most `columns - 1` characters, filled with spaces, so that nothing of a longer one before stays.
  static func bar(label: String, share: Double, left: Double?, columns: Int) -> String {
    let end = " \(Int(share * 100)) %" + (left.map { "  \(time($0)) left" } ?? "")
    let room = max(0, columns - 1 - end.count)
    let width = min(30, max(0, room - 14))
    let name = room - width - 3
    let done = Int((share * Double(width)).rounded(.down))
    let text = name < 1 ? "" : label.count > name ? "…" + label.suffix(name - 1) : label
    let bar = "[" + String(repeating: "#", count: done) + String(repeating: "-", count: width - done) + "]"
    let line = (width > 3 ? text + " " + bar : text) + end
    return String(line.prefix(max(0, columns - 1))).padded(to: columns - 1)
  }

  /// Seconds as people say them: `8 s`, `2 min 05 s`, `1 h 02 min`.
  static func time(_ seconds: Double) -> String {
    let whole = Int(min(seconds, 1e9).rounded(.up))
    func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    if whole < 60 { return "\(whole) s" }
    if whole < 3600 { return "\(whole / 60) min \(two(whole % 60)) s" }
    return "\(whole / 3600) h \(two(whole % 3600 / 60)) min"
  }
}

extension Duration {
  /// The length in seconds.
  var seconds: Double { Double(components.seconds) + Double(components.attoseconds) * 1e-18 }
}
