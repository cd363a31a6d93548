import MSRNKit

#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// SIGINT, SIGTERM and SIGHUP end the program at once, with nothing half done left behind.
///
/// The signals are blocked in every thread and waited for by one of their own, where, unlike in a handler, files can
/// be removed under a lock.
enum Interruption {
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

  /// Waits for one of the signals and ends the program.
  private static func wait(for signals: sigset_t) -> Never {
    var signals = signals
    var number: Int32 = 0
    while unsafe sigwait(&signals, &number) != 0 {}
    PictureFile.abandonUnfinished()
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
