import Foundation
import MSRNKit
import Testing

@Suite struct StaleFilesTests {
  @Test("old unfinished files that nobody holds are removed, and nothing else")
  func sweep() throws {
    let folder = NSTemporaryDirectory() + "msrn-stale-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let old = Date(timeIntervalSinceNow: -2 * StaleFiles.age)
    for name in [".msrn-1-a.part", ".msrn-2-held.part", ".msrn-3-c.png", "d.part"] {
      try Data([1]).write(to: URL(filePath: "\(folder)/\(name)"))
      try FileManager.default.setAttributes([.modificationDate: old], ofItemAtPath: "\(folder)/\(name)")
    }
    try Data([1]).write(to: URL(filePath: "\(folder)/.msrn-4-new.part"))
    try FileManager.default.createSymbolicLink(
      atPath: "\(folder)/.msrn-5-link.part", withDestinationPath: "d.part")
    let held = try SystemFile.openToAppend("\(folder)/.msrn-2-held.part")
    SystemFile.lock(held)
    #expect(StaleFiles.sweep([folder, folder + "/none"]) == 1)
    let left = [".msrn-2-held.part", ".msrn-3-c.png", ".msrn-4-new.part", ".msrn-5-link.part", "d.part"]
    #expect(SystemFile.names(in: folder) == left)
    try SystemFile.syncAndClose(held)
    #expect(StaleFiles.sweep([folder]) == 1)
  }
}
