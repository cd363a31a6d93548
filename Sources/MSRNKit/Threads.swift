#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// How many threads this process may use to advantage.
public enum Threads {
  /// The smallest of the cores there are, the cores the process is bound to, and its control group's CPU quota, at least 1.
  ///
  /// On Linux the affinity mask (`taskset`, a batch system's binding) and the quotas of control groups v2 and v1
  /// (containers, `systemd`'s `CPUQuota`) count, a fraction rounded up; elsewhere the cores that are active.
  public static var available: Int {
    var count = max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))))
    #if os(Linux)
    if let bound = affinity(status: SystemFile.text("/proc/self/status") ?? "") { count = min(count, bound) }
    let groups = SystemFile.text("/proc/self/cgroup") ?? ""
    if let quota = quota(groups: groups, read: { SystemFile.text($0) }) {
      count = min(count, Int(quota.rounded(.up)))
    }
    #endif
    return max(1, count)
  }

  /// The number of cores in a process's affinity mask; `nil` where the text does not say.
  ///
  /// - Parameter status: the text of `/proc/self/status`, with a line such as `Cpus_allowed_list: 0-3,8`.
  package static func affinity(status: String) -> Int? {
    guard let line = status.split(separator: "\n").first(where: { $0.hasPrefix("Cpus_allowed_list:") }) else {
      return nil
    }
    var count = 0
    for range in line.dropFirst("Cpus_allowed_list:".count).split(separator: ",") {
      let ends = range.split(whereSeparator: { $0 == "-" || $0.isWhitespace }).map { Int($0) }
      guard let first = ends.first ?? nil, let last = ends.last ?? nil, ends.count <= 2, first <= last else {
        return nil
      }
      count += last - first + 1
    }
    return count > 0 ? count : nil
  }

  /// The tightest CPU quota, in cores, on the way from a process's control group to the root; `nil` if there is none.
  ///
  /// - Parameters:
  ///   - groups: the text of `/proc/self/cgroup`.
  ///   - read: the text of a file below `/sys/fs/cgroup`, `nil` where there is no such file.
  package static func quota(groups: String, read: (String) -> String?) -> Double? {
    var quotas: [Double] = []
    for line in groups.split(separator: "\n") {
      let fields = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false).map(String.init)
      guard fields.count == 3 else { continue }
      let unified = fields[0] == "0" && fields[1].isEmpty
      guard unified || fields[1].split(separator: ",").contains("cpu") else { continue }
      for group in ancestors(of: fields[2]) {
        if unified {
          // "max 100000" or "150000 100000": microseconds of CPU time in each period.
          let limit = read("/sys/fs/cgroup\(group)/cpu.max")?.split(whereSeparator: \.isWhitespace) ?? []
          if limit.count == 2, let quota = Double(limit[0]), let period = Double(limit[1]), quota > 0, period > 0 {
            quotas.append(quota / period)
          }
        } else {
          let folder = "/sys/fs/cgroup/\(fields[1])\(group)"
          func number(_ name: String) -> Double? {
            read("\(folder)/\(name)").flatMap { $0.split(whereSeparator: \.isWhitespace).first }.flatMap { Double($0) }
          }
          // A quota of -1 is none.
          if let quota = number("cpu.cfs_quota_us"), let period = number("cpu.cfs_period_us"), quota > 0, period > 0 {
            quotas.append(quota / period)
          }
        }
      }
    }
    return quotas.min()
  }

  /// The paths of a control group and of all groups above it, "" being the root: `/a/b` gives `/a/b`, `/a`, "".
  private static func ancestors(of path: String) -> [String] {
    let parts = path.split(separator: "/")
    return (0...parts.count).map { parts.dropLast($0).map { "/" + $0 }.joined() }
  }
}
