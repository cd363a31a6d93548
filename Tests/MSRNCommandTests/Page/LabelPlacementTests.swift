import MSRNCommand
import Testing

@Suite struct LabelPlacementTests {
  private let area = (x: 0.0...200.0, y: 0.0...100.0)

  @Test("names stand beside their points, over no other name while there is room")
  func places() {
    let labels = LabelPlacement([(10, 50, "a"), (190, 50, "b"), (12, 50, "c")], within: area).labels
    #expect(labels.compactMap { $0 }.count == 3)
    #expect(labels[0]?.isLeft == false && labels[1]?.isLeft == true)
    #expect(labels[0]?.y != labels[2]?.y)
  }

  @Test("a name without room is left out where that is asked for, a point without a name always")
  func omitted() {
    let crowd = (0..<20).map { _ in (x: 100.0, y: 50.0, name: "a long name" as String?) }
    #expect(LabelPlacement(crowd, within: area).labels.allSatisfy { $0 != nil })
    let some = LabelPlacement(crowd, within: area, omits: true).labels
    #expect(some[0] != nil && some.contains { $0 == nil })
    #expect(LabelPlacement([(1, 1, nil)], within: area).labels == [nil])
  }
}
