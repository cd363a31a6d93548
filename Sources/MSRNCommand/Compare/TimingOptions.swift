import ArgumentParser

/// How networks are timed.
struct TimingOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The size of the pictures (default: what each network was made for).", valueName: "WxH"))
  var size: PixelSize?

  @Option(help: ArgumentHelp("Pictures of a batch; 1 for no batches.", valueName: "n"))
  var batch = 16

  @Option(help: ArgumentHelp("Rounds in which the networks take turns.", valueName: "n"))
  var rounds = 5

  @Option(
    help: ArgumentHelp(
      "How long a network is timed in a round, alone and in batches each.", valueName: "s"))
  var seconds = 0.3

  mutating func validate() throws {
    guard (1...4096).contains(batch) else { throw ValidationError("--batch is 1 to 4096, not \(batch)") }
    guard (1...1000).contains(rounds) else { throw ValidationError("--rounds is 1 to 1000, not \(rounds)") }
    guard (0...3600).contains(seconds) else {
      throw ValidationError("--seconds is 0 to 3600, not \(seconds)")
    }
  }
}
