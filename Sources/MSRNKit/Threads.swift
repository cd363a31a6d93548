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
  /// - Returns: 5 for that line.
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
  /// - Returns: cores, not rounded.
  package static func quota(groups: String, read: (String) -> String?) -> Double? {
    var quotas: [Double] = []
    for (folder, unified) in ControlGroup.folders(groups: groups, controller: "cpu") {
      func numbers(_ name: String) -> [Double?] {
        (read("\(folder)/\(name)") ?? "").split(whereSeparator: \.isWhitespace).map { Double($0) }
      }
      // Microseconds of CPU time in each period: "150000 100000", or "max 100000" and -1 for no limit.
      let limit = unified ? numbers("cpu.max") : numbers("cpu.cfs_quota_us") + numbers("cpu.cfs_period_us")
      if limit.count == 2, let quota = limit[0], let period = limit[1], quota > 0, period > 0 {
        quotas.append(quota / period)
      }
    }
    return quotas.min()
  }
}
