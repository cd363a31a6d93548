import ArgumentParser

@main
struct MSRN: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "msrn", abstract: "Image super-resolution on any CPU.", subcommands: [Bench.self])
}
