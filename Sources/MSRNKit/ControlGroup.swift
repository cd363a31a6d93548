/// Where Linux keeps the limits of this process's control groups.
enum ControlGroup {
  /// The folders whose limits apply to a process, those of its groups and of all above them.
  ///
  /// - Parameters:
  ///   - groups: the text of `/proc/self/cgroup`, lines such as `0::/a/b` (version 2) or `3:cpu,cpuacct:/a` (1).
  ///   - controller: the version 1 controller asked for, such as `cpu`.
  /// - Returns: each folder, and whether it is of version 2 (the unified hierarchy).
  static func folders(groups: String, controller: String) -> [(path: String, unified: Bool)] {
    groups.split(separator: "\n").flatMap { line -> [(path: String, unified: Bool)] in
      let fields = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false).map(String.init)
      guard fields.count == 3 else { return [] }
      let unified = fields[0] == "0" && fields[1].isEmpty
      guard unified || fields[1].split(separator: ",").contains(Substring(controller)) else { return [] }
      let root = "/sys/fs/cgroup" + (unified ? "" : "/" + fields[1])
      return ancestors(of: fields[2]).map { (root + $0, unified) }
    }
  }

  /// The paths of a group and of all above it, "" being the root: `/a/b` gives `/a/b`, `/a`, "".
  private static func ancestors(of path: String) -> [String] {
    let parts = path.split(separator: "/")
    return (0...parts.count).map { parts.dropLast($0).map { "/" + $0 }.joined() }
  }
}
