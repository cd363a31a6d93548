import Foundation
import MSRNKit
import Testing

@Suite struct JobListTests {
  private func list(
    _ pictures: [(path: String, folder: String)], to folder: String = "out", as name: String = "{stem}{ext}",
    format: Codec? = nil
  ) throws -> JobList {
    try JobList(
      pictures.map { .init(path: $0.path, folder: $0.folder, bytes: 1) }, to: folder,
      as: NameTemplate(name), format: format, target: .scale(4), model: "m")
  }

  @Test func names() throws {
    let jobs = try list([("in/a.png", ""), ("in/s/a.jpg", "s")], to: "out/", as: NameTemplate.standard).jobs
    #expect(jobs.map(\.output.path) == ["out/a_x4.png", "out/s/a_x4.jpg"])
    #expect(jobs.map(\.name) == ["a_x4.png", "s/a_x4.jpg"])
    #expect(jobs.map(\.codec) == [.png, .jpeg])
  }

  @Test func clashes() throws {
    #expect(
      throws: JobList.Fault.sameName(output: "out/a.png", first: "x/a.png", second: "y/a.png", count: 2)
    ) {
      _ = try list([("x/a.png", ""), ("y/a.png", ""), ("z/a.png", "")])
    }
    // Two formats of one picture clash only once they become one.
    #expect(try list([("a.png", ""), ("a.jpg", "")]).jobs.count == 2)
    #expect(throws: JobList.Fault.self) { _ = try list([("a.png", ""), ("a.jpg", "")], format: .png) }
    // A file that is named twice is no clash.
    #expect(try list([("a.png", ""), ("a.png", "")]).jobs.count == 1)
  }

  @Test func placesThatAreTaken() throws {
    let root = NSTemporaryDirectory() + "msrn-jobs-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: root) }
    for name in ["a.png", "a_x4.png"] { try Data([1]).write(to: URL(filePath: "\(root)/\(name)")) }
    #expect(
      throws: JobList.Fault.replacesInput(output: "\(root)/./a.png", from: "\(root)/a.png")
    ) {
      _ = try list([("\(root)/a.png", "")], to: "\(root)/.")
    }
    let new = try list([("\(root)/a.png", "")], to: root, as: NameTemplate.standard)
    #expect(throws: JobList.Fault.exists(output: "\(root)/a_x4.png", count: 1)) {
      try JobList.checkNew(new.jobs)
    }
    #expect(throws: JobList.Fault.self) {
      _ = try list([("\(root)/a.png", ""), ("\(root)/a_x4.png", "")], to: root, as: NameTemplate.standard)
    }
    try JobList.checkNew(list([("\(root)/a.png", "")], to: root, as: "{stem}-{scale}{ext}").jobs)
  }
}
