import MSRNKit

#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// A program that is run to its end: what it printed, and what it took.
struct ChildProcess {
  /// What it wrote to standard output.
  let output: [UInt8]
  /// Seconds from the call that starts it to its end.
  let seconds: Double
  /// Seconds of processor time, of the program and of the system on its behalf.
  let processorSeconds: Double
  /// Peak resident memory in bytes.
  let peakBytes: Int

  /// Runs a program with this process's environment.
  ///
  /// - Parameters:
  ///   - program: Its file.
  ///   - arguments: What follows the name.
  ///   - capture: A file that takes what it prints; it must not exist, and is removed.
  /// - Throws: `AccessError` where it cannot be started, ``ChildFailure`` where it ends with another status than 0.
  init(_ program: String, _ arguments: [String], capture: String) throws {
    defer { SystemFile.remove(capture) }
    #if canImport(Darwin)
    var actions: posix_spawn_file_actions_t?
    #else
    var actions = unsafe posix_spawn_file_actions_t()
    #endif
    unsafe posix_spawn_file_actions_init(&actions)
    defer { unsafe posix_spawn_file_actions_destroy(&actions) }
    unsafe posix_spawn_file_actions_addopen(&actions, 1, capture, O_WRONLY | O_CREAT | O_EXCL, 0o600)

    var strings = unsafe ([program] + arguments).map { unsafe strdup($0) }
    unsafe strings.append(nil)
    defer { unsafe strings.forEach { unsafe free($0) } }
    #if canImport(Darwin)
    let environment = unsafe _NSGetEnviron().pointee
    #else
    let environment = unsafe environ
    #endif
    var process = pid_t()
    let start = ContinuousClock.now
    let code = unsafe posix_spawn(&process, program, &actions, nil, strings, environment)
    guard code == 0 else { throw AccessError.system(action: "started", code: code) }
    var status: Int32 = 0
    var usage = rusage()
    while unsafe wait4(process, &status, 0, &usage) < 0 {
      guard errno == EINTR else { throw AccessError.system(action: "waited for", code: errno) }
    }
    seconds = (ContinuousClock.now - start) / .seconds(1)
    guard status == 0 else { throw ChildFailure(program: program, status: status) }
    processorSeconds = Self.seconds(usage.ru_utime) + Self.seconds(usage.ru_stime)
    #if canImport(Darwin)
    peakBytes = Int(usage.ru_maxrss)
    #else
    peakBytes = Int(usage.ru_maxrss) * 1024
    #endif
    output = try SystemFile.read(capture, maximumBytes: 1 << 24)
  }

  private static func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1e6 }
}

/// A program that did not end well.
struct ChildFailure: Error, CustomStringConvertible {
  let program: String
  /// As `wait` tells it: the exit code in the upper byte, a signal in the lower.
  let status: Int32

  /// The exit code; `nil` where a signal ended it.
  var exitCode: Int32? { status & 0x7F == 0 ? status >> 8 & 0xFF : nil }

  var description: String {
    exitCode.map { "\(program) ended with exit code \($0)" }
      ?? "\(program) was ended by signal \(status & 0x7F)"
  }
}
