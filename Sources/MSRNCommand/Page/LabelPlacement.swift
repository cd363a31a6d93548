/// Where the names of points stand: beside them, over no other point and no other name while there is room.
package struct LabelPlacement {
  /// One name, its text's baseline a little below `y`.
  package struct Label: Equatable {
    package var x: Double
    package var y: Double
    /// Whether it ends at `x`.
    package var isLeft: Bool
  }

  private struct Box {
    let left: Double
    let right: Double
    let top: Double
    let bottom: Double

    func meets(_ other: Box) -> Bool {
      left < other.right && other.left < right && top < other.bottom && other.top < bottom
    }
    func isInside(_ other: Box) -> Bool {
      left >= other.left && right <= other.right && top >= other.top && bottom <= other.bottom
    }
  }

  /// The names' places, in the order of the points; nil where there is no name, or no room for it.
  package let labels: [Label?]

  /// Places names one after the other.
  ///
  /// - Parameters:
  ///   - points: the points' places and names.
  ///   - area: the columns and rows that names may cover.
  ///   - omits: whether a name that has no room is left out rather than put over others.
  package init(
    _ points: [(x: Double, y: Double, name: String?)],
    within area: (x: ClosedRange<Double>, y: ClosedRange<Double>), omits: Bool = false
  ) {
    let room = Box(
      left: area.x.lowerBound, right: area.x.upperBound, top: area.y.lowerBound, bottom: area.y.upperBound)
    var taken = points.map { Box(left: $0.x - 6, right: $0.x + 6, top: $0.y - 6, bottom: $0.y + 6) }
    labels = points.map { point -> Label? in
      guard let name = point.name else { return nil }
      // A character's mean width in the plots' font of 11.5.
      let width = Double(name.count) * 6.3
      func box(_ label: Label) -> Box {
        Box(
          left: label.isLeft ? label.x - width : label.x, right: label.isLeft ? label.x : label.x + width,
          top: label.y - 6, bottom: label.y + 6)
      }
      func label(_ isLeft: Bool, _ shift: Double) -> Label {
        Label(x: point.x + (isLeft ? -9 : 9), y: point.y + shift, isLeft: isLeft)
      }
      let preferred = point.x > (area.x.lowerBound + area.x.upperBound) / 2
      let candidates = [0.0, 12, -12, 24, -24, 36, -36].flatMap { shift in
        [label(preferred, shift), label(!preferred, shift)]
      }
      let free = candidates.first { candidate in
        let box = box(candidate)
        return box.isInside(room) && !taken.contains { $0.meets(box) }
      }
      guard let chosen = free ?? (omits ? nil : candidates[0]) else { return nil }
      taken.append(box(chosen))
      return chosen
    }
  }
}
