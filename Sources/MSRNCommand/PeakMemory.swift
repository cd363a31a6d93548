import MSRNKit

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// The most memory that this process has held, in pages that were really there.
enum PeakMemory {
  /// Starts to count anew, where the system can (Linux).
  static func reset() { try? Data("5".utf8).write(to: URL(filePath: "/proc/self/clear_refs")) }

  /// Bytes since the last reset; `nil` where the system does not tell.
  static var bytes: Int? {
    guard let status = SystemFile.text("/proc/self/status"),
      let line = status.split(separator: "\n").first(where: { $0.hasPrefix("VmHWM:") }),
      let kibibytes = line.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap({ Int($0) })
    else { return nil }
    return kibibytes * 1024
  }
}
