"""Photographs and drawings of git clones' whole histories, to train on: each once, reduced until it is sharp, as JPEG of quality 97 (4:4:4).

  python pictures.py OUT --but 'Set5/HR/*.png' … -- elementary/wallpapers budgie-backgrounds deepin-wallpapers:unsplash …

A clone may be followed by `:` and what the names of its pictures must contain. Left out are pictures with less than 900 pixels along a side, those that look like
an earlier one or one of `--but`, and those without detail. OUT/INDEX.tsv says of each picture clone, commit, name and reduction.
"""
import argparse, glob, io, os, re, subprocess
import numpy as np
from PIL import Image

p = argparse.ArgumentParser()
p.add_argument('out')
p.add_argument('--but', nargs='+', default=[])
p.add_argument('clones', nargs='+')
a = p.parse_args()
Image.MAX_IMAGE_PIXELS = None
LEAST, REDUCTION, HEIGHT = 900, 1.5, 1400               # pixels along a side; at least; of a picture at most
ALIKE, DETAIL = 0.97, 1.2                               # correlation of 16x16 thumbnails; levels between neighbours
DERIVED = re.compile('blur|thumb|small|dark|preview|screenshot|logo|icon', re.I)


def thumbnail(image):
    t = np.asarray(image.convert('L').resize((16, 16), Image.BOX), float)
    t -= t.mean()
    return t / (np.linalg.norm(t) + 1e-6)


def git(clone, *command, text=None):
    environment = {**os.environ, 'GIT_NO_LAZY_FETCH': '1'}  # what a partial clone lacks is left out
    return subprocess.run(['git', '-C', clone, *command], input=text, stdout=subprocess.PIPE, env=environment).stdout


def blobs(clone):
    """(bytes, object, name) of the pictures in a history, the largest first."""
    objects = git(clone, 'rev-list', '--objects', '--all', '--missing=allow-any')
    checked = git(clone, 'cat-file', '--batch-check=%(objecttype) %(objectsize) %(objectname) %(rest)', text=objects).decode(errors='replace')
    found = [line.split(' ', 3) for line in checked.splitlines() if line.startswith('blob ')]
    return sorted(((int(size), name, path.strip()) for _, size, name, path in found if re.search(r'\.(jpe?g|png|webp)\s*$', path, re.I)),
                  key=lambda x: (-x[0], x[1]))


os.makedirs(a.out)
seen = [thumbnail(Image.open(f)) for g in a.but for f in sorted(glob.glob(g))]
with open(f'{a.out}/INDEX.tsv', 'w') as index:
    for clone in a.clones:
        clone, _, part = clone.partition(':')
        name, commit, count, pixels = '-'.join(os.path.abspath(clone).split('/')[-2:]), git(clone, 'rev-parse', 'HEAD').decode().strip(), 0, 0
        for size, blob, path in blobs(clone):
            if size < 150_000 or part not in path or DERIVED.search(path): continue
            try: image = Image.open(io.BytesIO(git(clone, 'cat-file', 'blob', blob))).convert('RGB')
            except OSError: continue
            if min(image.size) < LEAST: continue
            t = thumbnail(image)
            if any((t * s).sum() > ALIKE for s in seen): continue
            seen.append(t)
            by = max(REDUCTION, min(image.size) / HEIGHT)
            image = image.resize([round(n / by) for n in image.size], Image.LANCZOS)
            y = np.asarray(image.convert('L'), float)
            if (np.abs(np.diff(y, axis=0)).mean() + np.abs(np.diff(y, axis=1)).mean()) / 2 < DETAIL: continue
            count, pixels = count + 1, pixels + y.size
            image.save(f'{a.out}/{name}_{count:03d}.jpg', quality=97, subsampling=0)
            print(f'{name}_{count:03d}.jpg', clone, commit, path, f'{by:.2f}', sep='\t', file=index, flush=True)
        print(clone, commit[:12], count, 'pictures', round(pixels / 1e6), 'megapixels', flush=True)
