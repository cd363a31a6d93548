import MSRNImages
import MSRNKit

/// What a run has to do, found out before any of it is done.
struct BatchPlan {
  /// The pictures of this part of the run.
  let jobs: [Job]
  /// The folders that could not be read.
  let failures: [FileError]
  /// What was left out, in words.
  let skipped: String
  /// What earlier runs have noted, if this one resumes them.
  let past: [PathBytes: RunLog.Past]
  let logPath: String

  /// Finds the pictures and gives their results names.
  ///
  /// - Parameters:
  ///   - inputs: files and folders.
  ///   - folder: where the results go.
  ///   - options: which pictures, and what of them.
  ///   - format: the format of all results; `nil`: each has its own.
  ///   - enlarger: what is made of them.
  ///   - threads: how many files are looked into at a time.
  /// - Throws: `JobList.Fault` where names clash in any part of the run, `SetUpError`, `UsageError`.
  init(
    _ inputs: [String], to folder: String, _ options: BatchOptions, format: Codec?, _ enlarger: Enlarger,
    threads: Int
  ) throws {
    let part = try options.part
    logPath = options.log ?? RunLog.standardPath(in: folder, part)
    let logs = options.log.map { [$0] } ?? RunLog.logs(in: folder)
    do throws(FileError) { past = options.resume ? try RunLog.past(logs) : [:] } catch {
      throw SetUpError(underlying: error)
    }
    let found: [Selection.Picture]
    if let manifest = options.manifest {
      (found, failures, skipped) = (try Manifest.read(manifest), [], "")
    } else {
      let listed = inputs + (try options.selection.listed())
      if part != nil, let place = SystemFile.resolved(folder),
        let input = listed.first(where: { SystemFile.resolved($0) == place })
      {
        // Results that have come meanwhile would change the list from one part to the next.
        throw UsageError("--shard with results among the pictures in \(input) needs --manifest")
      }
      let selection = Selection(listed, rules: options.selection.rules, output: folder)
      (failures, skipped) = (selection.failures, selection.skipped.description)
      found = selection.pictures
    }
    let pictures = Survey.measured(Self.without(resultsOf: past, in: folder, found), threads: threads)
    let list = try JobList(
      pictures, to: folder, as: try options.template, format: format, target: enlarger.target,
      model: enlarger.name)
    jobs = part.map { part in part.members(of: list.jobs.map(\.cost)).map { list.jobs[$0] } } ?? list.jobs
  }

  /// The networks that the pictures need, as far as their headers say.
  func networks(of enlarger: Enlarger) -> [Int] {
    let scales = jobs.compactMap { job in
      job.pixels.flatMap { try? enlarger.route(width: $0.width, height: $0.height) }?.network
    }
    return Set(scales).sorted()
  }

  /// The folders that results go to.
  var folders: Set<String> {
    Set(jobs.compactMap { job in job.output.path.lastIndex(of: "/").map { String(job.output.path[..<$0]) } })
  }

  /// Where results go among the pictures, the earlier ones are no pictures of this run.
  private static func without(
    resultsOf past: [PathBytes: RunLog.Past], in folder: String, _ pictures: [Selection.Picture]
  ) -> [Selection.Picture] {
    let results = Set(
      past.filter(\.value.isOurs).keys.compactMap {
        SystemFile.resolved("\(folder)/\($0.path)").map { PathBytes($0) }
      })
    if results.isEmpty { return pictures }
    return pictures.filter { SystemFile.resolved($0.path).map { !results.contains(PathBytes($0)) } ?? true }
  }
}
