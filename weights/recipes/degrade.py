"""What happens to pictures on their way to people: a little blur, some resampler, some noise, JPEG."""
import io
import numpy as np
from PIL import Image, ImageFilter

MARGIN = 8  # LR pixels around what is kept, so that JPEG's blocks and the blur's border lie anywhere
FILTERS = (Image.BICUBIC, Image.LANCZOS, Image.BOX, Image.BILINEAR, Image.HAMMING)


def photo(hr, scale, rng):
    """The LR picture of an HR one (uint8, H x W x 3, sides multiples of the scale), degraded at random.

    Half are blurred (sigma to 0.35 x scale HR pixels), half get Gaussian noise (sigma to 8 levels; half of that on luma alone), four of five
    go through JPEG of quality 30 to 95, most with 4:2:0.
    """
    image = Image.fromarray(hr)
    if rng.random() < .5: image = image.filter(ImageFilter.GaussianBlur(rng.uniform(.2, .35 * scale)))
    image = image.resize((hr.shape[1] // scale, hr.shape[0] // scale), FILTERS[rng.integers(len(FILTERS))])
    if rng.random() < .5:
        x = np.asarray(image, float)
        x = x + rng.normal(0, rng.uniform(0, 8), x.shape[:2] + ((1,) if rng.random() < .5 else (3,)))
        image = Image.fromarray(x.round().clip(0, 255).astype(np.uint8))
    if rng.random() < .8:
        file = io.BytesIO()
        image.save(file, 'JPEG', quality=int(rng.integers(30, 96)), subsampling=2 if rng.random() < .75 else 0)
        image = Image.open(file)
    return np.array(image.convert('RGB'))


def photo_patch(hr, scale, size, rng):
    """A random pair of patches of an HR picture: LR of size x size, degraded, and the HR that it shows."""
    wide = size + 2 * MARGIN
    y, x = (int(rng.integers(n // scale - wide + 1)) * scale for n in hr.shape[:2])
    part = hr[y:y + wide * scale, x:x + wide * scale]
    lr = photo(part, scale, rng)
    dy, dx = rng.integers(2 * MARGIN + 1, size=2)
    return lr[dy:dy + size, dx:dx + size], part[dy * scale:(dy + size) * scale, dx * scale:(dx + size) * scale]
