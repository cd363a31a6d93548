"""Pictures reduced, which are sharper than what they come from.

  python reduced.py TO LEAST MOST PICTURE ...

Writes each picture, reduced by a factor between LEAST and MOST (Lanczos, antialiased), as a PNG into the folder TO. The factor follows from the name. Pictures
that would have less than 200 rows or columns are left out.
"""
import hashlib, os, sys
from concurrent.futures import ProcessPoolExecutor
from PIL import Image

to, least, most, pictures = sys.argv[1], float(sys.argv[2]), float(sys.argv[3]), sys.argv[4:]


def reduce(path):
    name = os.path.splitext(os.path.basename(path))[0]
    share = int(hashlib.sha256(name.encode()).hexdigest()[:8], 16) / 2**32
    factor = least + (most - least) * share
    try: picture = Image.open(path).convert('RGB')
    except OSError as error:
        print(f'{path}: left out, as it cannot be read ({error}); fetch it again', file=sys.stderr)
        return 0
    size = [round(n / factor) for n in picture.size]
    if min(size) < 200: return 0
    picture.resize(size, Image.LANCZOS).save(f'{to}/{name}-{factor:.2f}.png', compress_level=1)
    return 1


if __name__ == '__main__':
    os.makedirs(to, exist_ok=True)
    with ProcessPoolExecutor() as all:
        print(sum(all.map(reduce, pictures, chunksize=8)), 'pictures')
