/// Unfinished files of processes that were killed.
package enum StaleFiles {
  /// Seconds that an unfinished file must not have been written to.
  ///
  /// A living process holds a lock on its own, but not every network file system shows it to other machines.
  package static let age = 600.0

  /// Removes the unfinished files in some folders that nobody writes any more.
  ///
  /// - Parameter folders: the folders; those below them are not looked through.
  /// - Returns: how many there were.
  package static func sweep(_ folders: some Sequence<String>) -> Int {
    var count = 0
    for folder in folders {
      for name in SystemFile.names(in: folder) where name.hasPrefix(".msrn-") && name.hasSuffix(".part") {
        if SystemFile.removeUnlocked("\(folder)/\(name)", olderThan: age) { count += 1 }
      }
    }
    return count
  }
}
