import MSRNKit
import Testing

@Suite struct EnsembleTests {
  private let map = Tensor(shape: [2, 2, 3], values: (0..<12).map(Float.init))

  @Test func theAuthorsOrder() {
    #expect(Ensemble.member(0, of: map) == map)
    // Columns reversed, then rows, then both; then the same with rows and columns exchanged.
    #expect(Ensemble.member(1, of: map).values.prefix(6) == [2, 1, 0, 5, 4, 3])
    #expect(Ensemble.member(2, of: map).values.prefix(6) == [3, 4, 5, 0, 1, 2])
    #expect(Ensemble.member(3, of: map).values.prefix(6) == [5, 4, 3, 2, 1, 0])
    #expect(Ensemble.member(4, of: map).shape == [2, 3, 2])
    #expect(Ensemble.member(4, of: map).values.prefix(6) == [0, 3, 1, 4, 2, 5])
    #expect(Ensemble.member(5, of: map).values.prefix(6) == [2, 5, 1, 4, 0, 3])
  }

  @Test(arguments: 0..<Ensemble.count) func restoring(index: Int) {
    #expect(Ensemble.restored(Ensemble.member(index, of: map), from: index) == map)
  }

  @Test func allMembersDiffer() {
    #expect(Set((0..<Ensemble.count).map { Ensemble.member($0, of: map).values }).count == 8)
  }
}
