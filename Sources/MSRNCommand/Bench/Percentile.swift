/// Of times that were measured again and again.
package enum Percentile {
  /// The least value that so large a share of all does not exceed (nearest rank).
  ///
  /// - Parameters:
  ///   - share: Above 0, at most 1.
  ///   - values: At least one.
  /// - Returns: One of the values.
  package static func value(_ share: Double, of values: [Double]) -> Double {
    precondition(!values.isEmpty && share > 0 && share <= 1, "a percentile is of at least one value")
    return values.sorted()[Int((share * Double(values.count)).rounded(.up)) - 1]
  }
}
