"""Muon (Jordan et al. 2024) for convolutions: momentum whose matrix, outputs by inputs and taps, is made orthogonal."""
import torch


def orthogonal(x):
    """Each [n, k] matrix of a batch, n at least k, with all its singular values near 1: five steps of Newton and Schulz's iteration, done on x^T x."""
    x = x / (x.norm(dim=(1, 2), keepdim=True) + 1e-12)
    a, b, c = 3.4445, -4.7750, 2.0315
    g = x.transpose(1, 2) @ x
    eye = torch.eye(g.shape[1]).expand_as(g)
    whole = eye
    for _ in range(5):
        p = a * eye + g @ (b * eye + c * g)
        whole, g = whole @ p, p @ g @ p
    return x @ whole


class Muon(torch.optim.Optimizer):
    """Parameters are matrices [inputs and taps, outputs]; the root mean square of a step is 0.2 lr, about that of Adam's."""

    def __init__(self, matrices, lr, momentum=0.95):
        super().__init__(matrices, {'lr': lr, 'momentum': momentum})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            shapes = {}
            for p in group['params']: shapes.setdefault(p.shape, []).append(p)
            for shape, ps in shapes.items():
                for p in ps:
                    m = self.state[p].setdefault('momentum', torch.zeros_like(p))
                    m.lerp_(p.grad, 1 - group['momentum'])
                x = torch.stack([p.grad.lerp(self.state[p]['momentum'], group['momentum']) for p in ps])
                tall = shape[0] >= shape[1]
                o = orthogonal(x if tall else x.transpose(1, 2))
                for p, u in zip(ps, o if tall else o.transpose(1, 2)):
                    p.add_(u, alpha=-group['lr'] * 0.2 * max(shape) ** 0.5)
