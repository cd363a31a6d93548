"""Holds gradients.cpp's loss and gradients to PyTorch's in float64, at each scale, L1 and L2, and the folded tail to the layers it stands for, which it equals
from the second LR pixel of a picture on; ends with 1 where they differ.

  python check_gradients.py

The bound is half a percent of a tensor's norm: a value that rounding takes across zero turns a ReLU, or the sign of an L1 error, over; a wrong term is of the
order of the norm.
"""
import copy, sys
import numpy as np, torch
import torch.nn.functional as F
from engine import Engine, fold
from msrn import MEAN, MSRN


class Folded(torch.nn.Module):
    """Upsampler and last convolution as the one that `fold` makes of them."""

    def __init__(self, net, r):
        super().__init__()
        self.upsampler, self.last, self.r, self.layers = net.tail[2], net.tail[3], r, [net.tail]

    def forward(self, x):
        w, b = fold(self.layers[0], self.r)
        n, _, h, v = x.shape
        y = F.conv2d(x, w.permute(3, 2, 0, 1), b, padding=2).view(n, self.r, self.r, 3, h, v)
        return y.permute(0, 3, 4, 1, 5, 2).reshape(n, 3, h * self.r, v * self.r)


bad = 0
for r in (2, 3, 4):
    torch.manual_seed(r); rng = np.random.default_rng(r)
    net = MSRN(32, 4, r); reference = copy.deepcopy(net).double(); separate = copy.deepcopy(reference)
    reference.tail = torch.nn.Sequential(reference.tail[0], reference.tail[1], Folded(reference, r))
    engine = Engine(net, 32, 4, r, 48, MEAN, 2)
    lr, hr = (rng.integers(0, 256, (3, 48 * k, 48 * k, 3), dtype=np.uint8) for k in (1, r))
    x, y = (torch.from_numpy(v).permute(0, 3, 1, 2).double() / 255 for v in (lr, hr))
    with torch.no_grad(): apart = float((reference(x) - separate(x))[:, :, r:-r, r:-r].abs().max())
    for square in (False, True):
        loss = engine.step(lr, hr, square)
        e = reference(x) - y
        expected = e.square().mean() if square else e.abs().mean()
        reference.zero_grad(); expected.backward()
        errors = {name: float((p.grad - q.grad).norm() / q.grad.norm())
                  for (name, p), q in zip(net.named_parameters(), reference.parameters())}
        worst = max(errors, key=errors.get)
        print(f"x{r} {'L2' if square else 'L1'}: loss {loss:.6f} ({expected.item():.6f}), largest relative error {errors[worst]:.1e} ({worst}); "
              f'folded and separate layers {apart:.0e} apart')
        bad += abs(loss / expected.item() - 1) > 1e-5 or errors[worst] > 0.005 or apart > 1e-9
sys.exit(bad > 0)
