"""Tensors from a name and a counter alone, the same bits here and in Swift (MSRNTestSupport/CounterWeights.swift).

Value i of tensor `name` is uniform u = (mix(fnv1a(name) + (i + 1) * 0x9E3779B97F4A7C15) >> 40) / 2**24, in 0 ..< 1, `mix` being the
finaliser of SplitMix64; then by the tensor's last name and dimensions, in double precision, rounded once:

    weight of two or more dimensions   (2 u - 1) sqrt(6 / fan-in): variance 2 / fan-in (He et al., ICCV 2015)
    weight of one dimension            gain (u + 0.5): a batch normalisation's
    bias, running_mean                 (2 u - 1) / 10
    running_var                        u + 0.5
    anything else: an input            (2 u - 1) sqrt(3): variance 1

`gain` is one number a network, with which its logits neither overflow nor forget the picture.
"""
import math
import numpy as np

GOLDEN = np.uint64(0x9E3779B97F4A7C15)


def uniform(name, count):
    h = 0xCBF29CE484222325
    for byte in name.encode():
        h = (h ^ byte) * 0x100000001B3 & (1 << 64) - 1
    with np.errstate(over='ignore'):
        z = np.uint64(h) + np.arange(1, count + 1, dtype=np.uint64) * GOLDEN
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        z = z ^ (z >> np.uint64(31))
    return (z >> np.uint64(40)).astype(np.float64) / 2**24


def tensor(name, shape, gain=1.0):
    u = uniform(name, math.prod(shape))
    kind = name.rsplit('.', 1)[-1]
    if kind == 'weight' and len(shape) >= 2:
        v = (2 * u - 1) * math.sqrt(6 / math.prod(shape[1:]))
    elif kind == 'weight':
        v = gain * (u + 0.5)
    elif kind in ('bias', 'running_mean'):
        v = (2 * u - 1) / 10
    elif kind == 'running_var':
        v = u + 0.5
    else:
        v = (2 * u - 1) * math.sqrt(3)
    return v.astype(np.float32).reshape(shape)
