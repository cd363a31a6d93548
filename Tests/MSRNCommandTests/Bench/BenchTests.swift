import Foundation
import MSRNEngine
import Testing

/// The benchmarks' reports: that they are there and hang together, never how fast anything is.
@Suite struct BenchTests {
  private func report(_ arguments: [String]) throws -> [String: Any] {
    let command = try Command()
    defer { command.remove() }
    let result = try command.start(arguments + ["--json"]).end()
    #expect(result.status == 0)
    #expect(result.error == "")
    return try #require(JSONSerialization.jsonObject(with: result.output) as? [String: Any])
  }

  @Test func kernelsHaveRatios() throws {
    let report = try report(["bench", "kernels", "--cpu", "generic", "--rounds", "1"])
    let kernels = try #require(report["kernels"] as? [[String: Any]])
    #expect(kernels.count == KernelBenchmark.layers.count)
    let memory = try #require(report["memory"] as? [[String: Double]])
    #expect(memory.map { $0["bytes"] } == MemoryBenchmark.sizes.map(Double.init))
    #expect(memory.allSatisfy { $0["nanoseconds"] ?? 0 > 0 })
    for kernel in kernels {
      let flops = try #require(kernel["flops"] as? Double), peak = try #require(kernel["peak"] as? Double)
      #expect(abs((kernel["ratio"] as? Double ?? 0) - flops / peak) < 1e-6)
    }
  }

  @Test func regionsHaveOverheads() throws {
    let report = try report(["bench", "threads", "--threads", "2", "--seconds", "0.01"])
    let regions = try #require(report["regions"] as? [[String: Any]])
    #expect(regions.map { $0["name"] as? String } == RegionBenchmark.cases.map(\.name))
    for region in regions {
      for kind in ["workers", "dispatch"] {
        let overhead = try #require(region[kind] as? [String: Double])
        #expect(try #require(overhead["median"]) <= #require(overhead["ninetieth"]))
      }
    }
  }

  @Test func modelWithRandomWeights() throws {
    let report = try report([
      "bench", "model", "--features", "16", "--blocks", "2", "--scale", "3", "--size", "8x6", "20x4",
      "--rounds", "1", "--threads", "2", "--scaling",
    ])
    #expect(report["network"] as? String == "random weights, 16 features, 2 blocks, x3")
    let series = try #require(report["series"] as? [[String: Any]])
    #expect(series.map { $0["threads"] as? Int } == [2, 1])
    for part in series {
      let peak = try #require(part["peak"] as? Double)
      let sizes = try #require(part["sizes"] as? [[String: Any]])
      #expect(sizes.map { $0["width"] as? Int } == [8, 20])
      for size in sizes {
        let seconds = try #require(size["seconds"] as? Double), flops = try #require(size["flops"] as? Double)
        #expect(seconds > 0 && size["fastest"] as? Double ?? .infinity <= seconds)
        #expect(abs((size["ratio"] as? Double ?? 0) - flops / peak) < 1e-6)
      }
    }
  }

  @Test func aProfileHasEachLayer() throws {
    let command = try Command()
    defer { command.remove() }
    let result = try command.run(
      "bench", "model", "--network", "lenet5", "--rounds", "1", "--threads", "1", "--batch", "3", "--profile")
    #expect(result.status == 0)
    for part in ["conv2", "conv 5x5", "average pool", "x peak", "of bound", "all threads"] {
      #expect(result.text.contains(part), "\(part)")
    }
    #expect(try command.run("bench", "model", "--network", "lenet5", "--profile", "--json").status == 2)
  }

  @Test func aModelHasItsOwnSize() throws {
    let command = try Command()
    defer { command.remove() }
    let result = try command.run("bench", "model", "--model", "light", "--blocks", "3")
    #expect(result.status == 2)
    #expect(result.error.contains("--features and --blocks are for random weights"))
  }

  @Test func aClassifierAloneAndInBatches() throws {
    let report = try report([
      "bench", "classifier", "lenet5", "--batch", "3", "--seconds", "0", "--threads", "2", "--cpu", "generic",
    ])
    #expect(report["instructionSet"] as? String == "generic" && report["threads"] as? Int == 2)
    #expect((report["latencies"] as? [Double])?.count == 5)
    let batches = try #require(report["batches"] as? [String: Any])
    #expect(batches["size"] as? Int == 3 && (batches["seconds"] as? [Double])?.count == 2)
    let alone = try self.report(["bench", "classifier", "lenet5", "--batch", "1", "--seconds", "0"])
    #expect(alone["batches"] == nil)
  }

  @Test func startTellsTheStages() throws {
    let report = try report([
      "bench", "start", "--features", "16", "--blocks", "2", "--scale", "2", "--rounds", "1", "--threads",
      "1",
    ])
    #expect((report["from"] as? [String: Int]) == ["width": 128, "height": 128])
    #expect((report["to"] as? [String: Int]) == ["width": 256, "height": 256])
    let stages = try #require(report["stages"] as? [[String: Any]])
    let seconds = try #require(report["seconds"] as? Double)
    #expect(Set(stages.compactMap { $0["name"] as? String }).isSuperset(of: ["network", "encode", "other"]))
    let sum = stages.reduce(0) { $0 + ($1["seconds"] as? Double ?? .infinity) }
    #expect(abs(sum - seconds) < 1e-6, "of one process the stages are the whole")
  }
}
