extension PublishedErrors {
  /// What is known of the zoo's networks.
  package static let known = PublishedErrors(imageNet + cifar)

  private static let he = "https://arxiv.org/abs/1512.03385"
  private static let torchvision = "https://docs.pytorch.org/vision/stable/models.html"
  private static let timm =
    "https://github.com/huggingface/pytorch-image-models/blob/main/results/results-imagenet.csv"

  private static let imageNet: [(set: TestSet, source: Source, isAccuracy: Bool, lines: String)] = [
    (
      .imageNet, Source(name: "torchvision 0.29, IMAGENET1K_V1", url: torchvision, method: "one crop"), true,
      """
      resnet18 69.758/89.078 f37072fd
      resnet34 73.314/91.420 b627a593
      resnet50 76.130/92.862 0676ba61
      resnet101 77.374/93.546 63fe2227
      resnet152 78.312/94.046 394f9c45
      resnext50_32x4d 77.618/93.698 7cdf4587
      resnext101_32x8d 79.312/94.526 8ba56ff5
      wide_resnet50_2 78.468/94.086 95faca4d
      wide_resnet101_2 78.848/94.284 32ee1156
      densenet121 74.434/91.972 a639ec97
      densenet161 77.138/93.560 8d451a50
      densenet169 75.600/92.806 b2777c0a
      densenet201 76.896/93.370 c1103571
      alexnet 56.522/79.066 7be5be79
      vgg16 71.592/90.382 397923af
      vgg16_bn 73.360/91.516 6c64b313
      vgg19 72.376/90.876 dcbb9e9d
      vgg19_bn 74.218/91.842 c79401a0
      googlenet 69.778/89.530 1378be20
      inception_v3 77.294/93.450 0cc3c7bd
      squeezenet1_0 58.092/80.420 b66bff10
      squeezenet1_1 58.178/80.624 b8a52dc0
      """
    ),
    (
      .imageNet,
      Source(
        name: "torchvision 0.29, newer recipe", url: torchvision,
        method: "one crop; IMAGENET1K_V2, of resnext101_64x4d V1"), true,
      """
      resnet50 80.858/95.434 11ad3fa6
      resnet101 81.886/95.780 cd907fc2
      resnet152 82.284/96.002 f82ba261
      resnext50_32x4d 81.198/95.340 1a0047aa
      resnext101_32x8d 82.834/96.228 110c445d
      resnext101_64x4d 83.246/96.454 173b62eb
      wide_resnet50_2 81.602/95.758 9ba9bcbe
      wide_resnet101_2 82.510/96.020 d733dc28
      """
    ),
    (
      .imageNet,
      Source(
        name: "He et al., CVPR 2016", url: he, method: "ten crops; ResNet-18 with option A, -34 with B"),
      false,
      """
      plain18 27.94
      resnet18 27.88
      plain34 28.54/10.02
      resnet34 24.52/7.46
      resnet50_v1 22.85/6.71
      resnet101_v1 21.75/6.05
      resnet152_v1 21.43/5.71
      """
    ),
    (
      .imageNet,
      Source(
        name: "KaimingHe/deep-residual-networks", url: "https://github.com/KaimingHe/deep-residual-networks",
        method: "one crop"), false,
      """
      resnet50_v1 24.7/7.8
      resnet101_v1 23.6/7.1
      resnet152_v1 23.0/6.7
      """
    ),
    (
      .imageNet,
      Source(
        name: "He et al., CVPR 2016, several scales", url: he, method: "whole pictures at several scales"),
      false,
      """
      resnet34 21.84/5.71
      resnet50_v1 20.74/5.25
      resnet101_v1 19.87/4.60
      resnet152_v1 19.38/4.49
      """
    ),
    (
      .imageNet,
      Source(name: "Xie et al., CVPR 2017", url: "https://arxiv.org/abs/1611.05431", method: "one crop"),
      false,
      """
      resnext50_32x4d 22.2
      resnext101_32x4d 21.2
      resnext101_64x4d 20.4
      """
    ),
    (
      .imageNet,
      Source(
        name: "Zagoruyko and Komodakis, BMVC 2016", url: "https://arxiv.org/abs/1605.07146",
        method: "as the paper's table has it"), false, "wide_resnet50_2 21.9/5.79"
    ),
    (
      .imageNet,
      Source(
        name: "liuzhuang13/DenseNet", url: "https://github.com/liuzhuang13/DenseNet", method: "one crop"),
      false,
      """
      densenet121 25.0
      densenet169 23.6
      densenet201 22.5
      densenet161 22.2
      """
    ),
    (
      .imageNet,
      Source(
        name: "Wang et al., CVPR 2017", url: "https://arxiv.org/abs/1704.06904",
        method: "one crop, of Attention-92 at 320x320"), false,
      """
      attention56 21.76/5.9
      attention92 19.5/4.8
      """
    ),
    (
      .imageNet,
      Source(name: "timm, ResNet strikes back A1", url: timm, method: "one crop of 0.95"), true,
      """
      resnet18 71.504 .a1_in1k|_a1_0-
      resnet34 76.420 .a1_in1k|_a1_0-
      resnet50 80.382 .a1_in1k|_a1_0-
      resnet101 81.494 .a1_in1k|_a1_0-
      resnet152 81.998 .a1_in1k|_a1_0-
      resnext50_32x4d 80.526 .a1_in1k|_a1_0-
      """
    ),
    (
      .imageNet,
      Source(name: "timm, ResNet strikes back A2", url: timm, method: "one crop of 0.95"), true,
      """
      resnet18 70.634 .a2_in1k|_a2_0-
      resnet34 75.520 .a2_in1k|_a2_0-
      resnet50 79.828 .a2_in1k|_a2_0-
      resnet101 81.344 .a2_in1k|_a2_0-
      resnet152 81.764 .a2_in1k|_a2_0-
      resnext50_32x4d 80.444 .a2_in1k|_a2_0-
      """
    ),
    (
      .imageNet,
      Source(name: "timm, ResNet strikes back A3", url: timm, method: "one crop of 0.95 at 224x224"), true,
      """
      resnet18 68.250 .a3_in1k|_a3_0-
      resnet34 72.996 .a3_in1k|_a3_0-
      resnet50 78.052 .a3_in1k|_a3_0-
      resnet101 79.836 .a3_in1k|_a3_0-
      resnet152 80.548 .a3_in1k|_a3_0-
      resnext50_32x4d 79.258 .a3_in1k|_a3_0-
      """
    ),
  ]

