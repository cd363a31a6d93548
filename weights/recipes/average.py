"""The mean of exported weights of one network, which often lies nearer to the optimum than either run that it comes from.

  python average.py OUT.safetensors FIRST.safetensors SECOND.safetensors …

Numbers are averaged in double precision and stored in the first file's format; the metadata are the last file's, with the number of files.
"""
import sys
import torch
from safetensors import safe_open
from safetensors.torch import load_file, save_file

out, *files = sys.argv[1:]
if len(files) < 2: sys.exit(__doc__)
first, *others = map(load_file, files)
for file, w in zip(files[1:], others):
    if {k: v.shape for k, v in w.items()} != {k: v.shape for k, v in first.items()}:
        sys.exit(f'{file} is of another network than {files[0]}: average files of one network')
with safe_open(files[-1], 'pt') as last: metadata = last.metadata()
mean = {k: torch.stack([w[k].double() for w in (first, *others)]).mean(0).to(v.dtype).contiguous() for k, v in first.items()}
save_file(mean, out, {**metadata, 'averaged': str(len(files))})
