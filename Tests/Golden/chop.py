"""Makes chop.safetensors with PyTorch (CPU, float32): a network run in quarters, as EDSR-PyTorch's `forward_chop` runs it.

Usage: python chop.py, in this folder (`make golden`). The network is msrn-16x2-x2; `once` has quarters that are not cut again,
`deep` such that are (`min_size` 600).
"""
import torch
from safetensors.torch import load_file, save_file
from network import MSRN

SCALE, SHAVE = 2, 10


def chop(net, x, min_size):
    h, w = x.shape[2:]
    rows, columns = h // 2 + SHAVE, w // 2 + SHAVE
    parts = [x[:, :, :rows, :columns], x[:, :, :rows, w - columns:], x[:, :, h - rows:, :columns], x[:, :, h - rows:, w - columns:]]
    a, b, c, d = (net(p) if rows * columns < min_size else chop(net, p, min_size) for p in parts)
    top, left = h // 2 * SCALE, w // 2 * SCALE
    y = x.new_empty(1, 3, h * SCALE, w * SCALE)
    y[:, :, :top, :left] = a[:, :, :top, :left]
    y[:, :, :top, left:] = b[:, :, :top, left - w * SCALE:]
    y[:, :, top:, :left] = c[:, :, top - h * SCALE:, :left]
    y[:, :, top:, left:] = d[:, :, top - h * SCALE:, left - w * SCALE:]
    return y


net = MSRN(16, 2, SCALE).eval()
net.load_state_dict(load_file('msrn-16x2-x2.safetensors'))
torch.manual_seed(7)
x = torch.rand(1, 3, 29, 37) * 255
with torch.no_grad():
    once, deep, whole = chop(net, x, 160000), chop(net, x, 600), net(x)
save_file({'input': x, 'once': once, 'deep': deep}, 'chop.safetensors')
print('from the whole picture: once %.3f, deep %.3f' % tuple(float((y - whole).abs().max()) for y in (once, deep)))
