import MSRNEngine
import MSRNImages
import MSRNKit
import Synchronization

/// Methods measured on sets of pictures.
///
/// Many small pictures are done side by side, each by one thread from its file to its figures. Else the networks have the
/// calling thread and share each picture out among the cores; meanwhile others are read, decoded and reduced, and results are
/// measured. A picture that fails is told and left out of all means, so that those of different methods can be compared.
final class EvaluationRun: Sendable {
  /// What is asked for.
  struct Settings: Sendable {
    var scale: Int
    var modcrop: Bool
    var measure: EvaluationProtocol
    /// Threads that pictures are done side by side on, or that work beside the networks'; 0: one thing after the other.
    var helpers: Int
    /// Bytes of memory that everything together may take; `nil`: no limit.
    var memory: Int?
  }

  /// How much time a run took, and for what.
  struct Time: Encodable, Sendable {
    /// From the first picture's beginning to the last one's end.
    var wall = 0.0
    /// In which a network was at work.
    var networks = 0.0
    /// Of all cores together.
    var processor = 0.0
    var cores = 1
    /// Whether other things were done meanwhile.
    var overlapped = true
    /// Pictures that networks worked on at a time; of several, each had one core.
    var sideBySide = 1
  }

  private struct Item: Sendable {
    let set: Int
    let index: Int
    let picture: EvaluationSet.Picture
  }

  /// A picture between two stages.
  private struct Work: Sendable {
    let item: Item
    /// `nil` once it has failed, or where nothing is left to be done.
    var picture: TestPicture?
    /// By method.
    var results: [EvaluationReport.Result?]
    var enlarged: [Image?]
    var seconds: [Double?]
    var size = (width: 0, height: 0)
    var failure: (any Error)?
    /// What the log knows it by.
    var identity: String?
    /// Bytes of the memory budget that it holds.
    var claimed = 0

    var networkSeconds: Double { seconds.reduce(0) { $0 + ($1 ?? 0) } }
  }

  private let sets: [EvaluationSet]
  private let methods: [EvaluationMethod]
  private let settings: Settings
  private let log: EvaluationLog?
  private let budget: ByteBudget
  private let memory: EvaluationMemory
  private let report: Mutex<EvaluationReport>
  private let worst = Mutex(ExitStatus.success)

  /// - Parameters:
  ///   - sets: the pictures.
  ///   - methods: what enlarges them; none where results are given.
  ///   - settings: what else is asked for.
  ///   - report: where results go.
  ///   - log: what earlier runs found, and where this one notes its own.
  init(
    _ sets: [EvaluationSet], methods: [EvaluationMethod], settings: Settings, report: EvaluationReport,
    log: EvaluationLog?
  ) {
    (self.sets, self.methods, self.settings, self.log) = (sets, methods, settings, log)
    memory = EvaluationMemory(methods, limit: settings.memory)
    budget = ByteBudget(memory.shared)
    self.report = Mutex(report)
  }

  /// Measures everything.
  ///
  /// - Returns: the report, and the worst that happened.
  func run(progress display: sending ProgressDisplay) -> (EvaluationReport, ExitStatus) {
    let items = sets.enumerated().flatMap { number, set in
      set.pictures.enumerated().map { Item(set: number, index: $0, picture: $1) }
    }
    let progress = EvaluationProgress(display, pictures: items.count)
    var time = Time()
    (time.cores, time.overlapped) = (Threads.available, settings.helpers > 0)
    let (start, processor) = (ContinuousClock.now, ProcessorTime.process)
    if let small = small(items) {
      time.sideBySide = settings.helpers
      doSideBySide(small, progress)
    } else {
      doOverlapping(items, progress)
    }
    progress.end()
    time.wall = (ContinuousClock.now - start).seconds
    time.processor = ProcessorTime.process - processor
    time.networks = progress.networkSeconds / Double(time.sideBySide)
    let finished = report.withLock { report in
      report.time = time
      return report
    }
    return (finished, worst.withLock { $0 })
  }

  /// The items, largest first, if there are many and all are too small to be shared out among the cores, and if as many as
  /// there are threads fit into the memory.
  private func small(_ items: [Item]) -> [Item]? {
    let threads = settings.helpers, scale = settings.scale
    guard threads > 1, items.count >= 4 * threads, methods.contains(where: \.isNetwork) else { return nil }
    // One without a readable header comes last; its reading says why.
    let sorted = items.map { (item: $0, header: Survey.header($0.picture.path)) }
      .sorted { $0.header?.pixels ?? 0 > $1.header?.pixels ?? 0 }
    guard let largest = sorted[0].header,
      Lanes.areSmall(pixels: largest.pixels / (scale * scale), threads: threads),
      memory.holds(threads, like: largest, scale: scale)
    else { return nil }
    return sorted.map(\.item)
  }

  private func doSideBySide(_ items: [Item], _ progress: EvaluationProgress) {
    let memories = (0..<settings.helpers).map { _ in memory.limited(to: 1) }
    Lanes.run(items, count: memories.count, stopped: { false }) { [self] item, lane in
      let work = prepare(item)
      progress.begin(item.picture.name)
      let done = enlarge(work, memories[lane]) { _ in }
      progress.end(networkSeconds: done.networkSeconds)
      finish(done)
    }
  }

