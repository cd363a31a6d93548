"""MSRN's training step in gradients.cpp: the network's parameters become views of one vector that it reads, their gradients of one that it writes."""
import ctypes, os, subprocess
import numpy as np, torch
import torch.nn.functional as F

HERE = os.path.dirname(os.path.abspath(__file__))


def fold(tail, r):
    """Upsampler and last convolution of zero-padded inputs as one 5x5 convolution: HWIO weights [5, 5, features, 3 r r] and biases; differentiable.

    It is theirs but for the outermost LR pixels, where they see zeros around each of the maps between them.
    An impulse's response begins with the first kernel turned around, and grows by a pixel a side with each convolution behind it.
    """
    first, *others = [m for m in (*tail[2], tail[3]) if isinstance(m, torch.nn.Conv2d)]
    step = 3 if r == 3 else 2
    features = first.weight.shape[1]
    y = first.weight.flip(2, 3).transpose(0, 1)         # of an impulse in each input channel
    for conv in others: y = F.conv2d(F.pixel_shuffle(y, step), conv.weight, padding=2)
    edge = (5 * r - y.shape[2]) // 2
    w = F.pad(y, [edge] * 4).view(features, 3, 5, r, 5, r).flip(2, 4).permute(2, 4, 0, 3, 5, 1).reshape(5, 5, features, 3 * r * r)
    nothing = tail[3](tail[2](y.new_zeros(1, features, 5, 5)))
    return w, nothing[0, :, 2 * r:3 * r, 2 * r:3 * r].permute(1, 2, 0).reshape(-1)


def pointer(x): return ctypes.c_void_p(x.data_ptr() if isinstance(x, torch.Tensor) else x.ctypes.data)


class Engine:
    def __init__(self, net, feats, blocks, r, patch, mean, threads):
        if patch % 24 or feats % 16: raise SystemExit('gradients.cpp takes patches of a multiple of 24 and features of a multiple of 16')
        library = f'{HERE}/gradients.so'
        if not os.path.exists(library) or os.path.getmtime(library) < os.path.getmtime(f'{HERE}/gradients.cpp'):
            flags = '-std=c++20 -O3 -march=native -ffast-math -fPIC -shared -pthread'.split()
            subprocess.run([os.environ.get('CXX', 'clang++'), *flags, '-o', f'{library}.{os.getpid()}', f'{HERE}/gradients.cpp'], check=True)
            os.replace(f'{library}.{os.getpid()}', library)
        self.c = ctypes.CDLL(library)
        self.c.trainer.restype, self.c.parameters.restype, self.c.step.restype = ctypes.c_void_p, ctypes.c_long, ctypes.c_double
        self.handle = ctypes.c_void_p(self.c.trainer(feats, blocks, r, patch, threads))
        self.net, self.r, self.mean, self.prepared = net, r, np.array(mean, np.float32), False
        n = self.c.parameters(self.handle)
        self.values, self.gradients, at = self.aligned(n), self.aligned(n), 0
        convs = [net.head[0]] + [c for b in net.body for c in (b.conv_3_1, b.conv_5_1, b.conv_3_2, b.conv_5_2, b.confusion)] + [net.tail[0], net.tail[1]]
        def take(shape):
            nonlocal at
            count = int(np.prod(shape)); at += count
            return self.values[at - count:at].view(shape), self.gradients[at - count:at].view(shape)
        for k, conv in enumerate(convs):
            o, i, h, w = conv.weight.shape
            for p, (v, g) in ((conv.weight, (x[:, :, :i].permute(3, 2, 0, 1) for x in take((h, w, 16 if k == 0 else i, o)))), (conv.bias, take((o,)))):
                with torch.no_grad(): v.copy_(p)
                p.data, p.grad = v, g
        self.own, self.inner = at, [c.weight for c in convs[1:]]
        full = -(-3 * r * r // 16) * 16
        self.folded = list(zip(take((5, 5, feats, full)), take((full,))))
        layers = [m for m in (*net.tail[2], net.tail[3]) if isinstance(m, torch.nn.Conv2d)]
        self.layers = [(p, *views) for c in layers for p, views in (
            (c.weight, [x.permute(3, 2, 0, 1) for x in take((3, 3, feats, len(c.bias)))]), (c.bias, take((len(c.bias),))))]
        self.tail = [p for p, _, _ in self.layers]
        assert at == n

    def matrices(self):
        """For Muon: the blocks', the fusion's and the next convolution's weights as matrices [inputs and taps, outputs]; and all other parameters."""
        matrices = []
        for p in self.inner:
            rows = lambda x: x.permute(2, 3, 1, 0).view(-1, p.shape[0])
            matrices.append(torch.nn.Parameter(rows(p.data))); matrices[-1].grad = rows(p.grad)
        return matrices, [p for p in self.net.parameters() if not any(p is q for q in self.inner)]

    def parameters(self):
        """For Adam: all but the tail's last layers as one vector, and those layers."""
        whole = torch.nn.Parameter(self.values[:self.own]); whole.grad = self.gradients[:self.own]
        return [whole] + self.tail

    @staticmethod
    def aligned(n):
        raw = np.zeros(n + 16, np.float32); skip = (-raw.ctypes.data % 64) // 4
        return torch.from_numpy(raw[skip:skip + n])

    def refold(self):
        """The folded tail, put among the values with the layers that it stands for."""
        folded = fold(self.net.tail, self.r)
        (w, b), n = self.folded[0], 3 * self.r ** 2
        with torch.no_grad():
            w[..., :n], b[:n] = folded[0], folded[1]
            for p, v, _ in self.layers: v.copy_(p)
        return folded

    def pictures(self, lr):
        """What the network makes of a batch (uint8 NHWC): float32 NHWC of 0-1. Its weights are those of the first call."""
        first = not self.prepared
        if first: self.refold(); self.prepared = True
        to = np.empty((len(lr), lr.shape[1] * self.r, lr.shape[2] * self.r, 3), np.float32)
        self.c.pictures(self.handle, pointer(self.values), int(first), pointer(lr), pointer(self.mean), len(lr), pointer(to))
        return to

    def step(self, lr, hr, square=False, luma=0):
        """Mean error of a batch (NHWC, LR uint8, HR float32 of 0-1); its gradients stand in `.grad`."""
        folded = self.refold()
        self.prepared = False
        dw, db = self.folded[1]
        n = 3 * self.r ** 2
        loss = self.c.step(self.handle, pointer(self.values), pointer(self.gradients), pointer(lr), pointer(hr), pointer(self.mean), len(lr), int(square), ctypes.c_float(luma))
        for p in self.tail: p.grad = None
        torch.autograd.backward(folded, (dw[..., :n], db[:n]))
        for p, _, g in self.layers: p.grad += g
        return loss
