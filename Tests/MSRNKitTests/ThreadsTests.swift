import MSRNKit
import Testing

@Suite struct ThreadsTests {
  @Test func thereIsAtLeastOne() {
    #expect(Threads.available >= 1)
    #expect(Threads.available <= 65536)
  }

  @Test(
    arguments: [
      ("Name:\tx\nCpus_allowed_list:\t0-1\n", 2), ("Cpus_allowed_list:\t0-3,8,10-11\nx: 1\n", 7),
      ("Cpus_allowed_list:\t5\n", 1), ("Cpus_allowed_list:\tnone\n", nil), ("", nil),
    ] as [(String, Int?)])
  func affinity(status: String, cores: Int?) {
    #expect(Threads.affinity(status: status) == cores)
  }

  @Test(
    arguments: [
      (["/sys/fs/cgroup/cpu.max": "max 100000\n"], nil),
      (["/sys/fs/cgroup/cpu.max": "150000 100000\n"], 1.5),
      (["/sys/fs/cgroup/a/cpu.max": "400000 100000\n"], 4),
      (["/sys/fs/cgroup/a/b/cpu.max": "400000 100000\n", "/sys/fs/cgroup/a/cpu.max": "50000 100000\n"], 0.5),
      (["/sys/fs/cgroup/a/b/cpu.max": "rubbish"], nil),
      ([:], nil),
    ] as [([String: String], Double?)])
  func quotaOfVersion2(files: [String: String], quota: Double?) {
    #expect(Threads.quota(groups: "0::/a/b\n", read: { files[$0] }) == quota)
  }

  @Test func quotaOfVersion1() {
    let groups = "4:memory:/x\n3:cpu,cpuacct:/job\n0::/\n"
    let files = [
      "/sys/fs/cgroup/cpu,cpuacct/job/cpu.cfs_quota_us": "250000\n",
      "/sys/fs/cgroup/cpu,cpuacct/job/cpu.cfs_period_us": "100000\n",
      "/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us": "-1\n",
      "/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us": "100000\n",
    ]
    #expect(Threads.quota(groups: groups, read: { files[$0] }) == 2.5)
  }
}
