"""Makes classification.safetensors: what pictures and sound become before a network reads them. Usage: python classification.py, in
this folder (`make golden`). Needs Pillow, NumPy, SciPy, safetensors.

Pillow resizes a picture of noise, each sample a byte of the counter generator of family/generator.py; SciPy's Hann window and
FFT make Spec-ResNet's spectrogram of a recording that is too short.
"""
import sys
import numpy as np
import scipy.fft
import scipy.signal
from PIL import Image
from safetensors.numpy import save_file
sys.path.insert(0, 'family')
import generator

tensors = {}
noise = (generator.uniform('picture', 45 * 37 * 3) * 256).astype(np.uint8).reshape(37, 45, 3)
for name, kind in (('bilinear', Image.BILINEAR), ('bicubic', Image.BICUBIC)):
    for w, h in ((20, 16), (61, 50), (45, 12), (9, 37)):
        tensors[f'{name}/{w}x{h}'] = np.asarray(Image.fromarray(noise).resize((w, h), kind)).astype(np.float32)
tensors['luma'] = np.asarray(Image.fromarray(noise).convert('L')).astype(np.float32)

x = generator.uniform('sound', 30000) - 0.5 + 0.4 * np.sin(np.arange(30000) * 0.1)
x = x.astype(np.float32).astype(np.float64)
x = np.repeat(x, 64000 // len(x) + 1)[:64000]
x = x / np.abs(x).max()
x = np.pad(x, 1024, mode='reflect')
frames = np.lib.stride_tricks.sliding_window_view(x, 2048)[::512] * scipy.signal.get_window('hann', 2048)
power = np.abs(scipy.fft.rfft(frames, axis=1)) ** 2
db = 10 * np.log10(np.maximum(1e-10, power))
db = np.maximum(db, db.max() - 80).T
assert db.shape == (1025, 126)
tensors['spectrogram'] = np.ascontiguousarray(db[:, [0, 1, 60, 125]]).astype(np.float32)
save_file(tensors, 'classification.safetensors')
