import MSRNLayers
import MSRNTensors

/// Gradient-based Learning Applied to Document Recognition, by LeCun et al., Proceedings of the IEEE 1998: LeNet-5.
///
/// In the form it is taught in: every map of C3 reads all of S2, logistic functions stand for the scaled hyperbolic
/// tangents, means for those with trained coefficients, a matrix for the radial basis functions. Weight names are this
/// project's.
enum LeNet {
  static let networks = [
    NamedNetwork(
      "lenet5", paper: "LeCun et al., 1998", input: Shape(c: 1, h: 32, w: 32), classes: 10
    ) { classes in
      .seq(
        .conv("conv1", 6, 5, padding: 0), .sigmoid, .averagePool(2, stride: 2),
        .conv("conv2", 16, 5, padding: 0), .sigmoid, .averagePool(2, stride: 2),
        .linear("fc1", 120), .sigmoid, .linear("fc2", 84), .sigmoid, .linear("fc3", classes))
    }
  ]
}
