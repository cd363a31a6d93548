import MSRNKit
import Testing

@Suite struct MemoryTests {
  @Test func meminfo() {
    #expect(Memory.available(meminfo: "MemTotal: 10 kB\nMemAvailable:    2048 kB\n") == 2_097_152)
    #expect(Memory.available(meminfo: "MemTotal: 10 kB\n") == nil)
  }

  @Test func limitsOfVersion2() {
    let files = [
      "/sys/fs/cgroup/a/memory.max": "max\n", "/sys/fs/cgroup/a/memory.current": "5\n",
      "/sys/fs/cgroup/memory.max": "1000\n", "/sys/fs/cgroup/memory.current": "400\n",
    ]
    #expect(Memory.left(groups: "0::/a\n", read: { files[$0] }) == 600)
    #expect(Memory.left(groups: "0::/a\n", read: { _ in nil }) == nil)
  }

  @Test func limitsOfVersion1() {
    let files = [
      "/sys/fs/cgroup/memory/job/memory.limit_in_bytes": "300\n",
      "/sys/fs/cgroup/memory/job/memory.usage_in_bytes": "500\n",
      "/sys/fs/cgroup/memory/memory.limit_in_bytes": "9223372036854771712\n",
      "/sys/fs/cgroup/memory/memory.usage_in_bytes": "500\n",
    ]
    #expect(Memory.left(groups: "9:memory:/job\n", read: { files[$0] }) == 0)
  }
}
