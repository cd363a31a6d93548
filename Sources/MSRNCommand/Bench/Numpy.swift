package import MSRNTensors

/// NumPy's file of one array, as far as other engines' pictures need it: little-endian single precision, rows before columns.
///
/// The form is that of NumPy's `numpy.lib.format`, versions 1.0 and 2.0.
package enum Numpy {
  private static let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)

  /// Why bytes are not such an array.
  package enum Failure: Error, Hashable, CustomStringConvertible {
    /// Another format, or another type of numbers, or columns before rows.
    case unsupported(String)
    /// The header or the data end too early, or there are more data than the shape says.
    case malformed(String)

    /// One sentence.
    package var description: String {
      switch self {
      case .unsupported(let reason), .malformed(let reason): reason
      }
    }
  }

  /// Reads an array.
  ///
  /// - Parameter bytes: The whole file.
  /// - Returns: The array, of any number of dimensions.
  /// - Throws: ``Failure``.
  package static func read(_ bytes: [UInt8]) throws(Failure) -> Tensor {
    guard bytes.starts(with: magic), bytes.count >= 10 else {
      throw .unsupported("not an .npy file: it does not start with \\x93NUMPY")
    }
    guard [1, 2].contains(bytes[6]), bytes[7] == 0 else {
      throw .unsupported("an .npy file of version \(bytes[6]).\(bytes[7]); 1.0 and 2.0 are known")
    }
    let start = bytes[6] == 1 ? 10 : 12
    guard bytes.count >= start else { throw .malformed("the .npy header ends too early") }
    let length = bytes[8..<start].reversed().reduce(0) { $0 << 8 | Int($1) }
    guard length <= bytes.count - start else { throw .malformed("the .npy header ends too early") }
    let shape = try shape(header: String(decoding: bytes[start..<start + length], as: UTF8.self))
    let data = bytes[(start + length)...]
    var count = 1
    for extent in shape {
      let (product, overflow) = count.multipliedReportingOverflow(by: extent)
      guard !overflow else { throw .malformed("an .npy array of shape \(shape) is too large") }
      count = product
    }
    guard data.count % 4 == 0, data.count / 4 == count else {
      throw .malformed("an .npy array of shape \(shape) has \(count) values, not \(data.count) bytes")
    }
    let first = data.startIndex
    return Tensor(
      shape: shape,
      values: (0..<count).map { index in
        let at = first + 4 * index
        return Float(
          bitPattern: UInt32(data[at]) | UInt32(data[at + 1]) << 8 | UInt32(data[at + 2]) << 16
            | UInt32(data[at + 3]) << 24)
      })
  }

  /// The shape that the header's dictionary tells: `{'descr': '<f4', 'fortran_order': False, 'shape': (1, 3, 64, 64), }`.
  private static func shape(header: String) throws(Failure) -> [Int] {
    var text = Substring(header)
    func skip(_ expected: String) -> Bool {
      guard text.hasPrefix(expected) else { return false }
      text = text.dropFirst(expected.count)
      return true
    }
    guard skip("{'descr': '<f4', 'fortran_order': False, 'shape': (") else {
      throw .unsupported("an .npy array that is not '<f4' in C order: \(header.prefix(80))")
    }
    let end = text.firstIndex(of: ")") ?? text.endIndex
    let parts = text[..<end].split(separator: ",", omittingEmptySubsequences: false).map {
      $0.drop { $0 == " " }
    }
    // One dimension is written `(3,)`, none `()`.
    let extents = parts.last?.isEmpty == true ? parts.dropLast() : parts[...]
    text = text[end...]
    guard skip(")"), skip(", }"), text.allSatisfy({ $0 == " " || $0 == "\n" }) else {
      throw .malformed("an .npy header that does not end after its shape: \(header.prefix(80))")
    }
    var shape: [Int] = []
    for part in extents {
      guard let extent = Int(part), extent >= 0 else {
        throw .malformed("an .npy shape with an extent \"\(part)\"")
      }
      shape.append(extent)
    }
    return shape
  }

  /// Writes an array, data aligned to 64 bytes as NumPy does.
  ///
  /// - Parameter tensor: The array.
  /// - Returns: The file's bytes.
  package static func write(_ tensor: Tensor) -> [UInt8] {
    let extents = tensor.shape.map(String.init).joined(separator: ", ")
    var header =
      "{'descr': '<f4', 'fortran_order': False, 'shape': (\(extents)\(tensor.shape.count == 1 ? "," : "")), }"
    header += String(repeating: " ", count: (64 - (10 + header.utf8.count + 1) % 64) % 64) + "\n"
    var bytes = magic + [1, 0, UInt8(header.utf8.count & 0xFF), UInt8(header.utf8.count >> 8)]
    bytes.reserveCapacity(10 + header.utf8.count + 4 * tensor.values.count)
    bytes += Array(header.utf8)
    for value in tensor.values {
      let bits = value.bitPattern
      bytes += [
        UInt8(truncatingIfNeeded: bits), UInt8(truncatingIfNeeded: bits >> 8),
        UInt8(truncatingIfNeeded: bits >> 16), UInt8(truncatingIfNeeded: bits >> 24),
      ]
    }
    return bytes
  }
}