  private func doOverlapping(_ items: [Item], _ progress: EvaluationProgress) {
    Overlap.run(
      items, helpers: settings.helpers, prepare: { [self] in prepare($0) },
      work: { work in
        progress.begin(work.item.picture.name)
        let done = enlarge(work, memory) { progress.show($0) }
        progress.end(networkSeconds: done.networkSeconds)
        return done
      },
      finish: { [self] in finish($0) })
  }

  // MARK: Stages

  /// Reads, decodes and reduces a picture, once there is memory for it.
  private func prepare(_ item: Item) -> Work {
    let nothing = [EvaluationReport.Result?](repeating: nil, count: max(1, methods.count))
    var work = Work(
      item: item, results: nothing, enlarged: nothing.map { _ in nil }, seconds: nothing.map { _ in nil })
    do {
      let files = try TestPicture.Files(hr: item.picture.path, source: item.picture.source)
      if let log {
        let identity =
          files.identity
          + " x\(settings.scale) \(settings.measure.rawValue)\(settings.modcrop ? " modcrop" : "")"
        work.identity = identity
        for index in nothing.indices {
          guard let old = log.record(.init(of: identity, by: method(index))) else { continue }
          work.results[index] = .init(psnr: old.psnr, ssim: old.ssim, seconds: old.seconds)
          work.size = (old.width, old.height)
        }
        if work.results.allSatisfy({ $0 != nil }) { return work }
      }
      work.claimed = try memory.claim(for: files, scale: settings.scale)
      budget.claim(work.claimed)
      let picture = try TestPicture(files, scale: settings.scale, modcrop: settings.modcrop)
      work.size = (picture.hr.width, picture.hr.height)
      work.picture = picture
    } catch {
      work.failure = error
    }
    return work
  }

  /// Sends a picture through the networks.
  private func enlarge(_ work: Work, _ memory: EvaluationMemory, progress: (Double) -> Void) -> Work {
    guard let lr = work.picture?.lr, work.failure == nil else { return work }
    var work = work
    let networks = methods.indices.filter { methods[$0].isNetwork && work.results[$0] == nil }
    for (number, index) in networks.enumerated() {
      do throws(UpscaleError) {
        let start = ContinuousClock.now
        let method = memory.method(index, for: lr, scale: settings.scale)
        work.enlarged[index] = try method.enlarge(lr, scale: settings.scale) { share in
          progress((Double(number) + share) / Double(networks.count))
          return true
        }
        work.seconds[index] = (ContinuousClock.now - start).seconds
        if networks.count > 1 { method.releaseMemory() }
      } catch {
        work.failure = FileError(path: work.item.picture.path, underlying: error)
        break
      }
    }
    return work
  }

  /// Measures what has been made of a picture, and makes of it what needs no network.
  private func finish(_ work: Work) {
    defer { budget.giveBack(work.claimed) }
    var work = work
    if let picture = work.picture, work.failure == nil {
      do {
        for index in work.results.indices where work.results[index] == nil {
          try measure(index, picture, &work)
          work.enlarged[index] = nil
          try note(index, work)
        }
      } catch {
        work.failure = error
      }
    }
    if let failure = work.failure {
      let status = ExitStatus(failure)
      ProgressDisplay.clearLine()
      StandardError.write("msrn: \(failure)\n")
      worst.withLock { $0 = ExitStatus.worse($0, status) }
      report.withLock { report in
        report.add(
          .init(name: work.item.picture.name, exit: status.rawValue, error: "\(failure)"),
          at: work.item.index,
          toSet: work.item.set)
      }
    } else {
      let results = work.results.compactMap { $0 }
      report.withLock { report in
        report.add(
          .init(
            name: work.item.picture.name, width: work.size.width, height: work.size.height, results: results),
          at: work.item.index, toSet: work.item.set)
      }
    }
  }

  private func measure(_ index: Int, _ picture: TestPicture, _ work: inout Work) throws {
    let path = work.item.picture.path
    var seconds = work.seconds[index]
    let image: Image
    if let sr = picture.sr {
      image = sr
    } else if let made = work.enlarged[index] {
      image = made
    } else {
      guard let lr = picture.lr else { preconditionFailure("a method needs an LR picture") }
      let start = ContinuousClock.now
      do throws(UpscaleError) { image = try methods[index].enlarge(lr, scale: settings.scale) } catch {
        throw FileError(path: path, underlying: error)
      }
      seconds = (ContinuousClock.now - start).seconds
    }
    do throws(QualityError) {
      let score = try settings.measure.score(image, reference: picture.hr, scale: settings.scale)
      work.results[index] = .init(psnr: score.psnr, ssim: score.ssim, seconds: seconds)
    } catch {
      throw FileError(path: path, underlying: error)
    }
  }

  private func note(_ index: Int, _ work: Work) throws {
    guard let log, let identity = work.identity, let result = work.results[index] else { return }
    do {
      try log.append(
        .init(
          picture: work.item.picture.path, of: identity, by: method(index), width: work.size.width,
          height: work.size.height, psnr: result.psnr, ssim: result.ssim, seconds: result.seconds))
    } catch {
      throw SetUpError(underlying: error)
    }
  }

  /// All that decides about a method's results; results that are given have nothing of it.
  private func method(_ index: Int) -> String { methods.isEmpty ? "given" : methods[index].identity }
}

extension ImageHeader {
  fileprivate var pixels: Int { width * height }
}
