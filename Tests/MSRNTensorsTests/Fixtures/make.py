"""Makes the files of this folder, all of the same three small tensors. Usage: python make.py (PyTorch, safetensors)

Nothing in the test-suite runs this; the files are part of the repository.
"""
import collections, io, os, struct, zipfile
import torch
from safetensors.torch import save_file

os.chdir(os.path.dirname(os.path.abspath(__file__)))

# Quarters, which every format holds exactly.
weight = (torch.arange(48).reshape(4, 3, 2, 2) - 20) / 4
bias = torch.tensor([-0.25, 0.0, 1.5, 31.75])
scalar = torch.tensor(2.5)
plain = {'conv.weight': weight, 'conv.bias': bias, 'scalar': scalar}
counter = {'bn.num_batches_tracked': torch.tensor(7), 'index': torch.arange(5, dtype=torch.int32),
           'mask': torch.tensor([True, False])}

save_file(plain, 'plain.safetensors')
for name, kind in [('half', torch.float16), ('bfloat16', torch.bfloat16), ('double', torch.float64)]:
    cast = {k: v.to(kind) for k, v in plain.items()}
    save_file(cast | counter, f'{name}.safetensors', {'kind': name})
    torch.save(cast | counter, f'{name}.pt')
    torch.save(cast | counter, f'{name}.legacy.pth', _use_new_zipfile_serialization=False)

# Views: channels last, every second value of a larger tensor, and the middle of a longer one.
wide = torch.zeros(8); wide[1::2] = bias
long = torch.full((9,), 99.0); long[4] = scalar
views = {'conv.weight': weight.contiguous(memory_format=torch.channels_last), 'conv.bias': wide[1::2], 'scalar': long[4]}
torch.save(views, 'views.pt')
torch.save(views, 'views.legacy.pth', _use_new_zipfile_serialization=False)
torch.save(plain | {'tied': weight}, 'tied.pt')

# Checkpoints.
ordered = collections.OrderedDict(plain)
ordered._metadata = collections.OrderedDict({'': {'version': 1}})
zeros = {k: torch.zeros_like(v) for k, v in plain.items()}
torch.save({'params': zeros, 'params_ema': plain}, 'ema.pt')
torch.save({'epoch': 3, 'best': 31.5, 'name': 'msrn', 'done': None, 'losses': [1.0, 0.5], 'state_dict': ordered,
            'optimizer': {'state': {0: {'step': 5}}, 'param_groups': [{'lr': 1e-4, 'betas': (0.9, 0.99)}]}},
           'checkpoint.legacy.pth', _use_new_zipfile_serialization=False)
torch.save({f'module.{k}': torch.nn.Parameter(v) for k, v in plain.items()}, 'parallel.pt')
torch.save(ordered, 'protocol4.pt', pickle_protocol=4)

# Refused: a whole module, TorchScript, and a compressed archive.
torch.save(torch.nn.Conv2d(1, 1, 1), 'module.pt')
torch.jit.save(torch.jit.script(torch.nn.ReLU()), 'script.pt')
with zipfile.ZipFile('half.pt') as source:
    entries = [(i.filename, source.read(i)) for i in source.infolist()]
with zipfile.ZipFile('deflated.pt', 'w', zipfile.ZIP_DEFLATED) as out:
    for name, data in entries: out.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)

# The same archive with every size and offset in 64 bits, as one beyond 4 GB has them.
body, directory = io.BytesIO(), io.BytesIO()
for name, data in entries:
    offset, path, crc = body.tell(), name.encode(), zipfile.crc32(data)
    extra = struct.pack('<HHQQ', 1, 16, len(data), len(data))
    body.write(struct.pack('<4s5HIIIHH', b'PK\3\4', 45, 0, 0, 0, 0, crc, 2**32 - 1, 2**32 - 1, len(path), len(extra)))
    body.write(path + extra + data)
    extra = struct.pack('<HHI', 0x5455, 4, 0) + struct.pack('<HHQQQ', 1, 24, len(data), len(data), offset)
    directory.write(struct.pack('<4s6HIIIHHHHHII', b'PK\1\2', 45, 45, 0, 0, 0, 0, crc, 2**32 - 1, 2**32 - 1, len(path),
                                len(extra), 0, 0, 0, 0, 2**32 - 1) + path + extra)
start, size, n = body.tell(), directory.tell(), len(entries)
end64 = struct.pack('<4sQHHIIQQQQ', b'PK\6\6', 44, 45, 45, 0, 0, n, n, size, start)
locator = struct.pack('<4sIQI', b'PK\6\7', 0, start + size, 1)
end = struct.pack('<4s4HIIH', b'PK\5\6', 0, 0, 0xFFFF, 0xFFFF, 2**32 - 1, 2**32 - 1, 7) + b'comment'
with open('zip64.pt', 'wb') as out: out.write(body.getvalue() + directory.getvalue() + end64 + locator + end)
assert zipfile.ZipFile('zip64.pt').testzip() is None and len(torch.load('zip64.pt')) == 6
