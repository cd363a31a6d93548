// swift-tools-version: 6.2

import PackageDescription

// A package of somebody else's that uses the library: it must build without any flag of ours.
let package = Package(
  name: "Consumer",
  platforms: [.macOS(.v15)],
  dependencies: [.package(name: "msrn", path: "../..")],
  targets: [
    .executableTarget(name: "Consumer", dependencies: [.product(name: "MSRNKit", package: "msrn")])
  ]
)
