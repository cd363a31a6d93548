import MSRNEngine
import Testing

@Suite struct PeakBenchmarkTests {
  @Test(arguments: InstructionSet.available, [1, 3]) func isMeasured(set: InstructionSet, threads: Int) throws
  {
    let peak = try #require(PeakBenchmark.run(threads: threads, on: set, duration: .milliseconds(5)))
    #expect(peak.isFinite && peak > 0)
  }

  @Test(arguments: InstructionSet.allCases.filter { !InstructionSet.available.contains($0) })
  func isNotMadeUpForOtherMachines(set: InstructionSet) {
    #expect(PeakBenchmark.run(threads: 1, on: set) == nil)
  }
}
