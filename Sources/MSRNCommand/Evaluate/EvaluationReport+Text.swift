extension EvaluationReport {
  /// A line for each picture and method, after one of headings.
  var csv: String {
    var lines = ["set,picture,width,height,method,protocol,shave,scale,psnr,ssim,seconds"]
    for set in sets {
      for picture in set.measured {
        for (method, result) in zip(methods, picture.results) {
          lines.append(
            [
              CSV.cell(set.name), CSV.cell(picture.name), "\(picture.width ?? 0)", "\(picture.height ?? 0)",
              CSV.cell(method.name), `protocol`.name, "\(`protocol`.shave)", "\(scale)",
              decimal(result.psnr, 5), decimal(result.ssim, 6),
              result.seconds.map { decimal($0, 4) } ?? "",
            ].joined(separator: ","))
        }
      }
    }
    return lines.joined(separator: "\n")
  }

  /// Tables of at most 80 columns, if paths are short.
  func text(pictures withPictures: Bool) -> String {
    var parts = [listing]
    if withPictures { parts += sets.map { table(of: $0) } }
    parts.append(means)
    if let publishedSource { parts.append("published: \(publishedSource)") }
    return parts.joined(separator: "\n\n")
  }

  private var listing: String {
    var listing = Listing()
    listing.add("protocol", "\(`protocol`.name): \(`protocol`.compares), border \(`protocol`.shave)")
    for set in sets {
      let count = set.measured.count
      var text = "\(set.hr), \(counted(count, "picture")), x\(scale)"
      let failed = set.pictures.count - count
      if failed > 0 { text += "; \(failed) failed" }
      listing.add("HR", text)
    }
    if Swift.Set(sets.map(\.lr)).count == 1 {
      listing.add("LR", sets[0].lr)
    } else {
      for set in sets { listing.add("LR", set.lr) }
    }
    for sr in sets.compactMap(\.sr) { listing.add("SR", sr) }
    for weights in methods.compactMap(\.weights) {
      listing.add("weights", "\(weights.file), \(grouped(weights.parameters)) parameters")
    }
    if tiles != "whole" { listing.add("tiles", tiles) }
    listing.add("machine", machine.processor)
    listing.add("", "\(machine.threads) threads, \(machine.instructionSet)")
    listing.add("time", time.description)
    return listing.description
  }

  private var means: String {
    let several = sets.count > 1
    var table = Table(
      (several ? ["set"] : []) + ["mean of", "PSNR", "SSIM", "s a picture"],
      numbers: several ? [2, 3, 4] : [1, 2, 3])
    for set in sets {
      func add(_ name: String, _ psnr: Double, _ ssim: Double, _ seconds: Double?) {
        table.add(
          (several ? [shortened(set.name, to: 16)] : []) + [
            shortened(name, to: 30), decimal(psnr, 3), decimal(ssim, 5),
            seconds.map { decimal($0, 3) } ?? "",
          ])
      }
      for mean in set.means { add(mean.method, mean.psnr, mean.ssim, mean.seconds) }
      if set.means.isEmpty {
        table.add((several ? [shortened(set.name, to: 16)] : []) + ["nothing", "", "", ""])
      }
      for row in set.published {
        table.add(
          (several ? [shortened(set.name, to: 16)] : []) + [
            "\(row.method), published", decimal(row.psnr, 2), decimal(row.ssim, 4), "",
          ])
      }
    }
    return table.description
  }

  private func table(of set: Set) -> String {
    var table = Table(
      [sets.count > 1 ? shortened(set.name, to: 20) : "picture", "size", "method", "PSNR", "SSIM", "s"],
      numbers: [3, 4, 5])
    for picture in set.measured {
      for (method, result) in zip(methods, picture.results) {
        table.add([
          shortened(picture.name, to: 20), "\(picture.width ?? 0)x\(picture.height ?? 0)",
          shortened(method.name, to: 16),
          decimal(result.psnr, 3), decimal(result.ssim, 5), result.seconds.map { decimal($0, 3) } ?? "",
        ])
      }
    }
    return table.description
  }
}

extension EvaluationRun.Time {
  /// `6.9 s, 93 % of it in networks; 13.2 s of processor on 2 cores`.
  var description: String {
    let share = wall > 0 ? " \(decimal(100 * networks / wall, 0)) % of it in networks;" : ""
    let many = sideBySide > 1 ? "; \(sideBySide) pictures side by side" : ""
    return "\(decimal(wall, 2)) s,\(share) \(decimal(processor, 2)) s of processor on \(cores) cores\(many)"
  }
}
