import ArgumentParser

/// How progress is told.
struct ProgressOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "How progress is told (default: bar on a terminal, else none).", valueName: "style"))
  var progress: ProgressStyle?

  var style: ProgressStyle { progress ?? .automatic }

  func display(_ label: String) -> ProgressDisplay { ProgressDisplay(style, label: label) }
}
