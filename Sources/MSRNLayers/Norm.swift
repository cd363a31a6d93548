/// The normalisation of each channel by statistics of the training.
///
/// `result[c] = (input[c] - running_mean[c]) / √(running_var[c] + eps) · weight[c] + bias[c]`. Ioffe and Szegedy, ICML 2015.
public struct BatchNorm: Hashable, Sendable {
  /// What its four tensors are called, after the scopes around it: `name.weight`, `.bias`, `.running_mean`, `.running_var`.
  public let name: String
  /// Added to the variance.
  public let eps: Double

  /// A normalisation of as many channels as its input has.
  public init(name: String, eps: Double = 1e-5) { (self.name, self.eps) = (name, eps) }
}

/// The normalisation of each value by its neighbours in other channels.
///
/// `result[c] = input[c] / (k + alpha / size · Σ input[j]²) ^ beta` with `j` from `c - size / 2` to `c + (size - 1) / 2`,
/// channels that there are. Krizhevsky et al., NIPS 2012; the division by `size` is Caffe's and PyTorch's.
public struct LocalResponseNorm: Hashable, Sendable {
  /// Channels that are summed over.
  public let size: Int
  /// Weight of the mean square.
  public let alpha: Double
  /// The power.
  public let beta: Double
  /// What is added to the mean square.
  public let k: Double

  /// A normalisation over `size` channels.
  public init(size: Int, alpha: Double = 1e-4, beta: Double = 0.75, k: Double = 1) {
    precondition(size > 0, "a local response normalisation needs channels")
    (self.size, self.alpha, self.beta, self.k) = (size, alpha, beta, k)
  }
}
