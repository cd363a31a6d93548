"""The authors' network in PyTorch, for the scripts of this folder."""
import math, torch
import torch.nn as nn, torch.nn.functional as F

MEAN = torch.tensor([0.4488, 0.4371, 0.4040])


class MSRB(nn.Module):
    def __init__(self, n):
        super().__init__()
        self.conv_3_1, self.conv_5_1 = nn.Conv2d(n, n, 3, padding=1), nn.Conv2d(n, n, 5, padding=2)
        self.conv_3_2, self.conv_5_2 = nn.Conv2d(2 * n, 2 * n, 3, padding=1), nn.Conv2d(2 * n, 2 * n, 5, padding=2)
        self.confusion = nn.Conv2d(4 * n, n, 1)

    def forward(self, x):
        y = torch.cat([F.relu(self.conv_3_1(x)), F.relu(self.conv_5_1(x))], 1)
        z = torch.cat([F.relu(self.conv_3_2(y)), F.relu(self.conv_5_2(y))], 1)
        return self.confusion(z) + x


class MeanShift(nn.Conv2d):
    def __init__(self, rgb_range, sign):
        super().__init__(3, 3, 1)
        self.weight.data = torch.eye(3).view(3, 3, 1, 1)
        self.bias.data = sign * rgb_range * MEAN


def upsampler(n, scale):
    if scale == 3:
        return nn.Sequential(nn.Conv2d(n, 9 * n, 3, padding=1), nn.PixelShuffle(3))
    m = []
    for _ in range(int(math.log2(scale))):
        m += [nn.Conv2d(n, 4 * n, 3, padding=1), nn.PixelShuffle(2)]
    return nn.Sequential(*m)


class MSRN(nn.Module):
    """The authors' second (RGB) network. apply_mean=False is super-image's reading of the same weights."""

    def __init__(self, n, blocks, scale, rgb_range=255, apply_mean=True):
        super().__init__()
        self.sub_mean, self.add_mean, self.apply_mean = MeanShift(rgb_range, -1), MeanShift(rgb_range, 1), apply_mean
        self.head = nn.Sequential(nn.Conv2d(3, n, 3, padding=1))
        self.body = nn.Sequential(*[MSRB(n) for _ in range(blocks)])
        self.tail = nn.Sequential(nn.Conv2d(n * (blocks + 1), n, 1), nn.Conv2d(n, n, 3, padding=1),
                                  upsampler(n, scale), nn.Conv2d(n, 3, 3, padding=1))

    def forward(self, x):
        if self.apply_mean: x = self.sub_mean(x)
        x = head = self.head(x)
        outs = []
        for b in self.body:
            x = b(x); outs.append(x)
        x = self.tail(torch.cat(outs + [head], 1))
        return self.add_mean(x) if self.apply_mean else x
