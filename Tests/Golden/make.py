"""Makes the golden vectors of this folder with PyTorch (CPU, float32). Usage: python make.py, in this folder (`make golden`)

Each case is two files: NAME.safetensors (the weights, names as in the authors' PyTorch code) and NAME.io.safetensors
(`input` and `output`, NCHW float32, in the units the variant uses). Some weights are stored again as NAME.pt (zip) and
NAME.legacy.pth (the pickle format before PyTorch 1.6).
"""
import math, torch
import torch.nn.functional as F
from safetensors.torch import save_file
from network import MSRN


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
