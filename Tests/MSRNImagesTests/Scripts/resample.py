"""Prints the expected values of ResampleTests: FNV-1a hashes of what MATLAB's imresize makes of a picture that a formula draws.

Usage: python resample.py (needs NumPy, and weights/recipes/imresize.py, which is bit-exact with MATLAB for 8 bits). The last lines are those of
`lanczos3`, written down anew from imresize.m.
"""
import pathlib, sys
import numpy as np
sys.path.insert(0, str(pathlib.Path(__file__).parents[3] / 'weights' / 'recipes'))
import imresize as matlab


def picture(w, h, channels, maximum):
    y, x, c = np.meshgrid(np.arange(h), np.arange(w), np.arange(channels), indexing='ij')
    return ((x * x * 37 + y * 91 + x * y * 13 + c * 57 + (x // 7 + y // 5) % 2 * 120) % 256) * (maximum // 255)


def lanczos(n_in, n_out, scale):
    def kernel(x): return (np.sin(np.pi * x) * np.sin(np.pi * x / 3) + np.spacing(1)) / (np.pi**2 * x**2 / 3 + np.spacing(1)) * (abs(x) < 3)
    reach = 3 / min(scale, 1)
    weights, indices = np.zeros((n_out, int(np.ceil(2 * reach)) + 2)), np.zeros((n_out, int(np.ceil(2 * reach)) + 2), int)
    for m in range(n_out):
        u = (m + 1) / scale + 0.5 * (1 - 1 / scale)
        for q in range(weights.shape[1]):
            i = int(np.floor(u - reach)) + q
            weights[m, q] = kernel((u - i) * min(scale, 1))
            i = (i - 1) % (2 * n_in)
            indices[m, q] = i if i < n_in else 2 * n_in - 1 - i
        weights[m] /= weights[m].sum()
    return weights, indices


def resize(p, scale, maximum, contributions=matlab._contributions):
    x = p.astype(np.float64)
    for axis in (0, 1):
        x = np.moveaxis(x, axis, 0)
        w, i = contributions(x.shape[0], int(np.ceil(x.shape[0] * scale - 1e-9)), scale)
        y = sum(w[:, q].reshape((-1,) + (1,) * (x.ndim - 1)) * x[i[:, q]] for q in range(w.shape[1]))
        x = np.moveaxis(np.clip(np.floor(y + 0.5), 0, maximum), 0, axis)
    return x.astype(np.int64)


def fnv(values):
    h = 0xcbf29ce484222325
    for v in values.ravel().tolist():
        for b in (v & 255, v >> 8): h = (h ^ b) * 0x100000001b3 & (2**64 - 1)
    return h


for channels in (1, 2, 3, 4):
    for maximum in (255, 65535):
        for scale in (1 / 2, 1 / 3, 1 / 4, 2, 3, 4):
            r = resize(picture(61, 43, channels, maximum), scale, maximum)
            print(f'      ({channels}, {maximum}, {scale!r}, {r.shape[1]}, {r.shape[0]}, 0x{fnv(r):016X}),')
for channels, maximum in ((3, 255), (4, 65535)):
    for scale in (1 / 3, 1 / 4, 2, 4):
        r = resize(picture(61, 43, channels, maximum), scale, maximum, lanczos)
        print(f'      ({channels}, {maximum}, {scale!r}, {r.shape[1]}, {r.shape[0]}, 0x{fnv(r):016X}),')
