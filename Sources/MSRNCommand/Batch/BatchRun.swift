import MSRNImages
import MSRNKit
import Synchronization

#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// A run over many pictures, each stage busy with another one.
///
/// While the network works on one, the next is read and decoded and the last is encoded and written. A picture that fails
/// is told, logged and left out.
final class BatchRun: Sendable {
  /// What has come of a run so far.
  struct Tally {
    let jobs: Int
    var done = 0
    var failed = 0
    var unchanged = 0
    var worst = ExitStatus.success
    var seconds = 0.0

    /// `97 done, 2 failed, 1 unchanged in 12.3 s`.
    func description(failedBefore: Int) -> String {
      let left = jobs - done - failed - unchanged
      var parts = ["\(done) done", "\(failed + failedBefore) failed"]
      if unchanged > 0 { parts.append("\(unchanged) unchanged") }
      if left > 0 { parts.append("\(left) not begun") }
      return parts.joined(separator: ", ") + " in \(decimal(seconds, 1)) s"
    }
  }

  /// A picture between two stages.
  private struct Item: Sendable {
    enum State: Sendable {
      case picture(Image)
      case unchanged
      case failed(any Error)
    }

    let job: Job
    let work: PictureWork
    var state: State
    var record: RunLog.Record
    /// Bytes of the memory budget that the picture holds.
    var claimed = 0
  }

  private let jobs: [Job]
  private let upscaler: Upscaler
  private let ensemble: Bool
  private let settings: PictureWork.Settings
  private let options: String
  private let budget: ByteBudget
  private let log: RunLog
  private let past: [String: RunLog.Past]
  private let errors: Int?
  private let json: Bool

  private let tally: Mutex<Tally>
  private let stop = Atomic<Bool>(false)

  /// A run.
  ///
  /// - Parameters:
  ///   - jobs: what to do.
  ///   - upscaler: the network.
  ///   - ensemble: whether eight results are averaged.
  ///   - settings: what is asked for beside that.
  ///   - options: the same in words, for the log.
  ///   - memory: bytes that all pictures under way may take together; `nil`: no limit.
  ///   - log: where each picture's end is noted.
  ///   - past: what earlier runs have noted, if this one resumes them.
  ///   - errors: the number of failures at which the run stops; `nil`: none.
  ///   - json: whether the log's lines are printed too.
  init(
    jobs: [Job], upscaler: Upscaler, ensemble: Bool, settings: PictureWork.Settings, options: String,
    memory: Int?, log: RunLog, past: [String: RunLog.Past], errors: Int?, json: Bool
  ) {
    (self.jobs, self.upscaler, self.ensemble, self.settings) = (jobs, upscaler, ensemble, settings)
    (self.options, self.log, self.past, self.errors) = (options, log, past, errors)
    self.json = json
    budget = ByteBudget(memory)
    tally = Mutex(Tally(jobs: jobs.count))
  }

  /// Does all there is to do, or what can be done until the run is stopped.
  func run(progress display: ProgressDisplay) -> Tally {
    let start = ContinuousClock.now
    // Each picture counts by its file's size; one that cannot be seen counts all the same.
    let whole = jobs.reduce(0.0) { $0 + Self.weight($1) }
    var past = 0.0
    var index = 0
    Pipeline.run(
      jobs, stopped: { [self] in stop.load(ordering: .relaxed) || Interruption.number != 0 },
      prepare: { [self] in prepare($0) },
      drop: { budget.giveBack($0.claimed) },
      work: { item in
        let weight = Self.weight(item.job)
        index += 1
        display.label = "\(index)/\(jobs.count) \(item.job.input.path.split(separator: "/").last ?? "")"
        defer { past += weight }
        return enlarge(item) { display.show((past + weight * $0) / whole) }
      },
      finish: { [self] in finish($0) })
    display.end()
    return tally.withLock { tally in
      tally.seconds = (ContinuousClock.now - start).seconds
      return tally
    }
  }

  private static func weight(_ job: Job) -> Double { Double(job.bytes) + 1 }

  // MARK: Stages

  /// Reads and decodes a picture, once there is memory for it.
  private func prepare(_ job: Job) -> Item {
    let start = ContinuousClock.now
    var work = PictureWork(source: job.input, target: job.output, codec: job.codec, settings: settings)
    let old = past[job.name]
    if old?.isOurs == true { work.settings.force = true }
    var item = Item(
      job: job, work: work, state: .unchanged,
      record: RunLog.Record(
        input: job.input.path, output: job.name, options: options, weights: upscaler.model.digest.hexadecimal)
    )
    do {
      let bytes = try work.read()
      item.record.inputBytes = bytes.count
      item.record.inputSHA256 = SHA256(bytes).hexadecimal
      if let old, isDone(old.last, as: item.record, job) { return item }
      try makePlace(for: job)
      try work.checkTarget()
      let header = try work.header(of: bytes)
      try work.checkSides(header, scale: upscaler.scale)
      try work.namingSource { try upscaler.checkMemory(for: header, ensemble: ensemble) }
      item.claimed = upscaler.peakBytes(for: header, ensemble: ensemble)
      budget.claim(item.claimed)
      let image = try work.decode(bytes)
      item.record.from = [image.width, image.height]
      item.state = .picture(image)
    } catch {
      item.state = .failed(error)
    }
    item.record.seconds += (ContinuousClock.now - start).seconds
    return item
  }