  private static let cifar: [(set: TestSet, source: Source, isAccuracy: Bool, lines: String)] = [
    (
      .cifar10, Source(name: "He et al., CVPR 2016", url: he, method: "option A"), false,
      """
      resnet20 8.75
      resnet32 7.51
      resnet44 7.17
      resnet56 6.97
      resnet110 6.43
      resnet1202 7.93
      """
    ),
    (
      .cifar10,
      Source(
        name: "akamaster/pytorch_resnet_cifar10", url: "https://github.com/akamaster/pytorch_resnet_cifar10",
        method: "option A, no validation set"), false,
      """
      resnet20 8.27 20-12fca82f
      resnet32 7.37 32-d509ac18
      resnet44 6.90 44-014dd654
      resnet56 6.61 56-4bfd9763
      resnet110 6.32
      """
    ),
    (
      .cifar10,
      Source(name: "He et al., ECCV 2016", url: "https://arxiv.org/abs/1603.05027", method: "batches of 128"),
      false,
      """
      preresnet110 6.37
      preresnet164 5.46
      preresnet1001 4.92
      """
    ),
    (
      .cifar10, wide, false,
      """
      wrn28_10 4.00
      wrn16_8 4.27
      wrn40_4 4.53
      """
    ),
    (.cifar10, aggregated, false, "resnext29_8x64d 3.65\nresnext29_16x64d 3.58"),
    (
      .cifar10, dense, false,
      """
      densenet40_k12 5.24
      densenet100_k12 4.10
      densenet100_k24 3.74
      densenet_bc100_k12 4.51
      densenet_bc250_k24 3.62
      densenet_bc190_k40 3.46
      """
    ),
    (
      .cifar10, attention, false,
      """
      attention92_cifar 4.99
      attention236_cifar 4.14
      attention452_cifar 3.90
      """
    ),
    (
      .cifar100, Source(name: "He et al., ECCV 2016", url: "https://arxiv.org/abs/1603.05027", method: ""),
      false, "preresnet164 24.33\npreresnet1001 22.71"
    ),
    (
      .cifar100, wide, false,
      """
      wrn28_10 19.25
      wrn16_8 20.43
      wrn40_4 21.18
      """
    ),
    (.cifar100, aggregated, false, "resnext29_8x64d 17.77\nresnext29_16x64d 17.31"),
    (
      .cifar100, dense, false,
      """
      densenet40_k12 24.42
      densenet100_k12 20.20
      densenet100_k24 19.25
      densenet_bc100_k12 22.27
      densenet_bc250_k24 17.60
      densenet_bc190_k40 17.18
      """
    ),
    (
      .cifar100, attention, false,
      """
      attention92_cifar 21.71
      attention236_cifar 21.16
      attention452_cifar 20.45
      """
    ),
  ]

  private static let wide = Source(
    name: "Zagoruyko and Komodakis, BMVC 2016", url: "https://arxiv.org/abs/1605.07146",
    method: "mean and deviation normalised, no dropout")
  private static let aggregated = Source(
    name: "Xie et al., CVPR 2017", url: "https://arxiv.org/abs/1611.05431", method: "")
  private static let dense = Source(
    name: "Huang et al., CVPR 2017", url: "https://arxiv.org/abs/1608.06993", method: "augmented")
  private static let attention = Source(
    name: "Wang et al., CVPR 2017", url: "https://arxiv.org/abs/1704.06904", method: "")
}
