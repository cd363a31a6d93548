import Dispatch
import MSRNKit
import Synchronization

#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// SIGINT, SIGTERM and SIGHUP end the program with nothing half done left behind: at once, or, where a run over many
/// pictures asks for it, when the picture in hand is done.
///
/// The signals are blocked in every thread and waited for by one of their own, where, unlike in a handler, files can
/// be removed under a lock.
enum Interruption {
  private static let grace = Atomic<Int>(0)
  private static let received = Atomic<Int32>(0)

  /// The signal after which no new work is to be begun; 0 for none.
  static var number: Int32 { received.load(ordering: .relaxed) }

  /// Ends the program as the signal asked, once the work in hand is done.
  static func leave() -> Never { exit(128 + number) }

  /// Lets the work in hand be finished within so many seconds after a first signal; a second one ends at once.
  static func letFinish(within seconds: Double) {
    grace.store(Int((seconds * 1000).rounded()), ordering: .relaxed)
  }

  /// To be called first, while there is one thread: the later ones inherit the mask.
  static func install() {
    var signals = sigset_t()
    unsafe sigemptyset(&signals)
    for number in [SIGINT, SIGTERM] {
      // A shell starts background jobs with SIGINT ignored, and an ignored signal is not waited for everywhere.
      _ = signal(number, SIG_DFL)
      unsafe sigaddset(&signals, number)
    }
    // Under `nohup` SIGHUP stays ignored.
    var action = sigaction()
    if unsafe sigaction(SIGHUP, nil, &action) == 0, !isIgnored(action) { unsafe sigaddset(&signals, SIGHUP) }
    // A closed pipe is an error of writing, not the end.
    _ = signal(SIGPIPE, SIG_IGN)
    unsafe pthread_sigmask(SIG_BLOCK, &signals, nil)

    #if canImport(Darwin)
    var thread: pthread_t?
    #else
    var thread = pthread_t()
    #endif
    // The thread's own mask, inherited a line above, says which of the three to wait for. Whoever started this program may
    // have blocked others, such as SIGCHLD: those end nothing.
    let failed = unsafe pthread_create(
      &thread, nil,
      { _ in
        var mask = sigset_t(), signals = sigset_t()
        unsafe pthread_sigmask(SIG_BLOCK, nil, &mask)
        unsafe sigemptyset(&signals)
        for number in [SIGINT, SIGTERM, SIGHUP] where unsafe sigismember(&mask, number) == 1 {
          unsafe sigaddset(&signals, number)
        }
        Interruption.wait(for: signals)
      }, nil)
    if failed != 0 { unsafe pthread_sigmask(SIG_UNBLOCK, &signals, nil) }
  }

  /// Waits for one of the signals and ends the program, if need be after a while.
  private static func wait(for signals: sigset_t) -> Never {
    var signals = signals
    while true {
      var number: Int32 = 0
      while unsafe sigwait(&signals, &number) != 0 {}
      let grace = grace.load(ordering: .relaxed)
      guard grace > 0, received.exchange(number, ordering: .relaxed) == 0 else { end(number) }
      ProgressDisplay.clearLine()
      StandardError.write(
        "msrn: finishing the picture in hand, for at most \(decimal(Double(grace) / 1000, 1)) s; once more ends at once\n"
      )
      let first = number
      DispatchQueue.global().asyncAfter(deadline: .now() + .milliseconds(grace)) { end(first) }
    }
  }

  /// Ends the program, from any thread.
  private static func end(_ number: Int32) -> Never {
    PictureFile.abandonUnfinished()
    ChildProcess.endRunning()
    ProgressDisplay.clearLine()
    _exit(128 + number)
  }

  private static func isIgnored(_ action: sigaction) -> Bool {
    #if canImport(Darwin)
    unsafe unsafeBitCast(action.__sigaction_u.__sa_handler, to: Int.self)
      == unsafeBitCast(SIG_IGN, to: Int.self)
    #elseif canImport(Musl)
    unsafe unsafeBitCast(action.__sa_handler.sa_handler, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self)
    #else
    unsafe unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self)
      == unsafeBitCast(SIG_IGN, to: Int.self)
    #endif
  }
}
