#if canImport(Glibc)
import Glibc
#endif

/// The C library's allocator.
enum Allocator {
  /// Has large blocks, such as pictures and tensors, go back to the system when they are freed.
  ///
  /// glibc learns from the first that is freed to keep the later ones, in each thread's heap: over many pictures a quarter more
  /// memory than is in use. Costs a trap for each page that is taken anew.
  ///
  /// - Parameter bytes: What is large.
  static func returnBlocks(from bytes: Int32) {
    #if canImport(Glibc)
    // `mallopt` is in <malloc.h>, which Swift's module of the C library leaves out; the parameter is its M_MMAP_THRESHOLD.
    typealias Function = @convention(c) (Int32, Int32) -> Int32
    guard let symbol = unsafe dlsym(nil, "mallopt") else { return }
    _ = unsafe unsafeBitCast(symbol, to: Function.self)(-3, bytes)
    #endif
  }
}
