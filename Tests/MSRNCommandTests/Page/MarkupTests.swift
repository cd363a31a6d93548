import MSRNCommand
import Testing

@Suite struct MarkupTests {
  @Test("whatever is put in comes out as text")
  func escaping() {
    let hostile = "</td><script>alert('&\"1\"')</script>\u{0}\u{1B}\u{FFFF}ü×"
    let cell = Markup.tag("td", ["title": hostile], .text(hostile), "\(hostile)").rendered
    let safe =
      "&lt;/td&gt;&lt;script&gt;alert(&#39;&amp;&quot;1&quot;&#39;)&lt;/script&gt;\u{FFFD}\u{FFFD}\u{FFFD}ü×"
    #expect(cell == "<td title=\"\(safe)\">\(safe)\(safe)</td>")
  }

  @Test func elements() {
    #expect(Markup.tag("p", [:], .tag("br"), "a", .verbatim("<b/>")).rendered == "<p><br />a<b/></p>")
    #expect(Markup.tag("img", ["src": "x", "alt": ""]).rendered == "<img src=\"x\" alt=\"\" />")
    #expect(
      Markup.tag("ul", [:], ["1", "2"].map { .tag("li", [:], .text($0)) }).rendered
        == "<ul><li>1</li><li>2</li></ul>")
  }
}
