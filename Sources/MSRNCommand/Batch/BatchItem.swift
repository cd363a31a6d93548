import MSRNImages
import MSRNKit

/// A picture of a run between two stages.
struct BatchItem: Sendable {
  /// How far it is.
  enum State: Sendable {
    /// Its file's bytes.
    case read([UInt8])
    /// Decoded, or enlarged.
    case picture(Image)
    /// The bytes of its result's file.
    case encoded([UInt8])
    /// Done by an earlier run.
    case unchanged
    case failed(any Error)
  }

  let job: Job
  let work: PictureWork
  var state: State
  var record: RunLog.Record
  /// What the picture needs; `nil` as long as that is not known.
  var need: Enlarger.Need?
  /// Bytes of the memory budget that the picture holds.
  var claimed = 0

  /// Does a stage's work, which ends in another state or fails, and counts the seconds that it takes.
  mutating func advance(_ stage: (inout BatchItem) throws -> State) {
    let start = ContinuousClock.now
    do { state = try stage(&self) } catch { state = .failed(error) }
    record.seconds += (ContinuousClock.now - start).seconds
  }
}
