"""The loss: L1 or L2 of each value and, as a share, of luma (BT.601, weights of sum 1)."""
import torch


def error(e, square=False, luma=0):
    """Mean error of differences [N][3][H][W]."""
    size = (lambda x: x.square().mean()) if square else (lambda x: x.abs().mean())
    if not luma: return size(e)
    y = (e * torch.tensor([0.299, 0.587, 0.114], dtype=e.dtype, device=e.device).view(1, 3, 1, 1)).sum(1)
    return (1 - luma) * size(e) + luma * size(y)
