import MSRNKit

/// The processor's name as the system tells it.
func machineName() -> String {
  guard let text = SystemFile.text("/proc/cpuinfo") else {
    return SystemFile.processorName ?? "unknown processor"
  }
  let fields = text.split(separator: "\n").prefix(40).compactMap { line -> (name: String, text: String)? in
    let parts = line.split(separator: ":", maxSplits: 1).map { part in
      part.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }
    return parts.count == 2 ? (parts[0], parts[1]) : nil
  }
  func field(_ name: String) -> String? { fields.first { $0.name == name }?.text }
  let name = field("model name") ?? field("CPU part") ?? "unknown processor"
  guard let family = field("cpu family"), let model = field("model") else { return name }
  return "\(name) (family \(family), model \(model))"
}
