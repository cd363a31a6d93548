import MSRNKit
import Testing

@Suite struct GlobTests {
  @Test(
    arguments: [
      ("*.png", "a.png", true), ("*.png", "sub/a.png", true), ("*.png", "a.png.txt", false),
      ("*.png", "a.PNG", false), ("a?c", "abc", true), ("a?c", "ac", false), ("a?c", "a\u{FC}c", true),
      ("sub/*.png", "sub/a.png", true), ("sub/*.png", "sub/b/a.png", false), ("sub/*", "other/a", false),
      ("**/a.png", "a.png", true), ("**/a.png", "x/y/a.png", true), ("**/a.png", "x/ba.png", false),
      ("x/**", "x/y/z.png", true), ("x/**/z", "x/z", true), ("[a-c]*", "b1", true), ("[a-c]*", "d1", false),
      ("[!a-c]*", "d1", true), ("[!a-c]*", "a1", false), ("[]x]", "]", true), ("[x", "[x", true),
      ("", "", true), ("*", "", true), ("", "a", false), ("50%#", "50%#", true), ("-*", "-x", true),
    ] as [(String, String, Bool)])
  func matching(pattern: String, path: String, expected: Bool) {
    #expect(Glob(pattern).matches(path) == expected)
  }

  /// Backtracking would take 2^30 steps.
  @Test func manyStars() {
    let pattern = String(repeating: "*a", count: 30) + "b"
    #expect(!Glob(pattern).matches(String(repeating: "a", count: 200)))
    #expect(Glob(pattern).matches(String(repeating: "a", count: 200) + "b"))
  }
}
