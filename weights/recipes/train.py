"""Trains an MSRN: on the CPU by gradients.cpp (`--engine`), or with PyTorch there (bf16 autocast) or on CUDA; resumable; exports safetensors.

  python train.py --hr 'HR/*.jpg' --val 'Set5/HR/*.png' --scale 4 --feats 32 --blocks 4 \
                  --iters 200000 --engine 2 --out RUN
  python train.py --export weights.safetensors --out RUN          # EMA weights, authors' names, input 0-255

The network runs on 0-1 values inside; export folds the range, so that the file is of the authors' RGB variant (0-255).
`--init other/checkpoint.pt` or `--init weights.safetensors` starts from a trained trunk, another scale's too.
SIGTERM writes a checkpoint and stops; `touch RUN/pause` pauses until the file is gone; `echo N > RUN/iters` plans N in all,
whatever `--iters` says, a resumed run's too.
"""
import argparse, glob, math, os, signal, sys, time
from concurrent.futures import ThreadPoolExecutor
import numpy as np, torch
import torch.nn as nn
from PIL import Image
from imresize import imresize
from loss import error
from muon import Muon
from msrn import MEAN, MSRN
from degrade import MARGIN, photo, photo_patch

p = argparse.ArgumentParser()
p.add_argument('--scale', type=int, default=4)
p.add_argument('--feats', type=int, default=32)
p.add_argument('--blocks', type=int, default=4)
p.add_argument('--hr', nargs='+', default=[])
p.add_argument('--val', default='')
p.add_argument('--iters', type=int, default=100000)
p.add_argument('--batch', type=int, default=16)
p.add_argument('--patch', type=int, default=48, help='LR pixels')
p.add_argument('--flat', type=float, default=0, help='share of patches of one colour: their edges come out wrong where training shows none')
p.add_argument('--hard', type=float, default=1, help='of all patches, the share richest in detail, from which four of five are taken')
p.add_argument('--rescale', type=float, default=0, help='share of patches whose HR is first reduced, by up to 2')
p.add_argument('--lr', type=float, default=6e-4)
p.add_argument('--muon', type=float, default=0, help="peak rate of Muon for all weights but the first and last layers', which are Adam's; 0: Adam for all")
p.add_argument('--warmup', type=int, default=1000, help='iterations until the peak rate')
p.add_argument('--seed', type=int, help='of the patches, for comparisons; none: the time')
p.add_argument('--out', default='run')
p.add_argument('--init', help='checkpoint or exported safetensors whose fitting tensors start the run')
p.add_argument('--photo', action='store_true', help='LR blurred, noisy, compressed, as degrade.py has it')
p.add_argument('--square', action='store_true', help='L2 in place of L1')
p.add_argument('--luma', type=float, default=0, help="share of the loss that is luma's error, not each value's")
p.add_argument('--teacher', help="exported weights: a share of the target is what they make of the LR patch, turned at random, so that on average it is their self-ensemble's")
p.add_argument('--taught', type=float, default=0.5, help="the teacher's share of the target")
p.add_argument('--ema', type=float, default=0.999, help='of the averaged weights')
p.add_argument('--engine', type=int, default=0, help='threads of gradients.cpp; 0: PyTorch')
p.add_argument('--device', default='cpu')
p.add_argument('--hours', type=float, default=1e9)
p.add_argument('--checkpoint-every', type=int, default=1000)
p.add_argument('--export')
p.add_argument('--half', action='store_true', help='export the filters of body and tail as fp16')
a = p.parse_args()
if a.photo and a.hard < 1: p.error('--hard takes places from LR pictures; --photo has none before it makes a patch')
for option in ('muon', 'teacher'):
    if getattr(a, option) and not a.engine: p.error(f'--{option} goes with --engine')


def luma(v): return 16 + (65.481 * v[..., 0] + 128.553 * v[..., 1] + 24.966 * v[..., 2]) / 255


