import MSRNKit
import Testing

@Suite struct TargetSizeTests {
  @Test(
    "each rule gives each picture its size",
    arguments: [
      (.scale(4), (30, 20), (120, 80)), (.scale(2.5), (33, 21), (83, 53)), (.scale(0.1), (4, 30), (1, 3)),
      (.box(width: 100, height: nil), (30, 20), (100, 67)),
      (.box(width: nil, height: 100), (30, 20), (150, 100)),
      (.box(width: 100, height: 100), (30, 20), (100, 67)),
      (.box(width: 100, height: 100), (20, 30), (67, 100)),
      (.box(width: 60, height: 40), (30, 20), (60, 40)),
      (.box(width: 100, height: 100, fit: .covering), (30, 20), (150, 100)),
      (.box(width: 100, height: 100, fit: .covering), (20, 30), (100, 150)),
      (.box(width: 100, height: 50, fit: .exactly), (30, 20), (100, 50)),
      (.box(width: 100, height: 100, when: .ifLarger), (30, 20), (30, 20)),
      (.box(width: 100, height: 100, when: .ifLarger), (300, 20), (100, 7)),
      (.box(width: 100, height: 100, when: .ifSmaller), (300, 20), (300, 20)),
      (.box(width: 100, height: 100, when: .ifSmaller), (30, 20), (100, 67)),
      (.box(width: 1, height: 1), (5000, 3), (1, 1)),
      (.megapixels(1), (300, 200), (1225, 816)), (.megapixels(0.000001), (300, 200), (1, 1)),
      (.maxSide(90), (30, 20), (90, 60)), (.maxSide(90), (20, 30), (60, 90)),
      (.maxSide(90), (30, 30), (90, 90)),
    ] as [(TargetSize, (Int, Int), (Int, Int))])
  func sizes(target: TargetSize, from: (Int, Int), to: (Int, Int)) {
    let size = target.size(width: from.0, height: from.1)
    #expect(size.width == to.0 && size.height == to.1, "\(target) of \(from): \(size)")
  }

  @Test func geometry() {
    for (text, target) in [
      ("800x600", .box(width: 800, height: 600)), ("1x1!", .box(width: 1, height: 1, fit: .exactly)),
      ("8x6^>", .box(width: 8, height: 6, fit: .covering, when: .ifLarger)),
      ("8x6<", .box(width: 8, height: 6, when: .ifSmaller)),
      ("8x6<!", .box(width: 8, height: 6, fit: .exactly, when: .ifSmaller)),
    ] as [(String, TargetSize)] {
      #expect(TargetSize(geometry: text) == target, "\(text)")
    }
    for text in [
      "", "x", "8x", "x8", "8", "8x6x4", "8x6!^", "8x6<>", "8x6!!", "0x6", "8x0", "-8x6", "8 x6", "8x6%",
      "8X6", "1000001x1", "99999999999999999999x1", "٣x٣", "+8x6",
    ] {
      #expect(TargetSize(geometry: text) == nil, "\(text)")
    }
  }

  @Test func names() {
    for (target, text, name) in [
      (.scale(4), "scale=4", "x4"), (.scale(2.5), "scale=2.5", "x2.5"),
      (.box(width: 8, height: 6, fit: .covering, when: .ifLarger), "size=8x6^>", "8x6"),
      (.box(width: 8, height: nil), "width=8", "w8"), (.box(width: nil, height: 6), "height=6", "h6"),
      (.megapixels(1.5), "megapixels=1.5", "1.5mp"), (.maxSide(900), "max-side=900", "max900"),
    ] as [(TargetSize, String, String)] {
      #expect(target.description == text && target.nameText == name)
    }
    #expect(TargetSize.scale(3).wholeScale == 3 && TargetSize.scale(2.5).wholeScale == nil)
  }
}
