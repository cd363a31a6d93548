"""MSRN (Li et al., ECCV 2018) with the layout and the parameter names of the authors' second code, 64 features and 8 blocks: the
network, its values, its pictures and its cost."""
import math
from dataclasses import dataclass

import numpy as np

from case import DATA, Case

FEATURES, BLOCKS = 64, 8
MEAN = (0.4488, 0.4371, 0.4040)


@dataclass(frozen=True)
class Upscaling(Case):
    """A small picture to one `scale` times as wide and high."""

    scale: int
    width: int
    height: int
    options = ()
    family = "pictures"
    unit = "grey levels"

    @property
    def text(self):
        return f"x{self.scale}:{self.width}x{self.height}"

    @property
    def shape(self):
        return 1, 3, self.height, self.width

    @property
    def stem(self):
        return f"msrn_x{self.scale}"

    @property
    def sized(self):
        return f"{self.stem}_{self.width}x{self.height}"

    @property
    def picture(self):
        """The input as a PNG."""
        return f"{DATA}/{self.sized}.png"

    def network(self):
        return msrn(self.scale)

    def values(self):
        return with_values(self.scale).state_dict()

    def inputs(self):
        return planes(picture(self.width, self.height))

    def macs(self, n=FEATURES, blocks=BLOCKS):
        """The mean shifts are not counted."""
        total = 27 * n + blocks * n * n * (9 + 25 + 4 * 9 + 4 * 25 + 4)
        total += (blocks + 1) * n * n + 9 * n * n
        stages = [3] if self.scale == 3 else [2] * int(math.log2(self.scale))
        pixels = 1
        for step in stages:
            total += pixels * 9 * n * step * step * n
            pixels *= step * step
        return (total + pixels * 27 * n) * self.height * self.width

    def error(self, y, reference):
        """In grey levels, 0-255."""
        difference = y.astype(np.float64) - reference
        return float(np.abs(difference).max()), float(np.sqrt((difference**2).mean()))

    def tolerance(self, numbers):
        return 1 if numbers.startswith("fp32") else 16


def picture(width, height, seed=7):
    """A picture without any file: smooth shading, edges, texture. uint8, height x width x 3."""
    rng = np.random.Generator(np.random.Philox(seed))
    y, x = np.mgrid[0:height, 0:width].astype(np.float64)
    u, v = x / max(height, width), y / max(height, width)
    image = np.zeros((height, width, 3))
    for c in range(3):
        image[..., c] = 120 + 60 * np.sin(6.3 * (u * (1 + 0.3 * c) + 0.4 * v)) + 25 * np.sin(40 * u * v + c)
    for _ in range(14):
        cx, cy = rng.random() * width, rng.random() * height
        radius = (0.04 + 0.14 * rng.random()) * max(height, width)
        image[(x - cx) ** 2 + (y - cy) ** 2 < radius * radius] = rng.integers(0, 256, 3)
    image += rng.normal(0, 4, image.shape)
    return np.clip(np.rint(image), 0, 255).astype(np.uint8)


def planes(image):
    """uint8 H x W x 3 as float32 1 x 3 x H x W."""
    return np.ascontiguousarray(image.transpose(2, 0, 1)[None]).astype(np.float32)


def msrn(scale):
    """The network in PyTorch, without values."""
    import torch
    from torch import nn

    n = FEATURES

    def conv(inputs, outputs, kernel):
        return nn.Conv2d(inputs, outputs, kernel, padding=kernel // 2)

    class Block(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv_3_1, self.conv_3_2 = conv(n, n, 3), conv(2 * n, 2 * n, 3)
            self.conv_5_1, self.conv_5_2 = conv(n, n, 5), conv(2 * n, 2 * n, 5)
            self.confusion = conv(4 * n, n, 1)
            self.relu = nn.ReLU(inplace=True)

        def forward(self, x):
            a = torch.cat([self.relu(self.conv_3_1(x)), self.relu(self.conv_5_1(x))], 1)
            b = torch.cat([self.relu(self.conv_3_2(a)), self.relu(self.conv_5_2(a))], 1)
            return self.confusion(b) + x

    class Network(nn.Module):
        def __init__(self):
            super().__init__()
            self.sub_mean, self.add_mean = nn.Conv2d(3, 3, 1), nn.Conv2d(3, 3, 1)
            self.head = nn.Sequential(conv(3, n, 3))
            self.body = nn.ModuleList(Block() for _ in range(BLOCKS))
            up = []
            for step in [3] if scale == 3 else [2] * int(math.log2(scale)):
                up += [conv(n, step * step * n, 3), nn.PixelShuffle(step)]
            self.tail = nn.Sequential(conv(n * (BLOCKS + 1), n, 1), conv(n, n, 3), nn.Sequential(*up), conv(n, 3, 3))

        def forward(self, x):
            x = self.head(self.sub_mean(x))
            first, outputs = x, []
            for block in self.body:
                x = block(x)
                outputs.append(x)
            return self.add_mean(self.tail(torch.cat([*outputs, first], 1)))

    return Network().eval().requires_grad_(False)


def with_values(scale, seed=2018):
    """The network with seeded values that keep activations near 10 and the result within a picture's range."""
    import torch

    network = msrn(scale)
    rng = np.random.Generator(np.random.Philox(seed))
    for name, module in network.named_modules():
        if not isinstance(module, torch.nn.Conv2d):
            continue
        if name in ("sub_mean", "add_mean"):
            sign = -255.0 if name == "sub_mean" else 255.0
            module.weight.data = torch.eye(3).view(3, 3, 1, 1)
            module.bias.data = sign * torch.tensor(MEAN)
            continue
        shape = tuple(module.weight.shape)
        gain = math.sqrt(2) if "conv_" in name else 1.0  # He et al., ICCV 2015: before a ReLU
        gain = {"head.0": 0.05, "tail.3": 6.0}.get(name, 0.25 if name.endswith("confusion") else gain)
        values = rng.standard_normal(shape) * gain / math.sqrt(shape[1] * shape[2] * shape[3])
        module.weight.data = torch.from_numpy(values.astype(np.float32))
        module.bias.data = torch.from_numpy((rng.standard_normal(shape[0]) * 0.02).astype(np.float32))
    return network
