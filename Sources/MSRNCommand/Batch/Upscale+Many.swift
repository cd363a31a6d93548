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
    let named = try batchOptions.template.codec
    if let format = outputOptions.format, let named, format != named {
      throw ValidationError("--format \(format.rawValue) contradicts --name \(batchOptions.name ?? "")")
    }
    try outputOptions.check(for: outputOptions.format ?? named)
  }

  /// Enlarges many pictures into a folder.
  func enlarge(many inputs: [String], to folder: String) throws {
    let model = try modelOptions.read(scale: scale)
    let logPath = batchOptions.log ?? (folder.hasSuffix("/") ? folder : folder + "/") + "msrn-log.jsonl"
    let past: [String: RunLog.Past]
    do throws(FileError) { past = batchOptions.resume ? try RunLog.past(logPath) : [:] } catch {
      throw SetUpError(underlying: error)
    }
    let selection = Selection(
      inputs + (try batchOptions.listed()), rules: batchOptions.rules, output: folder)
    let list = try JobList(
      Self.without(resultsOf: past, in: folder, selection.pictures), to: folder,
      as: try batchOptions.template, format: outputOptions.format,
      scale: model.scale, model: model.name)
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

    let options = try runOptions.upscaler
    let upscaler = try Upscaler(model: model, options: options)
    let log: RunLog
    do throws(FileError) { log = try RunLog(logPath) } catch { throw SetUpError(underlying: error) }
    if verbose {
      StandardError.write(
        "msrn: \(model.path): \(model.architecture.summary), SHA-256 \(model.digest.hexadecimal)\n"
          + "msrn: \(options.threads) threads, \(options.instructionSet.rawValue), \(upscaler.precision.rawValue), log \(log.path)\n"
      )
    }
    Interruption.letFinish(within: batchOptions.grace ?? 5)
    let run = BatchRun(
      jobs: list.jobs, upscaler: upscaler, ensemble: ensemble, settings: settings,
      options: described(model.scale), memory: options.memory, log: log, past: past,
      errors: batchOptions.failFast ? 1 : batchOptions.maxErrors, json: json)
    let tally = run.run(progress: ProgressDisplay(progress ?? .automatic, label: ""))

    StandardError.write(
      "msrn: \(tally.description(failedBefore: unread.count))\(skipped.isEmpty ? "" : "; skipped \(skipped)")\n"
    )
    if Interruption.number != 0 { Interruption.leave() }
    unread.reduce(tally.worst, ExitStatus.worse).leave()
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
  private func described(_ scale: Int) -> String {
    let encoding = settings.encoding
    return "scale=\(scale) ensemble=\(ensemble) precision=\(runOptions.kernelOptions.precision.rawValue)"
      + " quality=\(encoding.quality) chroma=\(encoding.chroma.rawValue) compression=\(encoding.compression)"
      + " metadata=\(outputOptions.metadata.rawValue) matte=\(outputOptions.matte.map { "\($0)" } ?? "none")"
  }
}
