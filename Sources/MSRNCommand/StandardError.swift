import MSRNKit

#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// Where everything goes that is not a result.
enum StandardError {
  /// Writes text at once; a stream that is closed is no error.
  static func write(_ text: String) { try? SystemFile.write(Array(text.utf8), descriptor: 2) }

  /// Whether a person sees it: a terminal that can go back to the start of a line.
  static var isTerminal: Bool {
    isatty(2) == 1 && SystemFile.environment("TERM").map { $0 != "dumb" } ?? false
  }

  /// Columns of the terminal; 80 where there is none.
  static var columns: Int {
    var size = winsize()
    guard unsafe ioctl(2, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
    return Int(size.ws_col)
  }
}
