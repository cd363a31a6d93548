import MSRNImages
import Testing

@Suite("Matte colours")
struct MatteTests {
  @Test("digits and names")
  func parsed() throws {
    #expect(try Matte("#fff") == .white)
    #expect(try Matte("White") == .white)
    #expect(try Matte("#000000") == .black)
    #expect(try Matte("#1aF") == Matte("#11AAFF"))
    #expect(try Matte("#336699") == Matte(red: 0.2, green: 0.4, blue: 0.6))
    #expect(try Matte("green") == Matte("#008000"))
    #expect(try Matte("navy") == Matte("#000080"))
    #expect(try Matte("grey").isGrey && !Matte("red").isGrey)
  }

  @Test(
    "anything else is refused with the text",
    arguments: ["", "#", "#12", "#1234", "#12345g", "#+12345", "fff", "#ｆｆｆ", "noir"])
  func refused(text: String) {
    #expect(throws: MatteError.unknownColour(text)) { try Matte(text) }
    #expect(MatteError.unknownColour(text).description.hasPrefix("'\(text)' is not a colour"))
  }
}
