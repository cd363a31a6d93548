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
      let listed = batchOptions.selection.filesFrom != nil || batchOptions.manifest != nil
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
      func isPattern(_ path: String) -> Bool { Glob.isPattern(path) && SystemFile.kind(path) == nil }
      let many =
        !isPicture
        && (endsInSlash || isFolder(output) || first != "-" && (isFolder(first) || isPattern(first)))
      return many ? .many(inputs: inputs, folder: output) : .one(input: first, output: output)
    }
  }

  /// Finds what is wrong with a command line for many pictures.
  func check(many inputs: [String], to folder: String) throws {
    if let manifest = batchOptions.manifest, !inputs.isEmpty {
      throw ValidationError("--manifest \(manifest) says what the pictures are, and \(inputs[0]) too")
    }
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
    Allocator.returnBlocks(from: 1 << 20)
    let options = try runOptions.upscaler
    let enlarger = try geometry.enlarger(modelOptions, options)
    let plan = try BatchPlan(
      inputs, to: folder, batchOptions, format: outputOptions.format?.codec, enlarger,
      threads: options.threads)
    for failure in plan.failures { StandardError.write("msrn: \(failure)\n") }
    let unread = plan.failures.map { ExitStatus($0) }
    let skipped = plan.skipped.isEmpty ? "" : "; skipped \(plan.skipped)"
    if batchOptions.dryRun {
      for job in plan.jobs { StandardOutput.print("\(job.input.path) -> \(job.output.path)") }
      var summary = "\(plan.jobs.count) to do"
      if !unread.isEmpty { summary += ", \(unread.count) failed" }
      StandardError.write("msrn: \(summary)\(skipped)\n")
      unread.reduce(.success, ExitStatus.worse).leave()
    }
    if !batchOptions.resume, !outputOptions.force { try JobList.checkNew(plan.jobs) }
    do throws(AccessError) { try SystemFile.createFolders(folder) } catch {
      throw SetUpError(underlying: FileError(path: folder, underlying: error))
    }
    let stale = StaleFiles.sweep(plan.folders)
    if stale > 0 {
      StandardError.write("msrn: removed \(counted(stale, "unfinished file")) of killed runs\n")
    }

    // Weights that are broken are found now, not when the first picture needs them.
    let networks = plan.networks(of: enlarger)
    for scale in networks { _ = try enlarger.upscaler(scale) }
    let log: RunLog
    do throws(FileError) { log = try RunLog(plan.logPath) } catch { throw SetUpError(underlying: error) }
    if verbose {
      for scale in networks {
        let model = try enlarger.upscaler(scale).model
        StandardError.write(
          "msrn: \(model.path): \(model.architecture.summary), SHA-256 \(model.digest.hexadecimal)\n")
      }
      StandardError.write(
        "msrn: \(enlarger.target), \(enlarger.name), \(options.threads) threads, \(options.instructionSet.rawValue), \(options.precision.rawValue), log \(log.path)\n"
      )
    }
    Interruption.letFinish(within: batchOptions.grace ?? 5)
    let request = BatchStages.Request(
      ensemble: ensemble, settings: settings, options: described(enlarger),
      errors: batchOptions.failFast ? 1 : batchOptions.maxErrors, json: json, verbose: verbose)
    let stages = BatchStages(request, jobs: plan.jobs.count, log: log, past: plan.past)
    let tally = BatchRun(plan.jobs, enlarger, threads: options.threads, stages).run(
      progress: BatchProgress(progressOptions.style, jobs: plan.jobs))

    let worst = unread.reduce(tally.worst, ExitStatus.worse)
    if json { StandardOutput.print(try JSONLine.text(tally.report(failedBefore: unread.count, exit: worst))) }
    StandardError.write(
      "msrn: \(tally.description(failedBefore: unread.count))\(skipped)\n"
    )
    if verbose, tally.done > 0 { StandardError.write("msrn: \(tally.times)\n") }
    if Interruption.number != 0 { Interruption.leave() }
    worst.leave()
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
