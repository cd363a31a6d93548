"""A whole process as somebody would write it with an engine's Python package: upscale.py ENGINE SCALE THREADS IN.png OUT.png."""
import sys

import numpy as np
from PIL import Image

import adapters
from upscaling import Upscaling, planes

name, scale, threads, source, target = sys.argv[1:]
image = np.asarray(Image.open(source).convert("RGB"))
engine = adapters.make(name, Upscaling(int(scale), image.shape[1], image.shape[0]), int(threads))
result = engine(planes(image))[0].transpose(1, 2, 0)
Image.fromarray(np.clip(np.rint(result), 0, 255).astype(np.uint8)).save(target)
