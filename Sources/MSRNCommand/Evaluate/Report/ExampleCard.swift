import MSRNImages
import MSRNKit

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// One example on the page: a slider between two results, the original, and what each method gets wrong.
struct ExampleCard {
  let example: Example

  /// The card.
  ///
  /// - Throws: `ImageError` where a picture cannot be encoded.
  var markup: Markup {
    get throws {
      let (place, views) = (example.place, example.views)
      let gain = example.gain.map { ", \(signed($0)) dB" } ?? ""
      var tiles: [Markup] = [try figure("original", nil, example.original, "the original")]
      for view in views.prefix(2) {
        guard let errors = view.errors else { continue }
        tiles.append(try figure("errors of \(view.name)", nil, errors, "the error map of \(view.name)"))
      }
      for view in views.dropFirst(2) {
        tiles.append(try figure(view.name, view.score, view.image, "the result of \(view.name)"))
      }
      return .tag(
        "article", [:],
        .tag("h3", [:], .text("\(example.picture)"), .tag("small", [:], .text("\(example.set)\(gain)"))),
        .tag("div", ["class": "example"], try slider, .tag("div", ["class": "tiles"], tiles)),
        .tag(
          "p", ["class": "note"],
          .text(
            "\(place.width)×\(place.height) pixels at \(place.x),\(place.y). Error maps: black is equal, pale yellow "
              + "\(decimal(example.full, 0)) levels of 255 or more.")))
    }
  }

  /// Two results on top of each other, of which the slider shows the first to its left and the second to its right.
  private var slider: Markup {
    get throws {
      let first = example.views[0]
      let size = ["width": "\(example.place.width)", "height": "\(example.place.height)"]
      guard example.views.count > 1 else {
        return try figure(first.name, first.score, first.image, "the result of \(first.name)")
      }
      let second = example.views[1]
      func picture(_ view: Example.View, _ kind: StaticString) throws -> Markup {
        .tag(
          "img",
          [
            "class": "\(kind)", "src": try Self.data(view.image), "width": size["width"] ?? "",
            "height": size["height"] ?? "", "alt": "\(example.picture), the result of \(view.name)",
          ])
      }
      return .tag(
        "figure", ["class": "pair"],
        .tag(
          "div", ["class": "compare"], try picture(first, "under"), try picture(second, "over"),
          .tag(
            "input",
            [
              "type": "range", "min": "0", "max": "100", "value": "50",
              "aria-label": "\(example.picture): \(first.name) to the left, \(second.name) to the right",
            ])),
        .tag(
          "figcaption", [:], .tag("span", [:], .text("◀ \(first.name)\(Self.decibels(first.score))")),
          .tag("span", [:], .text("\(second.name)\(Self.decibels(second.score)) ▶"))))
    }
  }

  private func figure(
    _ name: String, _ score: EvaluationReport.Result?, _ image: Image, _ what: String
  ) throws -> Markup {
    .tag(
      "figure", [:],
      .tag(
        "img",
        [
          "src": try Self.data(image), "width": "\(image.width)", "height": "\(image.height)",
          "alt": "\(example.picture), \(what)",
        ]), .tag("figcaption", [:], .text(name + Self.decibels(score))))
  }

  private static func decibels(_ score: EvaluationReport.Result?) -> String {
    score.map { ", \(decimal($0.psnr, 2)) dB" } ?? ""
  }

  /// The picture itself where its address would stand.
  private static func data(_ image: Image) throws -> String {
    var image = image
    image.metadata = Metadata()
    let bytes = try image.encode(.png, options: EncodeOptions(compression: 9))
    return "data:image/png;base64," + Data(bytes).base64EncodedString()
  }
}
