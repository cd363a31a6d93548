import ArgumentParser
import MSRNImages
import MSRNKit

extension Upscale {
  /// What the arguments without an option's name stand for.
  enum Route {
    case one(input: String, output: String)
    case many(inputs: [String], folder: String)
  }

  /// Whether there is one picture or many.
  ///
  /// One, to a file, unless something shows that there are many: a list, several inputs, an input that is a folder, or an
  /// output that is one. What is called as a picture is taken for one.
  var route: Route {
    get throws {
      let listed = batchOptions.filesFrom != nil
      guard let output = paths.last else { throw ValidationError("Missing expected argument '<input>'") }
      guard paths.count > 1 || listed else { throw ValidationError("Missing expected argument '<output>'") }
      for (name, path) in paths.map({ ("input", $0) }).dropLast() + [("output", output)] where path.isEmpty {
        throw ValidationError("the \(name)'s name is empty")
      }
      let inputs = Array(paths.dropLast())
      let endsInSlash = output.hasSuffix("/")
      let isPicture = output == "-" || !endsInSlash && PictureFile(output).codec != nil
      guard let first = inputs.first, inputs.count == 1, !listed else {
        if isPicture, SystemFile.kind(output) != .folder {
          throw ValidationError("several pictures need a folder to go to, which \(output) is not")
        }
        return .many(inputs: inputs, folder: output)
      }
      func isFolder(_ path: String) -> Bool { SystemFile.kind(path) == .folder }
      let many = !isPicture && (endsInSlash || isFolder(output) || first != "-" && isFolder(first))
      return many ? .many(inputs: inputs, folder: output) : .one(input: first, output: output)
    }
  }

  /// Finds what is wrong with a command line for many pictures.
  func check(many inputs: [String], to folder: String) throws {
    if inputs.contains("-") { throw ValidationError("standard input is one picture, not one of many") }
    if profile { throw ValidationError("--profile is for one picture") }
    let template = try batchOptions.template
    if let format = outputOptions.format, let named = template.codec, format != .one(named) {
      throw ValidationError("--format \(format) contradicts --name \(batchOptions.name ?? "")")
    }
    if template.asksForScale, let target = geometry.target {
      guard case .scale = target else {
        throw ValidationError("{scale} in --name is for --scale; {size} is there for every size")
      }
    }
    try outputOptions.check(for: outputOptions.format?.codec ?? template.codec)
  }

  /// Enlarges many pictures into a folder.
  func enlarge(many inputs: [String], to folder: String) throws {
    let options = try runOptions.upscaler
    let enlarger = try geometry.enlarger(modelOptions, options)
    let logPath = batchOptions.log ?? (folder.hasSuffix("/") ? folder : folder + "/") + "msrn-log.jsonl"
    let past: [String: RunLog.Past]
    do throws(FileError) { past = batchOptions.resume ? try RunLog.past(logPath) : [:] } catch {
      throw SetUpError(underlying: error)
    }
    let selection = Selection(
      inputs + (try batchOptions.listed()), rules: batchOptions.rules, output: folder)
    let pictures = Survey.measured(
      Self.without(resultsOf: past, in: folder, selection.pictures), threads: options.threads)
    let list = try JobList(
      pictures, to: folder, as: try batchOptions.template, format: outputOptions.format?.codec,
      target: enlarger.target, model: enlarger.name)
    for failure in selection.failures { StandardError.write("msrn: \(failure)\n") }
    let unread = selection.failures.map { ExitStatus($0) }
    let skipped = selection.skipped.description
    if batchOptions.dryRun {
      for job in list.jobs { print("\(job.input.path) -> \(job.output.path)") }
      var summary = "\(list.jobs.count) to do"
      if !unread.isEmpty { summary += ", \(unread.count) failed" }
      StandardError.write("msrn: \(summary)\(skipped.isEmpty ? "" : "; skipped \(skipped)")\n")
      unread.reduce(.success, ExitStatus.worse).leave()
    }
    if !batchOptions.resume, !outputOptions.force { try list.checkNew() }
    do throws(AccessError) { try SystemFile.createFolders(folder) } catch {
      throw SetUpError(underlying: FileError(path: folder, underlying: error))
    }

    // Weights that are broken are found now, not when the first picture needs them.
    let networks = Set(
      list.jobs.compactMap { job in
        job.pixels.flatMap { try? enlarger.route(width: $0.width, height: $0.height) }?.network
      })
    for scale in networks.sorted() { _ = try enlarger.upscaler(scale) }
    let log: RunLog
    do throws(FileError) { log = try RunLog(logPath) } catch { throw SetUpError(underlying: error) }
    if verbose {
      for scale in networks.sorted() {
        let model = try enlarger.upscaler(scale).model
        StandardError.write(
          "msrn: \(model.path): \(model.architecture.summary), SHA-256 \(model.digest.hexadecimal)\n")
      }
      StandardError.write(
        "msrn: \(enlarger.target), \(options.threads) threads, \(options.instructionSet.rawValue), log \(log.path)\n"
      )
    }
    Interruption.letFinish(within: batchOptions.grace ?? 5)
    let request = BatchStages.Request(
      ensemble: ensemble, settings: settings, options: described(enlarger),
      errors: batchOptions.failFast ? 1 : batchOptions.maxErrors, json: json, verbose: verbose)
    let stages = BatchStages(request, jobs: list.jobs.count, log: log, past: past)
    let tally = BatchRun(list.jobs, enlarger, threads: options.threads, stages).run(
      progress: BatchProgress(progress ?? .automatic, jobs: list.jobs))

    let worst = unread.reduce(tally.worst, ExitStatus.worse)
    if json { print(try JSONLine.text(tally.report(failedBefore: unread.count, exit: worst))) }
    StandardError.write(
      "msrn: \(tally.description(failedBefore: unread.count))\(skipped.isEmpty ? "" : "; skipped \(skipped)")\n"
    )
    if verbose { StandardError.write("msrn: \(tally.times)\n") }
    if Interruption.number != 0 { Interruption.leave() }
    worst.leave()
  }

  /// Where results go among the pictures, the earlier ones are no pictures of this run.
  private static func without(
    resultsOf past: [String: RunLog.Past], in folder: String, _ pictures: [Selection.Picture]
  ) -> [Selection.Picture] {
    let results = Set(past.filter(\.value.isOurs).keys.compactMap { SystemFile.resolved("\(folder)/\($0)") })
    if results.isEmpty { return pictures }
    return pictures.filter { SystemFile.resolved($0.path).map { !results.contains($0) } ?? true }
  }

  /// All that decides about a result beside the picture and the weights, for the run log.
  private func described(_ enlarger: Enlarger) -> String {
    let encoding = settings.encoding
    let method = enlarger.scales.isEmpty ? " method=\(enlarger.name)" : ""
    return
      "\(enlarger.target)\(method) ensemble=\(ensemble) precision=\(runOptions.kernelOptions.precision.rawValue)"
      + " quality=\(encoding.quality) chroma=\(encoding.chroma.rawValue) compression=\(encoding.compression)"
      + " metadata=\(outputOptions.metadata.rawValue) matte=\(outputOptions.matte.map { "\($0)" } ?? "none")"
  }
}