r, ck = a.scale, f'{a.out}/checkpoint.pt'
if a.export:
    from safetensors.torch import save_file
    d = torch.load(ck, map_location='cpu'); g = d['args']
    w = {k: v.float().contiguous() for k, v in d['ema'].items()}
    w['head.0.weight'] = w['head.0.weight'] / 255                     # 0-255 in ...
    last = 'tail.3'
    w[f'{last}.weight'], w[f'{last}.bias'] = w[f'{last}.weight'] * 255, w[f'{last}.bias'] * 255  # ... 0-255 out
    eye = torch.eye(3).view(3, 3, 1, 1)
    for name, sign in (('sub_mean', -1), ('add_mean', 1)):
        w[f'{name}.weight'], w[f'{name}.bias'] = eye.clone(), sign * 255 * torch.tensor(MEAN)
    if a.half:
        w = {k: v.half() if v.dim() == 4 and k.startswith(('body.', 'tail.')) else v for k, v in w.items()}
    save_file(w, a.export, {'variant': 'msrn', 'scale': str(g['scale']), 'rgb_range': '255', 'mean_shift': 'applied',
                            'features': str(g['feats']), 'blocks': str(g['blocks']), 'iterations': str(d['it']),
                            'schedule': f"cosine to zero over {g['iters']} from {g.get('muon') or g['lr']:g}", 'init': os.path.basename(g['init'] or '')})
    print(a.export, d['it'], 'iterations'); sys.exit()

def read_weights(path):
    """EMA weights of a checkpoint, or of an exported file with its 0-255 range folded back to 0-1."""
    if not path.endswith('.safetensors'): return torch.load(path, map_location=a.device)['ema']
    from safetensors.torch import load_file
    w = load_file(path, device=a.device)
    w['head.0.weight'] = w['head.0.weight'] * 255
    for k in ('tail.3.weight', 'tail.3.bias'): w[k] = w[k] / 255
    return w


torch.manual_seed(1)
rng = np.random.default_rng(int(time.time()) if a.seed is None else a.seed)
os.makedirs(a.out, exist_ok=True)
net = MSRN(a.feats, a.blocks, r).to(a.device)
if not a.engine: net = net.to(memory_format=torch.channels_last)
with torch.no_grad():  # start as interpolation with a small correction: all convolutions from head to picture are linear
    for b in net.body: b.confusion.weight.mul_(0.1); b.confusion.bias.zero_()
    def carry(conv, kernels, offset=0):
        """Output c * len(kernels) + k of the first three channels c is kernels[k] over input channel offset + c."""
        for c in range(3):
            for k, kernel in enumerate(kernels):
                o = c * len(kernels) + k
                conv.weight[o] = 0; conv.bias[o] = 0; conv.weight[o, offset + c] = kernel
    one = torch.zeros(3, 3); one[1, 1] = 1
    carry(net.head[0], [one]); carry(net.tail[0], [torch.ones(1, 1)], offset=a.feats * a.blocks); carry(net.tail[1], [one])
    step = 3 if r == 3 else 2
    line = [torch.tensor([t * (t - 1) / 2, 1 - t * t, t * (t + 1) / 2]) for t in ((i + 0.5) / step - 0.5 for i in range(step))]
    for conv in (m for m in net.tail[2] if isinstance(m, nn.Conv2d)): carry(conv, [torch.outer(v, h) for v in line for h in line])
    net.tail[3].weight.mul_(0.1); carry(net.tail[3], [one])
if a.engine:
    from engine import Engine
    torch.set_num_threads(1)
    engine = Engine(net, a.feats, a.blocks, r, a.patch, MEAN, a.engine)
if a.teacher:
    other = MSRN(a.feats, a.blocks, r)
    other.load_state_dict({k: v for k, v in read_weights(a.teacher).items() if k in other.state_dict()})
    teacher = Engine(other, a.feats, a.blocks, r, a.patch, MEAN, 1)
trained = engine.parameters() if a.engine else list(net.parameters())
if a.muon:
    matrices, others = engine.matrices()
    opts = [Muon(matrices, lr=a.muon), torch.optim.Adam(others, lr=a.lr)]
else: opts = [torch.optim.Adam(trained, lr=a.lr, fused=a.device == 'cpu')]
peaks = [g['lr'] for o in opts for g in o.param_groups]
ema, it = {k: v.clone().float() for k, v in net.state_dict().items()}, 0
if os.path.exists(ck):
    d = torch.load(ck, map_location=a.device)
    net.load_state_dict(d['net']); ema = d['ema']; [o.load_state_dict(s) for o, s in zip(opts, d['opt'])]; it = d['it']; print('resumed at', it)
elif a.init:
    src, own = read_weights(a.init), net.state_dict()
    own.update({k: v for k, v in src.items() if k in own and v.shape == own[k].shape})
    net.load_state_dict(own); ema = {k: v.clone().float() for k, v in own.items()}

