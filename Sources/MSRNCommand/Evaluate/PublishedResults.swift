/// Figures that others have published, as data with their source.
struct PublishedResults: Encodable, Sendable {
  /// What one method reached on one set.
  struct Row: Encodable, Hashable, Sendable {
    let method: String
    let scale: Int
    let set: String
    let psnr: Double
    let ssim: Double
  }

  /// Who published them, and where.
  let source: String
  let url: String
  /// How they were measured.
  let note: String
  let rows: [Row]

  /// The rows for a set at a scale, whatever the set's folder is called.
  ///
  /// - Parameters:
  ///   - set: the name of our set; `BSD100` and `B100` are one.
  ///   - scale: the scale.
  /// - Returns: the rows, in the source's order.
  func rows(set: String, scale: Int) -> [Row] {
    func plain(_ name: String) -> String {
      let name = name.lowercased().filter { $0.isLetter || $0.isNumber }
      return name == "bsd100" ? "b100" : name
    }
    return rows.filter { $0.scale == scale && plain($0.set) == plain(set) }
  }

  /// The authors' own figures for MSRN; `MSRN+` is with the ensemble.
  static let msrn = PublishedResults(
    source: "Li et al., MSRN-PyTorch, README (2019)",
    url: "https://github.com/MIVRC/MSRN-PyTorch",
    note:
      "64 features, 8 blocks, DIV2K; Y not rounded, border = scale, LR by MATLAB's imresize; network in quarters (forward_chop)",
    table: """
      MSRN   2  38.07/0.9608  33.68/0.9184  32.22/0.9002  32.32/0.9304  38.64/0.9771
      MSRN+  2  38.16/0.9611  33.82/0.9196  32.28/0.9080  32.47/0.9316  38.87/0.9777
      MSRN   3  34.48/0.9276  30.40/0.8436  29.13/0.8061  28.31/0.8560  33.56/0.9451
      MSRN+  3  34.59/0.9285  30.51/0.8454  29.20/0.8073  28.49/0.8588  33.91/0.9470
      MSRN   4  32.25/0.8958  28.63/0.7833  27.61/0.7377  26.22/0.7905  30.57/0.9103
      MSRN+  4  32.41/0.8975  28.76/0.7859  27.68/0.7394  26.39/0.7946  30.92/0.9136
      MSRN   8  26.95/0.7728  24.87/0.6380  24.77/0.5954  22.35/0.6124  24.40/0.7729
      MSRN+  8  27.07/0.7784  25.03/0.6422  24.83/0.5974  22.51/0.6182  24.62/0.7795
      """,
    sets: ["Set5", "Set14", "B100", "Urban100", "Manga109"])

  /// Takes a table of lines that have a method, a scale, and PSNR/SSIM for each set.
  private init(source: String, url: String, note: String, table: String, sets: [String]) {
    (self.source, self.url, self.note) = (source, url, note)
    rows = table.split(separator: "\n").flatMap { line -> [Row] in
      let cells = line.split(separator: " ")
      precondition(
        cells.count == 2 + sets.count, "a line has a method, a scale and \(sets.count) pairs: \(line)")
      return zip(sets, cells.dropFirst(2)).map { set, cell in
        let pair = cell.split(separator: "/").compactMap { Double($0) }
        guard let scale = Int(cells[1]), pair.count == 2 else { preconditionFailure("no numbers: \(line)") }
        return Row(method: String(cells[0]), scale: scale, set: set, psnr: pair[0], ssim: pair[1])
      }
    }
  }
}
