"""Makes the golden vectors of this folder with PyTorch (CPU, float32). Usage: python make.py, in this folder (`make golden`)

Each case is two files: NAME.safetensors (the weights, names as in the authors' PyTorch code) and NAME.io.safetensors
(`input` and `output`, NCHW float32, in the units the variant uses). Some weights are stored again as NAME.pt (zip) and
NAME.legacy.pth (the pickle format before PyTorch 1.6).
"""
import math, torch
import torch.nn as nn, torch.nn.functional as F
from safetensors.torch import save_file

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


def case(name, n, blocks, scale, h, w, rgb_range=255, apply_mean=True, pt=False):
    torch.manual_seed(sum(map(ord, name)))
    net = MSRN(n, blocks, scale, rgb_range, apply_mean).eval()
    with torch.no_grad():  # keep the signal at natural size through the depth
        for k, p in net.named_parameters():
            if 'mean' in k: continue
            if p.dim() == 4: p.normal_(0, math.sqrt(1.6 / (p.shape[1] * p.shape[2] * p.shape[3])))
            else: p.normal_(0, 0.02 * rgb_range / 255)
    x = torch.rand(1, 3, h, w)
    x = F.avg_pool2d(F.pad(x, (1, 1, 1, 1), mode='replicate'), 3, 1) * rgb_range
    with torch.no_grad():  # the picture's contrast at a natural size too
        last = net.tail[3]
        shift = net.add_mean.bias.view(1, 3, 1, 1) if apply_mean else 0
        gain = (0.2 * rgb_range) / max(float((net(x) - shift).std()), 1e-6)
        last.weight.mul_(gain); last.bias.mul_(gain)
        y = net(x)
    sd = {k: v.contiguous() for k, v in net.state_dict().items()}
    save_file(sd, f'{name}.safetensors', {'variant': 'msrn', 'scale': str(scale), 'rgb_range': str(rgb_range),
                                         'mean_shift': 'applied' if apply_mean else 'stored, not applied'})
    save_file({'input': x.contiguous(), 'output': y.contiguous()}, f'{name}.io.safetensors')
    if pt:
        torch.save(sd, f'{name}.pt')
        torch.save(sd, f'{name}.legacy.pth', _use_new_zipfile_serialization=False)
    print(name, tuple(x.shape), tuple(y.shape), 'std %.3f' % y.std(), 'params', sum(v.numel() for v in sd.values()))


case('msrn-16x2-x2', 16, 2, 2, 37, 29, pt=True)
case('msrn-16x2-x3', 16, 2, 3, 29, 37)
case('msrn-16x3-x4', 16, 3, 4, 33, 40)
case('msrn-16x2-x8', 16, 2, 8, 17, 23)
case('msrn-24x2-x4', 24, 2, 4, 21, 64)          # a width that is no multiple of 16
case('msrn-32x4-x4', 32, 4, 4, 48, 48)
case('msrn-16x2-x2-unit', 16, 2, 2, 30, 31, rgb_range=1)
case('msrn-16x2-x2-superimage', 16, 2, 2, 30, 31, rgb_range=1, apply_mean=False)
case('msrn-16x2-x4-tiny', 16, 2, 4, 1, 1)       # smaller than every kernel
case('msrn-16x2-x4-line', 16, 2, 4, 2, 131)
