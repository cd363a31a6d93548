import MSRNCommand
import Testing

@Suite struct PercentileTests {
  @Test("the nearest rank, in whatever order the values come")
  func ranks() {
    let values = (1...40).map(Double.init).shuffled()
    #expect(Percentile.value(0.5, of: values) == 20 && Percentile.value(0.95, of: values) == 38)
    #expect(Percentile.value(0.951, of: values) == 39 && Percentile.value(1, of: values) == 40)
    #expect(Percentile.value(0.95, of: [3]) == 3)
  }
}
