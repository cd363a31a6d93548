import MSRNTensors

/// A plan with its weights and its memory, and its stages as calls of kernels: what one run after another uses.
///
/// It belongs to one run at a time.
final class Preparation: Sendable {
  /// What it is made for.
  struct Key: Hashable, Sendable {
    private let program: ObjectIdentifier
    let input: Shape
    /// Bytes that a run may take.
    let memory: Int?
    /// Pictures that are run together.
    let pictures: Int

    init(_ program: Program, _ input: Shape, memory: Int?, pictures: Int = 1) {
      (self.program, self.input, self.memory) = (ObjectIdentifier(program), input, memory)
      self.pictures = pictures
    }
  }

  let plan: Plan
  let pictures: Int
  let packed: [PackedWeights.Key: PackedConvolution]
  /// The maps of one picture after those of another.
  let memory: Storage<Float>
  /// What of it each worker has.
  let scratch: Storage<Float>
  let scratchEach: Int
  /// Rows of the caller's planes, as many as a band has at most, of one picture after another.
  let source: Storage<Float>
  let target: Storage<Float>
  /// By stage, where every band is the whole picture; of several pictures, the second is for threads that have pictures to themselves.
  let calls: [Calls]
  let callsOfOne: [Calls]

  /// Takes the memory of so many pictures, more than one only for a plan in one band.
  init(
    _ program: Program, _ plan: Plan, pictures: Int = 1, packed: [PackedWeights.Key: PackedConvolution]
  ) throws(EngineError) {
    precondition(
      pictures == 1 || plan.bands.count == 1, "pictures are run together where each is in one band")
    (self.plan, self.pictures, self.packed) = (plan, pictures, packed)
    scratchEach = (program.scratch(plan, pictures: pictures) + 15) / 16 * 16
    let rows = min(plan.bands.rows, plan.input.h), arena = program.arena
    guard let memory = arena.take(pictures * plan.memory),
      let scratch = arena.take(program.options.threads * scratchEach),
      let source = arena.take(pictures * plan.input.c * rows * plan.input.w),
      let target = arena.take(pictures * plan.output.c * plan.resultRows * plan.output.w)
    else { throw .outOfMemory(bytes: program.peakBytes(plan, pictures: pictures)) }
    (self.memory, self.scratch, self.source, self.target) = (memory, scratch, source, target)
    let places = Calls.Memory(maps: memory, source: source, target: target)
    func calls(threads: Int?) -> [Calls] {
      plan.stages.indices.map { stage in
        Calls(program, plan, packed, places, stage: stage, pictures: pictures, threads: threads)
      }
    }
    self.calls = plan.bands.count == 1 ? calls(threads: nil) : []
    callsOfOne = pictures > 1 ? calls(threads: 1) : []
  }

  /// All of its memory.
  var storages: [Storage<Float>] { [memory, scratch, source, target] }

  /// The calls of a stage in a band.
  func calls(_ program: Program, stage: Int, band: Int) -> Calls {
    if plan.bands.count == 1 { return calls[stage] }
    return Calls(
      program, plan, packed, Calls.Memory(maps: memory, source: source, target: target), stage: stage,
      band: band)
  }
}
