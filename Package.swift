// swift-tools-version: 6.2

import PackageDescription

/// Every Swift target is checked the same way; `unsafe` marks each use of a pointer.
let strict: [SwiftSetting] = [
  .strictMemorySafety(),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("InternalImportsByDefault"),
]

/// `make` sets this variable, so that a warning fails the build here and never the build of a package that depends on us.
let warnings: [SwiftSetting] =
  Context.environment["MSRN_WARNINGS_AS_ERRORS"] == nil ? [] : [.treatAllWarnings(as: .error)]

func swift(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
  .target(name: name, dependencies: dependencies, swiftSettings: strict + warnings)
}

/// Tests of one target have its name and "Tests"; they may use the support library and whatever is named.
func tests(
  of name: String, _ dependencies: [Target.Dependency] = [], exclude: [String] = [],
  resources: [Resource] = []
) -> Target {
  .testTarget(
    name: name + "Tests", dependencies: [.byName(name: name), "MSRNTestSupport"] + dependencies,
    exclude: exclude,
    resources: resources, swiftSettings: strict + warnings)
}

let package = Package(
  name: "msrn",
  platforms: [.macOS(.v15)],
  products: [
    .library(name: "MSRNKit", targets: ["MSRNKit"]),
    .executable(name: "msrn", targets: ["MSRNCommand"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.5.0")
  ],
  targets: [
    // Pictures.
    .systemLibrary(
      name: "CLibPNG", pkgConfig: "libpng", providers: [.apt(["libpng-dev"]), .brew(["libpng"])]),
    .systemLibrary(
      name: "CLibJPEG", pkgConfig: "libjpeg", providers: [.apt(["libjpeg-dev"]), .brew(["jpeg-turbo"])]),
    // zlib comes with libpng.
    .target(
      name: "CMSRNCodecs", dependencies: ["CLibPNG", "CLibJPEG"], linkerSettings: [.linkedLibrary("z")]),
    swift("MSRNImages", ["CMSRNCodecs"]),

    // Networks.
    swift("MSRNTensors"),
    swift("MSRNLayers", ["MSRNTensors"]),
    swift("MSRNModels", ["MSRNLayers", "MSRNTensors"]),
    swift("MSRNReference", ["MSRNLayers", "MSRNTensors"]),

    // The engine.
    .target(name: "CMSRNKernels", exclude: ["Generate"]),
    swift("MSRNEngine", ["CMSRNKernels", "MSRNLayers", "MSRNTensors"]),

    // The facade and the command.
    swift(
      "MSRNKit", ["MSRNEngine", "MSRNImages", "MSRNLayers", "MSRNModels", "MSRNReference", "MSRNTensors"]),
    .executableTarget(
      name: "MSRNCommand",
      dependencies: [
        "MSRNKit", "MSRNEngine", .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: strict + warnings),

    // Tests mirror Sources, folder by folder.
    .target(
      name: "MSRNTestSupport", dependencies: ["MSRNLayers", "MSRNModels", "MSRNTensors"],
      path: "Tests/MSRNTestSupport",
      swiftSettings: strict + warnings),
    tests(of: "MSRNImages", ["MSRNTensors"], exclude: ["Scripts"], resources: [.copy("Fixtures")]),
    tests(of: "MSRNTensors", exclude: ["Fixtures"]),
    tests(of: "MSRNLayers", ["MSRNTensors"]),
    tests(of: "MSRNModels", ["MSRNLayers", "MSRNTensors"]),
    tests(of: "MSRNReference", ["MSRNLayers", "MSRNModels", "MSRNTensors"]),
    .target(name: "CMSRNFaultyKernels", dependencies: ["CMSRNKernels"], path: "Tests/CMSRNFaultyKernels"),
    .target(name: "CMSRNEmulatedTiles", dependencies: ["CMSRNKernels"], path: "Tests/CMSRNEmulatedTiles"),
    tests(
      of: "MSRNEngine",
      [
        "CMSRNEmulatedTiles", "CMSRNFaultyKernels", "CMSRNKernels", "MSRNLayers", "MSRNModels",
        "MSRNReference", "MSRNTensors",
      ]),
    tests(
      of: "MSRNKit", ["CMSRNEmulatedTiles", "CMSRNKernels", "MSRNEngine"], exclude: ["Scripts"],
      resources: [.copy("Fixtures")]),
    tests(of: "MSRNCommand", ["MSRNEngine", "MSRNKit", "MSRNModels", "MSRNTensors"], exclude: ["Snapshots"]),
  ],
  swiftLanguageModes: [.v6],
  cLanguageStandard: .c11
)