HR, LR = [], []
for f in sorted(sum([glob.glob(g, recursive=True) for g in a.hr], [])):
    x = np.array(Image.open(f).convert('RGB')); h, w = x.shape[0] // r * r, x.shape[1] // r * r
    if min(h, w) < (a.patch + (2 * MARGIN if a.photo else 1)) * r: continue
    x = np.ascontiguousarray(x[:h, :w])
    if a.photo: HR.append(x); continue
    cache = f'{a.out}/lr/{r}_{os.path.basename(f)}.npy'
    if not os.path.exists(cache):
        os.makedirs(f'{a.out}/lr', exist_ok=True); np.save(cache, imresize(x, 1 / r))
    HR.append(x); LR.append(np.load(cache))
area = np.array([x.shape[0] * x.shape[1] for x in HR], float); area /= area.sum()
print(len(HR), 'pictures', round(sum(x.shape[0] * x.shape[1] for x in HR) / 1e6), 'MP; parameters',
      sum(q.numel() for q in net.parameters()), flush=True)


def rich(k):
    """Patches of picture k every 8 LR pixels, (detail, k, y, x): how far pixels are from the mean of the LR pixel they are in."""
    h, w = LR[k].shape[:2]
    cells = HR[k].reshape(h, r, w, r, 3).astype(np.float32)
    detail = np.abs(cells - cells.mean((1, 3), keepdims=True)).mean((1, 3, 4)).astype(np.float64)
    sums = np.pad(detail.cumsum(0).cumsum(1), ((1, 0), (1, 0)))
    y, x = np.meshgrid(np.arange(0, h - a.patch + 1, 8), np.arange(0, w - a.patch + 1, 8), indexing='ij')
    whole = sums[y + a.patch, x + a.patch] - sums[y, x + a.patch] - sums[y + a.patch, x] + sums[y, x]
    return np.stack([whole, np.full_like(whole, k), y, x], -1).reshape(-1, 4)


if a.hard < 1:
    hard = np.concatenate([rich(k) for k in range(len(HR))])
    hard = hard[np.argsort(hard[:, 0])[int(len(hard) * (1 - a.hard)):], 1:].astype(np.int32)
    print(len(hard), 'places rich in detail, in', len(set(hard[:, 0])), 'pictures', flush=True)
val = []
for f in sorted(glob.glob(a.val)):
    x = np.array(Image.open(f).convert('RGB')); h, w = x.shape[0] // r * r, x.shape[1] // r * r
    x = x[:h, :w]
    if a.photo: val += [(x, photo(x, r, np.random.default_rng(seed))) for seed in range(4)]
    else: val.append((x, imresize(x, 1 / r)))


BORDER = 4                                              # LR pixels around a rescaled patch, where what lies beyond it would show


def rescaled(x):
    """A pair of patches of an HR picture that is reduced by 1 to 2."""
    side = (a.patch + 2 * BORDER) * r
    n = int(side * rng.uniform(1, min(2, min(x.shape[:2]) / side)))
    top, left = rng.integers(x.shape[0] - n + 1), rng.integers(x.shape[1] - n + 1)
    g = np.asarray(Image.fromarray(x[top:top + n, left:left + n]).resize((side, side), Image.LANCZOS))
    l = imresize(g, 1 / r)
    return l[BORDER:-BORDER, BORDER:-BORDER], g[BORDER * r:-BORDER * r, BORDER * r:-BORDER * r]


def one_colour():
    """A pair of patches of one colour: black or white, a grey, any colour, each as often."""
    kind = rng.integers(3)
    colour = (255 * rng.integers(2, size=1) if kind == 0 else rng.integers(256, size=1 if kind == 1 else 3)).astype(np.uint8)
    return [np.broadcast_to(colour, (side, side, 3)) for side in (a.patch, a.patch * r)]


