import MSRNKit

/// Where a page goes once what it shows has been measured.
struct PageFile {
  private let file: PictureFile
  private let replacing: Bool

  /// Looks whether the page can be written, before any work.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - replacing: Whether one that exists is replaced.
  /// - Throws: `SetUpError`.
  init(_ path: String, replacing: Bool) throws {
    (file, self.replacing) = (PictureFile(path), replacing)
    do throws(FileError) { try file.checkWritable(replacing: replacing) } catch {
      throw SetUpError(underlying: error)
    }
  }

  /// Writes the page.
  ///
  /// - Throws: `SetUpError`.
  func write(_ text: String) throws {
    do throws(FileError) { try file.write(Array(text.utf8), replacing: replacing) } catch {
      throw SetUpError(underlying: error)
    }
  }
}
