import ArgumentParser

/// How what has been measured is told: on standard output as tables, CSV or JSON, and as a page.
struct ReportOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp("Write a page with tables and plots.", valueName: "out.html"),
    completion: .file(extensions: ["html"]))
  var report: String?

  @Flag(name: .shortAndLong, help: "Replace the report if it exists.")
  var force = false

  @Flag(help: "Print comma-separated values.")
  var csv = false

  @Flag(help: "Print the result as one JSON object.")
  var json = false

  @OptionGroup
  var progressOptions: ProgressOptions

  mutating func validate() throws {
    if report == "-" { throw ValidationError("--report is a file; standard output has the tables") }
    if csv, json { throw ValidationError("--csv and --json cannot both go to standard output") }
  }

  /// The page that is asked for, which can be written.
  ///
  /// - Throws: `SetUpError`.
  func page() throws -> PageFile? { try report.map { try PageFile($0, replacing: force) } }

  /// Prints one of three.
  func print(
    _ text: @autoclosure () throws -> String, csv: @autoclosure () throws -> String,
    json: @autoclosure () throws -> String
  ) throws {
    StandardOutput.print(self.csv ? try csv() : self.json ? try json() : try text())
  }
}
