import MSRNKit
import Testing

@Suite struct NameTemplateTests {
  private func name(_ template: String, _ input: String, _ format: Codec? = nil) throws -> String {
    try NameTemplate(template).name(for: input, format: format, target: .scale(3), model: "msrn-light").name
  }

  @Test func fields() throws {
    #expect(try name(NameTemplate.standard, "in/a.png") == "a_x3.png")
    #expect(try name("{stem}_x{scale}-{size}{ext}", "in/a.png") == "a_x3-x3.png")
    let box = try NameTemplate(NameTemplate.standard).name(
      for: "a.png", format: nil, target: .box(width: 800, height: 600, fit: .covering), model: "m")
    #expect(box.name == "a_800x600.png")
    #expect(try NameTemplate("{scale}.png").asksForScale && !NameTemplate("{size}.png").asksForScale)
    #expect(try name("{model}-{stem}{ext}", "a b.JPEG") == "msrn-light-a b.JPEG")
    #expect(try name("{{{stem}}}.png", "a.jpg") == "{a}.png")
    #expect(try name("{stem}{ext}", "%d #-ü\n.png") == "%d #-ü\n.png")
  }

  @Test func formats() throws {
    #expect(try name("{stem}{ext}", "a.jpeg", .png) == "a.png")
    #expect(try name("{stem}{ext}", "a.PNG", .jpeg) == "a.jpg")
    #expect(try name("{stem}{ext}", "a.jpe", .jpeg) == "a.jpe")
    // What is no picture's extension belongs to the name.
    #expect(try name("{stem}{ext}", "v1.2") == "v1.2.png")
    #expect(try name("{stem}{ext}", "noextension", .jpeg) == "noextension.jpg")
    let template = try NameTemplate("{stem}.jpg")
    #expect(template.codec == .jpeg)
    #expect(template.name(for: "a.png", format: nil, target: .scale(2), model: "m").codec == .jpeg)
  }

  @Test(arguments: [
    ("{stem}", "ends neither in {ext} nor in one of .png, .jpg"), ("{stem}.gif", "ends neither in"),
    ("{name}{ext}", "has {name}, and there are {stem}, {ext}, {size}, {scale}, {model}"),
    ("{stem{ext}", "has {stem{ext}"), ("{stem", "has a { without }"), ("stem}.png", "has a } without {"),
    ("a/{stem}{ext}", "has a slash"), ("", "the name is empty"),
  ])
  func faults(template: String, text: String) {
    do {
      _ = try NameTemplate(template)
      Issue.record("\(template) was taken")
    } catch {
      #expect(error.description.contains(text), "\(error)")
    }
  }
}
