import Foundation
import MSRNKit

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

    let waited = signals
    let thread = Thread {
      var signals = waited
      var number: Int32 = 0
      while unsafe sigwait(&signals, &number) != 0 {}
      PictureFile.abandonUnfinished()
      ProgressDisplay.clearLine()
      _exit(128 + number)
    }
    thread.start()
  }

  private static func isIgnored(_ action: sigaction) -> Bool {
    #if canImport(Darwin)
    unsafe unsafeBitCast(action.__sigaction_u.__sa_handler, to: Int.self)
      == unsafeBitCast(SIG_IGN, to: Int.self)
    #else
    unsafe unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self)
      == unsafeBitCast(SIG_IGN, to: Int.self)
    #endif
  }
}
