import MSRNTestSupport

/// What random networks are made with: choices and names, all from one seed.
protocol RandomMaker {
  var random: SplitMix { get set }
  /// How many have been given.
  var names: Int { get set }
}

extension RandomMaker {
  mutating func pick<T>(_ choices: [T]) -> T { choices[Int(random.next() % UInt64(choices.count))] }
  /// Whether one chance in `n` came.
  mutating func chance(_ n: UInt64) -> Bool { random.next() % n == 0 }
  /// A name that no other layer has.
  mutating func name(_ stem: String) -> String {
    names += 1
    return "\(stem)\(names)"
  }
}
