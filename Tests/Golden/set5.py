"""Scores weights on Set5 with PyTorch (CPU, float32), for the test that msrn scores the same. Prints a table: scale, picture, PSNR, SSIM.

Usage: python set5.py WEIGHTS.safetensors HR-FOLDER LR-FOLDER SCALE (needs torch, safetensors, NumPy, Pillow)
Float Y of BT.601, border = scale, results rounded to 8 bits: the protocol `msrn`. The network's size is read from the weights.
"""
import hashlib, pathlib, re, sys
HERE = pathlib.Path(__file__).parent
sys.path.insert(0, str(HERE.parent / 'MSRNKitTests' / 'Scripts'))
import numpy as np, torch
from PIL import Image
from safetensors.torch import load_file
from evaluation import score
from network import MSRN

weights, hr, lr, scale = sys.argv[1], *map(pathlib.Path, sys.argv[2:4]), int(sys.argv[4])
state = load_file(weights)
blocks = 1 + max(int(m[1]) for m in (re.match(r'body\.(\d+)\.', k) for k in state) if m)
net = MSRN(state['head.0.weight'].shape[0], blocks, scale)
missing, unexpected = net.load_state_dict(state, strict=False)
assert not unexpected and all('_mean.' in k for k in missing), (missing, unexpected)
net.eval()
digest = hashlib.sha256(pathlib.Path(weights).read_bytes()).hexdigest()
print('# PyTorch %s, %s, SHA-256 %s' % (torch.__version__.split('+')[0], pathlib.Path(weights).name, digest))
for file in sorted(hr.glob('*.png')):
    small = np.asarray(Image.open(lr / f'{file.stem}x{scale}.png').convert('RGB'))
    with torch.no_grad():
        y = net(torch.from_numpy(small.transpose(2, 0, 1).astype(np.float32))[None])[0]
    sr = (y.clamp(0, 255) + 0.5).floor().byte().numpy().transpose(1, 2, 0)
    original = np.asarray(Image.open(file).convert('RGB'))[:sr.shape[0], :sr.shape[1]]
    psnr, ssim = score('msrn', sr, original, scale)
    print(f'{scale}\t{file.stem}\t{psnr:.6f}\t{ssim:.6f}')
