"""Holds gradients.cpp's pictures, loss and gradients to PyTorch's in float64, at each scale, L1 and L2, of values and of luma; ends with 1 where they differ.

  python check_gradients.py

Pictures may differ by 1e-5 of white. The gradients' bound is half a percent of a tensor's norm: a value that rounding takes across zero turns a ReLU,
or the sign of an L1 error, over; a wrong term is of the order of the norm.
"""
import copy, sys
import numpy as np, torch
from engine import Engine
from loss import error
from msrn import MEAN, MSRN

bad = 0
for r in (2, 3, 4):
    torch.manual_seed(r); rng = np.random.default_rng(r)
    net = MSRN(32, 4, r); reference = copy.deepcopy(net).double()
    engine = Engine(net, 32, 4, r, 48, MEAN, 2)
    lr, hr = (rng.integers(0, 256, (3, 48 * k, 48 * k, 3), dtype=np.uint8) for k in (1, r))
    x, y = (torch.from_numpy(v).permute(0, 3, 1, 2).double() / 255 for v in (lr, hr))
    with torch.no_grad(): off = float(np.abs(engine.pictures(lr) - reference(x).permute(0, 2, 3, 1).numpy()).max())
    print(f'x{r} pictures: largest difference {off:.1e}')
    bad += not off < 1e-5
    for square, luma in ((False, 0), (True, 0), (False, 0.6), (True, 0.6)):
        loss = engine.step(lr, (hr / 255).astype(np.float32), square, luma)
        expected = error(reference(x) - y, square, luma)
        reference.zero_grad(); expected.backward()
        errors = {name: float((p.grad - q.grad).norm() / q.grad.norm())
                  for (name, p), q in zip(net.named_parameters(), reference.parameters())}
        worst = max(errors, key=errors.get)
        print(f"x{r} {'L2' if square else 'L1'}, luma {luma}: loss {loss:.6f} ({expected.item():.6f}), largest relative error {errors[worst]:.1e} ({worst})")
        bad += abs(loss / expected.item() - 1) > 1e-5 or errors[worst] > 0.005
sys.exit(bad > 0)
