"""MSRN with PyTorch, of the authors' names; values of 0-1."""
import math
import torch
import torch.nn as nn, torch.nn.functional as F

MEAN = (0.4488, 0.4371, 0.4040)


class MSRB(nn.Module):
    def __init__(self, n):
        super().__init__()
        self.conv_3_1, self.conv_5_1 = nn.Conv2d(n, n, 3, padding=1), nn.Conv2d(n, n, 5, padding=2)
        self.conv_3_2, self.conv_5_2 = nn.Conv2d(2 * n, 2 * n, 3, padding=1), nn.Conv2d(2 * n, 2 * n, 5, padding=2)
        self.confusion = nn.Conv2d(4 * n, n, 1)

    def forward(self, x):
        y = torch.cat([F.relu(self.conv_3_1(x)), F.relu(self.conv_5_1(x))], 1)
        return self.confusion(torch.cat([F.relu(self.conv_3_2(y)), F.relu(self.conv_5_2(y))], 1)) + x


def upsampler(n, r):
    m = [nn.Conv2d(n, 9 * n, 3, padding=1), nn.PixelShuffle(3)] if r == 3 else []
    for _ in range(0 if r == 3 else int(math.log2(r))):
        m += [nn.Conv2d(n, 4 * n, 3, padding=1), nn.PixelShuffle(2)]
    return nn.Sequential(*m)


class MSRN(nn.Module):
    def __init__(self, n, blocks, r):
        super().__init__()
        self.head = nn.Sequential(nn.Conv2d(3, n, 3, padding=1))
        self.body = nn.Sequential(*[MSRB(n) for _ in range(blocks)])
        self.tail = nn.Sequential(nn.Conv2d(n * (blocks + 1), n, 1), nn.Conv2d(n, n, 3, padding=1),
                                  upsampler(n, r), nn.Conv2d(n, 3, 3, padding=1))
        self.register_buffer('mean', torch.tensor(MEAN).view(1, 3, 1, 1), persistent=False)

    def forward(self, x):
        x = head = self.head(x - self.mean)
        outs = []
        for b in self.body:
            x = b(x); outs.append(x)
        x = self.tail[:-1](torch.cat(outs + [head], 1))
        with torch.autocast(x.device.type, enabled=False):               # the picture itself is not rounded to bf16
            return self.tail[-1](x if x.dtype == torch.float64 else x.float()) + self.mean
