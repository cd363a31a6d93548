import ArgumentParser
import MSRNEngine
import MSRNImages
import MSRNKit
import MSRNLayers
import MSRNModels
import MSRNTensors

#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// How the command ends, in a way that scripts and batch systems can act upon.
enum ExitStatus: Int32 {
  case success = 0
  /// Not foreseen: worth one more try and a report.
  case failure = 1
  /// The command line is wrong.
  case usage = 2
  /// This picture cannot be done; trying again will not help.
  case picture = 3
  /// Weights, disk space or permissions are missing.
  case environment = 4
  /// Memory or input and output failed; trying again later may help.
  case temporary = 75

  /// The status of a whole run: the one of two that matters more, in the order 1, 4, 75, 3, 0.
  static func worse(_ one: ExitStatus, _ other: ExitStatus) -> ExitStatus {
    [failure, usage, environment, temporary, picture].first { $0 == one || $0 == other } ?? success
  }

  /// Ends the program with this status, or with that of results that standard output has not taken.
  func leave() -> Never {
    guard let failure = StandardOutput.failure else { exit(rawValue) }
    StandardError.write("msrn: \(failure)\n")
    exit(Self.worse(self, ExitStatus(failure)).rawValue)
  }

  /// The status that stands for an error thrown by a command.
  init(_ error: any Error) {
    switch error {
    case let error as SetUpError:
      self = ExitStatus(error.underlying) == .temporary ? .temporary : .environment
    case let error as FileError: self = ExitStatus(error.underlying)
    case is UsageError: self = .usage
    case is ImageError, is UnknownFile, is JobList.Fault, is Manifest.Fault, is EvaluationError,
      is QualityError, is WAVError, is LayerError:
      self = .picture
    case is WeightsError, is ModelError, is LibraryError, is LabelsError: self = .environment
    case let error as AccessError: self = ExitStatus(error)
    case let error as UpscaleError: self = ExitStatus(error)
    case let error as EngineError: self = ExitStatus(error)
    default: self = MSRN.exitCode(for: error) == .success ? .success : Self.parsing(error)
    }
  }

  /// What is left are the argument parser's errors, whose code for wrong use is 64.
  private static func parsing(_ error: any Error) -> ExitStatus {
    MSRN.exitCode(for: error) == .validationFailure ? .usage : .failure
  }

  private init(_ error: AccessError) {
    self =
      switch error {
      case .system(_, let code):
        switch code {
        case ENOENT, ENOTDIR, ELOOP, ENAMETOOLONG, EISDIR: .picture
        case EIO, ENOMEM, EAGAIN, EMFILE, ENFILE, EBUSY, ETIMEDOUT, ESTALE: .temporary
        default: .environment
        }
      case .notAFile, .tooLarge, .exists: .picture
      case .changed: .environment
      case .ending: .failure
      }
  }

  private init(_ error: UpscaleError) {
    self =
      switch error {
      case .engine(let error): ExitStatus(error)
      case .tooMuchMemory: .temporary
      case .implausible: .picture
      case .cancelled: .failure
      }
  }

  private init(_ error: EngineError) {
    self =
      switch error {
      case .missingTensor, .misshapenTensor, .unreadableWeights: .environment
      case .unknownInstructionSet: .usage
      case .outOfMemory: .temporary
      case .outOfRange, .cancelled: .failure
      }
  }
}

/// A failure that is not the picture's, whatever it looks like: no weights where they were said to be, no folder to write to.
struct SetUpError: Error, CustomStringConvertible {
  let underlying: any Error
  var description: String { "\(underlying)" }
}

/// A command line that is found to be wrong only once files have been looked at.
struct UsageError: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}
