/// An XMP packet whose XML has been read well enough to cut properties out of its text.
///
/// Only UTF-8 without a document type is read, since only there it is certain which text is a name, a value or markup.
/// Source: ISO 16684-1.
package struct XMP: Sendable {
  struct Attribute {
    /// Prefix and local name.
    var name: (prefix: String, local: String)
    /// From the white space before the name to the closing quote.
    var whole: Range<Int>
    var value: Range<Int>
  }

  struct Element {
    var name: (prefix: String, local: String)
    var attributes: [Attribute]
    var namespaces: [String: String]
    var parent: Int?
    var hasChildren = false
    /// From "<" to the ">" of the end tag.
    var whole: Range<Int>
    var content: Range<Int>

    /// The namespace that `prefix` stands for here.
    func namespace(of prefix: String) -> String { namespaces[prefix] ?? "" }
  }

  private static let rdf = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
  private static let tiff = "http://ns.adobe.com/tiff/1.0/"
  private static let exif = "http://ns.adobe.com/exif/1.0/"

  private let bytes: [UInt8]
  private let elements: [Element]
  private let comments: [Range<Int>]

  /// Reads a packet; nil when it is not well-formed or not of the kind above.
  package init?(_ packet: [UInt8]) {
    var bytes = packet
    while bytes.last == 0 { bytes.removeLast() }
    guard String(validating: bytes, as: UTF8.self) != nil, !bytes.contains(0) else { return nil }
    var scanner = XMLScanner(bytes)
    guard scanner.scan() else { return nil }
    (self.bytes, elements, comments) = (bytes, scanner.elements, scanner.comments)
  }

  /// The packet without properties that tell where, with which piece of equipment or whose a picture was made, and
  /// without thumbnails; comments go too.
  ///
  /// Names decide in whatever namespace they stand, because makers have their own (exif:GPSLatitude,
  /// drone-dji:GpsLongitude, aux:SerialNumber, exifEX:BodySerialNumber, MicrosoftPhoto:CameraSerialNumber).
  /// Editing history, IPTC captions, names of places and of persons that someone typed in stay.
  package func safe() -> [UInt8] {
    var cuts = comments.map { ($0, "") }
    for element in elements {
      if XMP.isPrivate(element.name.local) { cuts.append((element.whole, "")) }
      for attribute in element.attributes where attribute.name.prefix != "xmlns" {
        if XMP.isPrivate(attribute.name.local) { cuts.append((attribute.whole, "")) }
      }
    }
    return edited(cuts)
  }

  private static func isPrivate(_ local: String) -> Bool {
    let name = local.lowercased()
    let parts = [
      "gps", "latitude", "longitude", "serial", "ownername", "makernote", "thumbnail", "imageuniqueid",
      "hasextendedxmp", "hostcomputer",
    ]
    return parts.contains { name.contains($0) }
  }

  /// The packet with tiff:Orientation 1, where it has the property.
  package func resettingOrientation() -> [UInt8] { setting([XMP.tiff: ["Orientation": "1"]]) }

  /// The packet with the picture's size in those of its four properties that it has.
  package func settingPixelSize(width: Int, height: Int) -> [UInt8] {
    setting([
      XMP.tiff: ["ImageWidth": "\(width)", "ImageLength": "\(height)"],
      XMP.exif: ["PixelXDimension": "\(width)", "PixelYDimension": "\(height)"],
    ])
  }

  /// Replaces simple properties of the picture itself, by namespace and name, whether written as attribute or element.
  private func setting(_ values: [String: [String: String]]) -> [UInt8] {
    var edits: [(Range<Int>, String)] = []
    for element in elements {
      if isPicture(element) {
        for attribute in element.attributes {
          if let value = values[element.namespace(of: attribute.name.prefix)]?[attribute.name.local] {
            edits.append((attribute.value, value))
          }
        }
      }
      if let parent = element.parent, isPicture(elements[parent]), !element.hasChildren,
        !element.content.isEmpty,
        let value = values[element.namespace(of: element.name.prefix)]?[element.name.local]
      {
        edits.append((element.content, value))
      }
    }
    return edited(edits)
  }

  /// Whether `element` is an rdf:Description right below rdf:RDF, so that its properties are the picture's.
  private func isPicture(_ element: Element) -> Bool {
    guard let parent = element.parent else { return false }
    return element.name.local == "Description" && element.namespace(of: element.name.prefix) == XMP.rdf
      && elements[parent].name.local == "RDF"
      && elements[parent].namespace(of: elements[parent].name.prefix) == XMP.rdf
  }

  /// The packet with ranges replaced; a range inside another that is replaced is gone with it.
  private func edited(_ edits: [(Range<Int>, String)]) -> [UInt8] {
    var result: [UInt8] = []
    var position = 0
    for (range, text) in edits.sorted(by: { $0.0.lowerBound < $1.0.lowerBound })
    where range.lowerBound >= position {
      result += bytes[position..<range.lowerBound]
      result += Array(text.utf8)
      position = range.upperBound
    }
    return result + bytes[position...]
  }
}
