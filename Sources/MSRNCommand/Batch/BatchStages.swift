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

/// What is done with each picture of a run, stage by stage; any thread may do a stage of any picture.
///
/// A picture that fails goes through the stages that are left untouched, and is told and logged at its end.
final class BatchStages: Sendable {
  /// What is asked for.
  struct Request: Sendable {
    var ensemble: Bool
    var settings: PictureWork.Settings
    /// All that decides about a result beside the picture and the weights, in words, for the log.
    var options: String
    /// The number of failures at which the run stops; `nil`: none.
    var errors: Int?
    /// Whether the log's lines are printed.
    var json: Bool
    var verbose: Bool
  }

  let tally: Mutex<BatchTally>
  private let request: Request
  private let log: RunLog
  private let past: [PathBytes: RunLog.Past]
  private let stop = Atomic<Bool>(false)

  /// Stages for a run of so many pictures.
  ///
  /// - Parameters:
  ///   - request: what is asked for.
  ///   - jobs: how many pictures there are.
  ///   - log: where each picture's end is noted.
  ///   - past: what earlier runs have noted, if this one resumes them.
  init(_ request: Request, jobs: Int, log: RunLog, past: [PathBytes: RunLog.Past]) {
    (self.request, self.log, self.past) = (request, log, past)
    tally = Mutex(BatchTally(jobs: jobs))
  }

  /// Whether no further picture is to be begun.
  var isStopped: Bool { stop.load(ordering: .relaxed) || Interruption.number != 0 }

  // MARK: Stages

  /// Reads a picture's file, and waits until there is memory for what is to come.
  ///
  /// - Parameters:
  ///   - job: the picture.
  ///   - share: what will enlarge it.
  ///   - threads: threads that the encoder will have.
  /// - Returns: the picture's bytes, or why there is nothing to do.
  func open(_ job: Job, _ share: EngineShare, threads: Int) -> BatchItem {
    var work = PictureWork(
      source: job.input, target: job.output, codec: job.codec, settings: request.settings)
    work.settings.encoding.threads = threads
    let old = past[PathBytes(job.name)]
    if old?.isOurs == true { work.settings.force = true }
    var item = BatchItem(
      job: job, work: work, state: .unchanged,
      record: RunLog.Record(
        input: job.input.path, output: job.name, options: request.options, weights: RunLog.noWeights))
    item.advance { item in
      let bytes = try work.read()
      item.record.inputBytes = bytes.count
      item.record.inputSHA256 = SHA256(bytes).hexadecimal
      if let old, try isDone(old.last, as: item.record, job, share.enlarger) { return .unchanged }
      try makePlace(for: job)
      try work.checkTarget()
      let header = try work.header(of: bytes)
      try work.checkSides(header, share.enlarger)
      try work.checkMemory(header, share.enlarger, ensemble: request.ensemble)
      let need = try work.enlarging { try share.enlarger.need(for: header, ensemble: request.ensemble) }
      (item.need, item.claimed) = (need, need.whole - Enlarger.processBytes + bytes.count)
      return .read(bytes)
    }
    // Outside of the seconds that the picture takes.
    if item.claimed > 0 { share.claim(item.claimed) }
    return item
  }

  /// Decodes a picture.
  func decode(_ item: BatchItem) -> BatchItem {
    var item = item
    guard case .read(let bytes) = item.state else { return item }
    item.advance { item in
      let image = try item.work.decode(bytes)
      item.record.from = [image.width, image.height]
      return .picture(image)
    }
    return item
  }

  /// Brings a picture to its size.
  func enlarge(_ item: BatchItem, _ share: EngineShare, progress: (Double) -> Void) -> BatchItem {
    var item = item
    guard case .picture(let image) = item.state else { return item }
    share.begin()
    item.advance { item in
      var trouble: String?
      let enlarger = share.enlarger
      let result = try item.work.enlarging {
        let route = try enlarger.route(width: image.width, height: image.height)
        if let scale = route.network {
          item.record.weights = try enlarger.upscaler(scale).model.digest.hexadecimal
        }
        item.record.method = enlarger.description(of: route)
        return try enlarger.enlarge(
          image, ensemble: request.ensemble,
          progress: { share in
            progress(share)
            return true
          }, fallback: { trouble = "\($0)" })
      }
      item.record.to = [result.width, result.height]
      item.record.fallback = trouble
      if request.verbose, let trouble {
        say("\(item.work.sourceName): \(trouble): done again without tiles")
      }
      return .picture(result)
    }
    if let need = item.need { item.claimed = share.keep(need, of: item.claimed) }
    return item
  }