  /// Sends a picture through the network.
  private func enlarge(_ item: Item, progress: (Double) -> Void) -> Item {
    guard case .picture(let image) = item.state else {
      progress(1)
      return item
    }
    let start = ContinuousClock.now
    var item = item
    do {
      let result = try item.work.namingSource {
        try upscaler.upscale(image, ensemble: ensemble) { share in
          progress(share)
          return true
        }
      }
      item.record.to = [result.width, result.height]
      item.state = .picture(result)
    } catch {
      item.state = .failed(error)
    }
    item.record.seconds += (ContinuousClock.now - start).seconds
    return item
  }

  /// Encodes and writes a result, and notes how the picture ended.
  private func finish(_ item: Item) {
    defer { budget.giveBack(item.claimed) }
    let start = ContinuousClock.now
    var record = item.record
    switch item.state {
    case .unchanged: tally.withLock { $0.unchanged += 1 }
    case .failed(let error): fail(record, error)
    case .picture(let result):
      do {
        let bytes = try item.work.encode(result)
        record.outputBytes = bytes.count
        record.outputSHA256 = SHA256(bytes).hexadecimal
        record.status = .done
        record.seconds += (ContinuousClock.now - start).seconds
        // Before the result has its name, so that no result is there of which the log knows nothing.
        do { try log.append(record) } catch { throw SetUpError(underlying: error) }
        try item.work.write(bytes)
        tally.withLock { $0.done += 1 }
        tell(record, item.job)
      } catch {
        fail(record, error)
      }
    }
  }

  // MARK: Ends

  private func fail(_ record: RunLog.Record, _ error: any Error) {
    var record = record
    let status = ExitStatus(error)
    (record.status, record.exit, record.error) = (.failed, status.rawValue, "\(error)")
    (record.outputBytes, record.outputSHA256) = (nil, nil)
    ProgressDisplay.clearLine()
    StandardError.write("msrn: \(error)\n")
    let failed = tally.withLock { tally in
      tally.failed += 1
      tally.worst = ExitStatus.worse(tally.worst, status)
      return tally.failed
    }
    // A place that takes no files takes the next one neither.
    if error is SetUpError || errors.map({ failed >= $0 }) ?? false { stop.store(true, ordering: .relaxed) }
    do { try log.append(record) } catch {
      StandardError.write("msrn: \(error)\n")
      tally.withLock { $0.worst = ExitStatus.worse($0.worst, .environment) }
      stop.store(true, ordering: .relaxed)
    }
    if json { printLine(record) }
  }

  private func tell(_ record: RunLog.Record, _ job: Job) {
    ProgressDisplay.clearLine()
    if json { return printLine(record) }
    let size = record.to.map { "\($0[0])x\($0[1])" } ?? ""
    write(
      "\(job.output.path): \(size), \(upscaler.model.name) x\(upscaler.scale), \(decimal(record.seconds, 2)) s\n"
    )
  }

  private func printLine(_ record: RunLog.Record) {
    if let line = try? JSONLine.text(record) { write(line + "\n") }
  }

  /// Unbuffered, so that nothing is lost however the run ends.
  private func write(_ text: String) { try? SystemFile.write(Array(text.utf8), descriptor: 1) }

  // MARK: Places

  /// Whether a result that an earlier run noted is still what this one would make.
  private func isDone(_ old: RunLog.Record, as new: RunLog.Record, _ job: Job) -> Bool {
    guard old.status == .done, old.inputSHA256 == new.inputSHA256, old.options == new.options,
      old.weights == new.weights, let size = old.outputBytes,
      case .regular(size, _) = SystemFile.kind(job.output.path),
      let bytes = try? SystemFile.read(job.output.path, maximumBytes: size)
    else { return false }
    return SHA256(bytes).hexadecimal == old.outputSHA256
  }

  /// Makes the folder that a result goes to.
  private func makePlace(for job: Job) throws {
    // Found now, not when the file is renamed.
    guard let name = job.name.split(separator: "/").last, name.utf8.count <= 255 else {
      throw FileError(
        path: job.output.path, underlying: AccessError.system(action: "created", code: ENAMETOOLONG))
    }
    guard let slash = job.output.path.lastIndex(of: "/") else { return }
    let folder = String(job.output.path[..<slash])
    do throws(AccessError) { try SystemFile.createFolders(folder) } catch {
      throw SetUpError(underlying: FileError(path: folder, underlying: error))
    }
  }
}
