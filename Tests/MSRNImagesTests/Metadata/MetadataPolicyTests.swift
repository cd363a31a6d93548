import MSRNImages
import Testing

@Suite("Metadata policies")
struct MetadataPolicyTests {
  static func full() -> Metadata {
    var metadata = Metadata()
    metadata.icc = [1, 2, 3]
    metadata.gamma = 45455
    metadata.chromaticities = [31270, 32900, 64000, 33000, 30000, 60000, 15000, 6000]
    metadata.srgbIntent = 1
    metadata.density = .init(x: 300, y: 150, unit: .inch)
    metadata.exif = ExifTests.full(ExifBuilder(isBigEndian: false))
    metadata.xmp = XMPTests.packet(" exif:GPSLatitude='1' tiff:Orientation='6'", "")
    return metadata
  }

  @Test("all carries everything, none nothing")
  func extremes() {
    #expect(MetadataPolicyTests.full().filtered(.all) == MetadataPolicyTests.full())
    #expect(MetadataPolicyTests.full().filtered(.none) == Metadata())
    #expect(MetadataPolicy.allCases.map(\.rawValue) == ["all", "safe", "none"])
  }

  @Test("safe carries colour and density, and cleans EXIF and XMP")
  func safe() throws {
    let full = MetadataPolicyTests.full()
    let safe = full.filtered(.safe)
    var expected = full
    expected.exif = try #require(full.exif.flatMap { Exif($0)?.safe() })
    expected.xmp = XMPTests.packet(" tiff:Orientation='6'", "")
    #expect(safe == expected)
    #expect(safe.orientation == 6)
  }

  @Test("safe drops what it cannot read, all does not")
  func unreadable() {
    var metadata = Metadata()
    metadata.exif = [1, 2, 3]
    metadata.xmp = [4, 5, 6]
    #expect(metadata.filtered(.safe) == Metadata())
    #expect(metadata.filtered(.all) == metadata)
    metadata.resetOrientation()
    metadata.setPixelSize(width: 1, height: 1)
    #expect(metadata.exif == [1, 2, 3] && metadata.xmp == [4, 5, 6] && metadata.orientation == 1)
  }

  @Test("orientation is reset and the size corrected in EXIF and XMP alike")
  func edits() throws {
    var metadata = MetadataPolicyTests.full()
    metadata.xmp = XMPTests.packet(" exif:PixelXDimension='640' tiff:Orientation='6'", "")
    metadata.resetOrientation()
    metadata.setPixelSize(width: 2560, height: 1920)
    #expect(metadata.orientation == 1)
    #expect(metadata.xmp == XMPTests.packet(" exif:PixelXDimension='2560' tiff:Orientation='1'", ""))
    #expect(metadata.density == .init(x: 300, y: 150, unit: .inch), "density stays as it is")
  }
}