  /// Encodes a result.
  func encode(_ item: BatchItem) -> BatchItem {
    var item = item
    guard case .picture(let result) = item.state else { return item }
    item.advance { item in
      let bytes = try item.work.encode(result)
      item.record.outputBytes = bytes.count
      item.record.outputSHA256 = SHA256(bytes).hexadecimal
      item.record.status = .done
      return .encoded(bytes)
    }
    return item
  }

  /// Writes a result, notes how the picture ended, and gives its memory back.
  func finish(_ item: BatchItem, _ share: EngineShare) {
    defer { share.giveBack(item.claimed) }
    switch item.state {
    case .unchanged: tally.withLock { $0.unchanged += 1 }
    case .failed(let error): fail(item.record, error)
    case .read, .picture: preconditionFailure("a picture is encoded before it is finished")
    case .encoded(let bytes):
      do {
        // Before the result has its name, so that no result is there of which the log knows nothing.
        do { try log.append(item.record) } catch { throw SetUpError(underlying: error) }
        try item.work.write(bytes)
        tally.withLock { $0.done += 1 }
        tell(item.record, item.job)
      } catch {
        fail(item.record, error)
      }
    }
  }

  // MARK: Ends

  private func fail(_ record: RunLog.Record, _ error: any Error) {
    var record = record
    let status = ExitStatus(error)
    (record.status, record.exit, record.error) = (.failed, status.rawValue, "\(error)")
    (record.outputBytes, record.outputSHA256) = (nil, nil)
    say("\(error)")
    let failed = tally.withLock { tally in
      tally.failed += 1
      tally.worst = ExitStatus.worse(tally.worst, status)
      return tally.failed
    }
    // A place that takes no files takes the next one neither.
    if error is SetUpError || request.errors.map({ failed >= $0 }) ?? false {
      stop.store(true, ordering: .relaxed)
    }
    do { try log.append(record) } catch {
      say("\(error)")
      tally.withLock { $0.worst = ExitStatus.worse($0.worst, .environment) }
      stop.store(true, ordering: .relaxed)
    }
    if request.json { printLine(record) }
  }

  private func tell(_ record: RunLog.Record, _ job: Job) {
    ProgressDisplay.clearLine()
    if request.json { return printLine(record) }
    let size = record.to.map { "\($0[0])x\($0[1])" } ?? ""
    write("\(job.output.path): \(size), \(record.method ?? ""), \(decimal(record.seconds, 2)) s\n")
  }

  private func say(_ line: String) {
    ProgressDisplay.clearLine()
    StandardError.write("msrn: \(line)\n")
  }

  private func printLine(_ record: RunLog.Record) {
    if let line = try? JSONLine.text(record) { write(line + "\n") }
  }

  /// Unbuffered, so that nothing is lost however the run ends.
  private func write(_ text: String) { try? SystemFile.write(Array(text.utf8), descriptor: 1) }

  // MARK: Places

  /// Whether a result that an earlier run noted is still what this one would make.
  private func isDone(
    _ old: RunLog.Record, as new: RunLog.Record, _ job: Job, _ enlarger: Enlarger
  ) throws -> Bool {
    guard old.status == .done, old.inputSHA256 == new.inputSHA256, old.options == new.options,
      let from = old.from, from.count == 2, from[0] > 0, from[1] > 0, let size = old.outputBytes,
      case .regular(size, _) = SystemFile.kind(job.output.path)
    else { return false }
    let route = try enlarger.route(width: from[0], height: from[1])
    let weights = try route.network.map { try enlarger.upscaler($0).model.digest.hexadecimal }
    guard old.weights == weights ?? RunLog.noWeights,
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
