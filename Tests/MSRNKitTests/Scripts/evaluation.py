"""Prints the expected values of EvaluationProtocolTests: what bicubic scores on samples/parrots.png, by every protocol.

Usage: python evaluation.py (needs NumPy, Pillow, and weights/recipes/imresize.py, which is bit-exact with MATLAB for 8 bits).
"""
import pathlib, sys
import numpy as np
from PIL import Image
ROOT = pathlib.Path(__file__).parents[3]
sys.path.insert(0, str(ROOT / 'weights' / 'recipes'))
from imresize import imresize


def luma(p):
    return 16 + p.astype(np.float64) / 255 @ np.array([65.481, 128.553, 24.966])


def ssim(a, b):
    """Wang et al. (2004), `ssim_index.m`: the window on every place where it fits, as one sum over 121 shifted pictures."""
    x = np.arange(-5, 6)
    window = np.exp(-(x[:, None] ** 2 + x ** 2) / (2 * 1.5 ** 2))
    window /= window.sum()
    h, w = a.shape[0] - 10, a.shape[1] - 10
    def mean(p): return sum(window[i, j] * p[i:i + h, j:j + w] for i in range(11) for j in range(11))
    c1, c2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2
    ma, mb = mean(a), mean(b)
    va, vb, vab = mean(a * a) - ma * ma, mean(b * b) - mb * mb, mean(a * b) - ma * mb
    return ((2 * ma * mb + c1) * (2 * vab + c2) / ((ma * ma + mb * mb + c1) * (va + vb + c2))).mean()


def score(protocol, sr, hr, scale):
    border = scale + 6 if protocol == 'div2k' else scale
    if protocol in ('msrn', 'selfexsr'):
        a, b = luma(sr)[..., None], luma(hr)[..., None]
        if protocol == 'selfexsr': a, b = np.floor(a + 0.5), np.floor(b + 0.5)
    else:
        a, b = sr.astype(np.float64), hr.astype(np.float64)
    a, b = a[border:-border, border:-border], b[border:-border, border:-border]
    psnr = 10 * np.log10(255 ** 2 / ((a - b) ** 2).mean())
    return psnr, np.mean([ssim(a[..., c], b[..., c]) for c in range(a.shape[2])])


if __name__ == '__main__':
    whole = np.asarray(Image.open(ROOT / 'samples' / 'parrots.png').convert('RGB'))
    for scale in (2, 3, 4):
        hr = whole[:whole.shape[0] // scale * scale, :whole.shape[1] // scale * scale]
        sr = imresize(imresize(hr, 1 / scale), scale)
        for protocol in ('msrn', 'selfexsr', 'rgb', 'div2k'):
            psnr, similarity = score(protocol, sr, hr, scale)
            print(f'    (.{protocol}, {scale}, {psnr:.8f}, {similarity:.8f}),')
