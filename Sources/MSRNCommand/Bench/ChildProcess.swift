import MSRNKit
import Synchronization

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
  ///   - capture: A file that takes what it prints; it must not exist, and has no name any more once the program runs.
  /// - Throws: `AccessError` where it cannot be started, ``SetUpError`` where there is no place for the file, ``ChildFailure`` where it ends with another status than 0.
  init(_ program: String, _ arguments: [String], capture: String) throws {
    let captured = unsafe open(capture, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard captured >= 0 else {
      let error = AccessError.system(action: "created", code: errno)
      throw SetUpError(underlying: FileError(path: capture, underlying: error))
    }
    defer { close(captured) }
    // At once, so that nothing is left whatever ends this process.
    SystemFile.remove(capture)
    #if canImport(Darwin)
    var actions: posix_spawn_file_actions_t?
    #else
    var actions = unsafe posix_spawn_file_actions_t()
    #endif
    unsafe posix_spawn_file_actions_init(&actions)
    defer { unsafe posix_spawn_file_actions_destroy(&actions) }
    unsafe posix_spawn_file_actions_adddup2(&actions, captured, 1)

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
    Self.running.store(process, ordering: .relaxed)
    defer { Self.running.store(0, ordering: .relaxed) }
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
    lseek(captured, 0, SEEK_SET)
    output = try SystemFile.read(descriptor: captured, expected: 1 << 16, maximumBytes: 1 << 24)
  }

  /// The process that is waited for; 0 for none.
  private static let running = Atomic<pid_t>(0)

  /// Ends the program that is running, from any thread.
  static func endRunning() {
    let process = running.load(ordering: .relaxed)
    if process > 0 { kill(process, SIGTERM) }
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

  /// How it ended, after what is called so: `ended with exit code 4`.
  var ending: String {
    exitCode.map { "ended with exit code \($0)" } ?? "was ended by signal \(status & 0x7F)"
  }

  var description: String { "\(program) \(ending)" }
}
