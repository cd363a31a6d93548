import MSRNKit
import MSRNTestSupport
import Testing

@Suite struct ShardTests {
  @Test(
    "the index and the count come from where they are certain",
    arguments: [
      ("0/1", [:], 0, 1), ("3/8", [:], 3, 8), ("auto/8", ["SLURM_ARRAY_TASK_ID": "7"], 7, 8),
      ("auto/8", ["JOB_COMPLETION_INDEX": "0"], 0, 8),
      ("auto", slurm(id: 2, count: 4, min: 0, max: 3), 2, 4),
    ] as [(String, [String: String], Int, Int)])
  func parts(text: String, environment: [String: String], index: Int, count: Int) throws {
    #expect(try Shard(text) { environment[$0] } == Shard(index: index, count: count))
  }

  private static func slurm(id: Int, count: Int, min: Int, max: Int) -> [String: String] {
    let prefix = "SLURM_ARRAY_TASK_"
    return [
      prefix + "ID": "\(id)", prefix + "COUNT": "\(count)", prefix + "MIN": "\(min)",
      prefix + "MAX": "\(max)",
    ]
  }

  @Test(
    "what is not certain is an error",
    arguments: [
      ("", [:], "is i/n, auto/n or auto"), ("3", [:], "is i/n, auto/n or auto"), ("1/2/3", [:], "is i/n"),
      ("8/8", [:], "the parts are 0 to 7"), ("-1/8", [:], "the parts are 0 to 7"),
      ("0/0", [:], "there are 1 to"),
      ("0/999999", [:], "there are 1 to 100000"), ("x/8", [:], "the parts are 0 to 7"),
      ("+1/8", [:], "the parts are"),
      ("auto/8", [:], "needs SLURM_ARRAY_TASK_ID"), ("auto", [:], "needs SLURM_ARRAY_TASK_ID"),
      ("auto/4", ["SLURM_ARRAY_TASK_ID": "4"], "the parts are 0 to 3, and this is task 4"),
      ("auto/4", ["SLURM_ARRAY_TASK_ID": "x"], "which is no index"),
      ("auto/4", ["SLURM_ARRAY_TASK_ID": "1", "JOB_COMPLETION_INDEX": "1"], "are both set"),
      ("auto", ["JOB_COMPLETION_INDEX": "1"], "does not say how many pods"),
      // One task of four submitted again; an array from 1; one with steps; one without its count.
      ("auto", slurm(id: 2, count: 1, min: 2, max: 2), "does not run from 0"),
      ("auto", slurm(id: 1, count: 4, min: 1, max: 4), "does not run from 0"),
      ("auto", slurm(id: 2, count: 4, min: 0, max: 6), "does not run from 0"),
      ("auto", ["SLURM_ARRAY_TASK_ID": "0"], "does not run from 0"),
    ] as [(String, [String: String], String)])
  func faults(text: String, environment: [String: String], says: String) {
    do {
      let part = try Shard(text) { environment[$0] }
      Issue.record("\(text) is \(part)")
    } catch {
      #expect(error.description.contains(says), "\(error)")
    }
  }

  @Test(
    "every item is in one part, and no part has more than 4/3 of the mean and one item",
    arguments: [1, 3, 7, 64])
  func division(count: Int) {
    var random = SplitMix(seed: 7)
    let costs = (0..<500).map { _ in Int(random.next() % 1_000_000) + 4096 }
    let parts = (0..<count).map { Shard(index: $0, count: count).members(of: costs) }
    #expect(parts.flatMap(\.self).sorted() == Array(costs.indices))
    #expect(parts.allSatisfy { $0 == $0.sorted() })
    let loads = parts.map { $0.reduce(0) { $0 + costs[$1] } }
    let mean = costs.reduce(0, +) / count
    // 500 items of a size: a good division is within a few per cent.
    #expect(Double(loads.max() ?? 0) <= 1.1 * Double(mean), "\(loads)")
  }

  @Test("one large item has a part of its own; more parts than items leave some without")
  func unequal() {
    let costs = [1, 1, 100, 1, 1]
    #expect(Shard(index: 0, count: 2).members(of: costs) == [2])
    #expect(Shard(index: 1, count: 2).members(of: costs) == [0, 1, 3, 4])
    #expect(Shard(index: 5, count: 6).members(of: costs) == [])
    #expect(Shard(index: 0, count: 1).members(of: []) == [])
  }
}
