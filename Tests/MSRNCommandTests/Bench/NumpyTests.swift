import MSRNCommand
import MSRNTensors
import Testing

@Suite struct NumpyTests {
  /// A file as NumPy writes it, its data those given.
  private func file(_ header: String, data: [UInt8], version: UInt8 = 1) -> [UInt8] {
    let length = header.utf8.count
    var bytes: [UInt8] = [0x93, 0x4E, 0x55, 0x4D, 0x50, 0x59, version, 0]
    bytes += (0..<(version == 1 ? 2 : 4)).map { UInt8(length >> (8 * $0) & 0xFF) }
    return bytes + Array(header.utf8) + data
  }

  private let one: [UInt8] = [0, 0, 0x80, 0x3F]

  @Test(arguments: [[], [1], [5], [2, 3], [1, 3, 4, 5], [0, 3]])
  func roundTrip(shape: [Int]) throws {
    let count = shape.reduce(1, *)
    let values = (0..<count).map { Float($0) / 3 - 7 }
    let bytes = Numpy.write(Tensor(shape: shape, values: values))
    #expect((bytes.count - 4 * count) % 64 == 0, "data are aligned as NumPy's are")
    #expect(bytes[bytes.count - 4 * count - 1] == 10)
    let tensor = try Numpy.read(bytes)
    #expect(tensor.shape == shape)
    #expect(tensor.values == values)
  }

  @Test(arguments: [UInt8(1), 2]) func bothVersions(version: UInt8) throws {
    let header = "{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }   \n"
    let tensor = try Numpy.read(file(header, data: one + [0, 0, 0, 0xC0], version: version))
    #expect(tensor == Tensor(shape: [2], values: [1, -2]))
  }

  @Test(arguments: [
    "{'descr': '<f8', 'fortran_order': False, 'shape': (1,), }",
    "{'descr': '>f4', 'fortran_order': False, 'shape': (1,), }",
    "{'descr': '<f4', 'fortran_order': True, 'shape': (1,), }",
    "[]",
  ])
  func otherArraysAreUnsupported(header: String) {
    do throws(Numpy.Failure) {
      _ = try Numpy.read(file(header, data: one))
      Issue.record("read \(header)")
    } catch {
      guard case .unsupported = error else {
        Issue.record("\(error)")
        return
      }
    }
  }

  @Test(arguments: [
    "(1", "(1,)", "(1,), 'x': 2}", "(2,), }", "(-1,), }", "(a,), }", "(1 1,), }", "(1,,1), }",
    "(9223372036854775807, 9223372036854775807), }", "(1,), } x",
  ])
  func wrongShapesAreMalformed(shape: String) {
    let header = "{'descr': '<f4', 'fortran_order': False, 'shape': " + shape
    do throws(Numpy.Failure) {
      _ = try Numpy.read(file(header, data: one))
      Issue.record("read \(shape)")
    } catch {
      guard case .malformed = error else {
        Issue.record("\(error)")
        return
      }
    }
  }

  @Test func everyShortFileIsRefused() {
    let bytes = Numpy.write(Tensor(shape: [2, 2], values: [1, 2, 3, 4]))
    for count in 0..<bytes.count {
      #expect(throws: Numpy.Failure.self, "\(count) bytes") { try Numpy.read(Array(bytes.prefix(count))) }
    }
    #expect(throws: Numpy.Failure.self) { try Numpy.read(bytes + [0, 0, 0, 0]) }
    var other = bytes
    other[6] = 3
    #expect(throws: Numpy.Failure.self) { try Numpy.read(other) }
  }
}