def batch():
    X = np.empty((a.batch, a.patch, a.patch, 3), np.uint8); Y = np.empty((a.batch, a.patch * r, a.patch * r, 3), np.float32)
    taught = np.full((a.batch, 1, 1, 1), a.taught, np.float32)
    for i, k in enumerate(rng.choice(len(HR), a.batch, p=area)):
        if a.photo: l, g = photo_patch(HR[k], r, a.patch, rng)
        elif rng.random() < a.rescale and min(HR[k].shape[:2]) >= (a.patch + 2 * BORDER) * r: l, g = rescaled(HR[k])
        else:
            if a.hard < 1 and rng.random() < 0.8: k, y, x = hard[rng.integers(len(hard))]
            else: h, w = LR[k].shape[:2]; y, x = rng.integers(h - a.patch + 1), rng.integers(w - a.patch + 1)
            l, g = LR[k][y:y + a.patch, x:x + a.patch], HR[k][y * r:(y + a.patch) * r, x * r:(x + a.patch) * r]
        if a.flat and rng.random() < a.flat: (l, g), taught[i] = one_colour(), 0
        if rng.random() < .5: l, g = l[:, ::-1], g[:, ::-1]
        q = int(rng.integers(4)); X[i] = np.rot90(l, q); np.divide(np.rot90(g, q), 255, out=Y[i], dtype=np.float32)
    if a.teacher:
        q, mirror = int(rng.integers(4)), slice(None, None, int(rng.choice([1, -1])))
        said = teacher.pictures(np.ascontiguousarray(np.rot90(X, q, (1, 2))[:, :, mirror]))
        Y += taught * (np.rot90(said[:, :, mirror], -q, (1, 2)).clip(0, 1) - Y)
    return X, Y


def step(X, Y):
    """Leaves the gradients of a batch in `.grad`; its loss."""
    if a.engine: return engine.step(X, Y, a.square, a.luma)
    to = lambda z: torch.from_numpy(z).to(a.device).permute(0, 3, 1, 2).float()
    x, y = (to(X) / 255).contiguous(memory_format=torch.channels_last), to(Y)
    with torch.autocast(a.device, dtype=torch.bfloat16): o = net(x)
    loss = error(o - y, a.square, a.luma)
    net.zero_grad(); loss.backward()
    return loss.item()


def psnr(state):
    m = MSRN(a.feats, a.blocks, r).to(a.device); m.load_state_dict(state); out = []
    with torch.no_grad():
        for hr, lr in val:
            x = torch.from_numpy(lr).to(a.device).permute(2, 0, 1)[None].float() / 255
            o = (m(x)[0].permute(1, 2, 0).clamp(0, 1) * 255).round().cpu().numpy().astype(float)
            e = (luma(o) - luma(hr.astype(float)))[r:-r, r:-r]; out.append(10 * np.log10(255**2 / (e**2).mean()))
    return float(np.mean(out)) if out else float('nan')


def save():
    torch.save({'net': net.state_dict(), 'ema': ema, 'opt': [o.state_dict() for o in opts], 'it': it, 'args': vars(a)}, ck + '.part')
    os.replace(ck + '.part', ck)


stop = []
signal.signal(signal.SIGTERM, lambda *_: stop.append(1))
maker = ThreadPoolExecutor(1)
ahead = maker.submit(batch)                             # the next batch is made during a step
t0, run, since = time.time(), 0.0, time.time()
while it < a.iters and time.time() - t0 < a.hours * 3600 and not stop:
    while os.path.exists(f'{a.out}/pause') and not stop: time.sleep(1)
    if it % 50 == 0 and os.path.exists(f'{a.out}/iters'):
        planned = open(f'{a.out}/iters').read().strip()
        if planned.isdigit(): a.iters = max(it + 1, int(planned))
    for g, peak in zip((g for o in opts for g in o.param_groups), peaks): g['lr'] = peak * min(1, (it + 1) / a.warmup) * (0.5 * (1 + math.cos(math.pi * it / a.iters)) * 0.998 + 0.002)
    now, ahead = ahead, maker.submit(batch)
    run += step(*now.result())
    nn.utils.clip_grad_norm_(trained, 0.5)
    for o in opts: o.step()
    it += 1
    k = min(a.ema, (it + 1) / (it + 10))
    with torch.no_grad(): torch._foreach_lerp_(list(ema.values()), list(net.state_dict().values()), 1 - k)
    if it % 200 == 0:
        print(f'{it} loss {run / 200 * 255 ** (1 + a.square):.3f} {(time.time() - since) / 200:.3f} s/it', flush=True); run, since = 0.0, time.time()
    if it % a.checkpoint_every == 0:
        print(f'== {it} val PSNR-Y {psnr(ema):.3f}', flush=True); save(); since = time.time()
save(); print('stopped at', it, 'val PSNR-Y', psnr(ema))
