"""Makes family.safetensors: logits of every classification network. Usage: python family.py [NAME…], in this folder (`make golden`)

torchvision's own networks where it has them, else family/networks.py. Weights and inputs come from family/generator.py, so
that the file holds results alone: NAME/SIDE/0 and /1, logits of inputs `input.0` and `input.1` at the network's own size and
at a small one that the slow reference can do (SIDE is the number of rows), and NAME/gain. Computed in double precision from
the single-precision weights; printed is how far PyTorch's single precision is from that, over the logits' standard deviation.
With names, their part of the file is made anew. Needs torchvision; 8 GB of memory.
"""
import os
import sys
import numpy as np
import torch
from safetensors.numpy import load_file, save_file
sys.path.insert(0, 'family')
import generator
import networks

FILE = 'family.safetensors'


def fill(net, gain):
    for name, value in net.state_dict().items():
        if value.is_floating_point():
            value.copy_(torch.from_numpy(generator.tensor(name, tuple(value.shape), gain)))


def inputs(shape):
    return [torch.from_numpy(generator.tensor(f'input.{i}', shape))[None] for i in (0, 1)]


def run(net, shape, dtype):
    with torch.no_grad():
        return [net.to(dtype)(x.to(dtype))[0].double().numpy() for x in inputs(shape)]


def choose(net, shape):
    """The largest gain with which logits are of natural size and tell the two pictures, both of noise, apart."""
    best = None
    for gain in (1.0, 0.7, 0.5, 0.35, 0.25, 0.18, 0.12, 0.08):
        fill(net, gain)
        a, b = run(net, shape, torch.float64)
        if np.isfinite(a).all() and np.isfinite(b).all() and 0 < a.std() < 1e4:
            told = (a - b).std() / a.std()
            if best is None or told > best[1]:
                best = gain, told
            if told > 0.05 and a.std() < 1e3:
                return gain, told
        if not any(isinstance(m, torch.nn.BatchNorm2d) for m in net.modules()):
            break
    return best


table = networks.table()
names = sys.argv[1:] or list(table)
results = load_file(FILE) if sys.argv[1:] and os.path.exists(FILE) else {}
for name in names:
    make, own, small = table[name]
    results = {key: value for key, value in results.items() if not key.startswith(name + '/')}
    net = make().eval()
    gain, told = choose(net, small)
    fill(net.float(), gain)
    line = f'{name:20} gain {gain:4} told apart {told:6.3f}'
    for shape in sorted({own, small}):
        single = run(net, shape, torch.float32) if shape == small else None
        exact = run(net, shape, torch.float64)
        for i, y in enumerate(exact):
            results[f'{name}/{shape[1]}/{i}'] = y.astype(np.float32)
        if single:
            error = max(np.abs(s - y).max() / y.std() for s, y in zip(single, exact))
            line += f', at {shape[1]} std {exact[0].std():9.3g} single precision off by {error:.1e}'
    results[f'{name}/gain'] = np.array([gain], np.float64)
    del net
    print(line, flush=True)
save_file(results, FILE, {'made by': f'family.py, PyTorch {torch.__version__}'})
