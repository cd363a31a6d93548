"""Makes the LR pictures of a set as training for photo does, each from a seed of its own, to measure with.

  python degraded_set.py HR-FOLDER LR-FOLDER --scale 4 [--seed 0]
  msrn evaluate --hr HR-FOLDER --lr LR-FOLDER --scale 4 --modcrop --model photo --model light --method bicubic

Picture k of the folder, by name, is degraded with NumPy's default_rng((seed, k)). JPEG is libjpeg-turbo's, as Pillow brings it.
"""
import argparse, pathlib
import numpy as np
from PIL import Image
from degrade import photo

p = argparse.ArgumentParser()
p.add_argument('hr', type=pathlib.Path)
p.add_argument('lr', type=pathlib.Path)
p.add_argument('--scale', type=int, default=4)
p.add_argument('--seed', type=int, default=0)
a = p.parse_args()
a.lr.mkdir(parents=True, exist_ok=True)
files = sorted(a.hr.glob('*.png'))
if not files: raise SystemExit(f'{a.hr}: no PNG pictures')
for k, file in enumerate(files):
    hr = np.array(Image.open(file).convert('RGB'))
    hr = hr[:hr.shape[0] // a.scale * a.scale, :hr.shape[1] // a.scale * a.scale]
    Image.fromarray(photo(hr, a.scale, np.random.default_rng((a.seed, k)))).save(a.lr / file.name)
print(len(files), 'pictures in', a.lr)
