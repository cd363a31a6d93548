#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// How much memory this process may still take.
public enum Memory {
  /// Bytes that can be taken without pushing others out, as well as the system tells; `nil` where it does not.
  ///
  /// On Linux the smaller of `MemAvailable` and what the control groups v2 and v1 leave; on macOS the machine's memory.
  public static var available: Int? {
    #if os(Linux)
    let system = available(meminfo: SystemFile.text("/proc/meminfo") ?? "")
    let group = left(groups: SystemFile.text("/proc/self/cgroup") ?? "", read: { SystemFile.text($0) })
    return [system, group].compactMap { $0 }.min()
    #else
    let (pages, size) = (sysconf(Int32(_SC_PHYS_PAGES)), sysconf(Int32(_SC_PAGESIZE)))
    return pages > 0 && size > 0 ? Int(pages) * Int(size) : nil
    #endif
  }

  /// `MemAvailable` of the text of `/proc/meminfo`, in bytes.
  package static func available(meminfo: String) -> Int? {
    let line = meminfo.split(separator: "\n").first { $0.hasPrefix("MemAvailable:") }
    let fields = line?.split(whereSeparator: \.isWhitespace) ?? []
    return fields.count >= 2 ? Int(fields[1]).map { $0 * 1024 } : nil
  }

  /// What the tightest memory limit on the way from a process's control group to the root leaves; `nil` without one.
  ///
  /// - Parameters:
  ///   - groups: the text of `/proc/self/cgroup`.
  ///   - read: the text of a file below `/sys/fs/cgroup`, `nil` where there is no such file.
  /// - Returns: bytes, at least 0.
  package static func left(groups: String, read: (String) -> String?) -> Int? {
    func number(_ path: String) -> Int? {
      read(path).flatMap { $0.split(whereSeparator: \.isWhitespace).first }.flatMap { Int($0) }
    }
    var left: [Int] = []
    for (folder, unified) in ControlGroup.folders(groups: groups, controller: "memory") {
      // Version 1 writes "none" as a number near 2^63.
      let limit = number(folder + (unified ? "/memory.max" : "/memory.limit_in_bytes"))
      let used = number(folder + (unified ? "/memory.current" : "/memory.usage_in_bytes"))
      if let limit, let used, limit < 1 << 60 { left.append(max(0, limit - used)) }
    }
    return left.min()
  }
}
