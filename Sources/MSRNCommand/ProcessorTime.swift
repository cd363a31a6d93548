#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// Processor time, in seconds.
enum ProcessorTime {
  /// Of the calling thread.
  static var thread: Double { read(CLOCK_THREAD_CPUTIME_ID) }
  /// Of the process, all threads together.
  static var process: Double { read(CLOCK_PROCESS_CPUTIME_ID) }

  private static func read(_ clock: clockid_t) -> Double {
    var now = timespec()
    unsafe clock_gettime(clock, &now)
    return Double(now.tv_sec) + Double(now.tv_nsec) / 1e9
  }
}
