"""The authors' network in PyTorch, for the scripts of this folder."""
import pathlib, sys
import torch
import torch.nn as nn
sys.path.append(str(pathlib.Path(__file__).parents[2] / 'weights' / 'recipes'))
from msrn import MEAN, MSRB, upsampler


class MeanShift(nn.Conv2d):
    def __init__(self, rgb_range, sign):
        super().__init__(3, 3, 1)
        self.weight.data = torch.eye(3).view(3, 3, 1, 1)
        self.bias.data = sign * rgb_range * torch.tensor(MEAN)


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
